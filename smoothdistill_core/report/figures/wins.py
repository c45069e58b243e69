"""Win rates: how often a method was better than a baseline, on each dataset (the paper's Figure 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smoothdistill_core.report.figures.canvas import Margins, axes, blank, draw_legend, legend_height, text_width
from smoothdistill_core.report.figures.marks import marks
from smoothdistill_core.report.figures.palette import INK, MUTED, TINT
from smoothdistill_core.report.figures.picture import Picture, picture
from smoothdistill_core.report.figures.r2_axis import FULL
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.statistics import Wins
from smoothdistill_core.wording.names import shortened
from smoothdistill_core.wording.numbers import share

WIDTH, LANE = 440, 6.5

ALL = "all datasets"


def win_rates(
    wins: Mapping[str, Mapping[str, Wins]], against: str, unit: str, key: str, title: str, sheet: Sheet
) -> Picture | None:
    """Draw the win rate against a baseline: for each dataset and each method the wins; None where there are none."""
    rows = {dataset: found for dataset, found in wins.items() if any(w.rate is not None for w in found.values())}
    if not rows:
        return None
    names = list(dict.fromkeys(name for found in rows.values() for name in found))
    totals = {name: _total([found[name] for found in rows.values() if name in found]) for name in names}
    shown = {ALL: totals, **rows} if len(rows) > 1 else rows
    lane = LANE * len(names) + (12 if len(shown) > 6 else 22)
    top = legend_height(WIDTH, names)
    left = 18 + max(text_width(shortened(dataset)) for dataset in shown)
    figure = blank(WIDTH, lane * len(shown) + top + 54)
    ax = axes(figure, Margins(left=left, top=top + 8, bottom=42, right=22))
    ax.grid(visible=False, axis="y")
    ax.set_xlim(0, 1)
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.axvline(0.5, color=MUTED, linewidth=1)
    styles = sheet.looks(names)
    for place, name in enumerate(names):
        lanes = [row + (place - (len(names) - 1) / 2) * LANE / lane for row in range(len(shown))]
        rates = [found[name].rate if name in found else None for found in shown.values()]
        known = [(y, rate) for y, rate in zip(lanes, rates, strict=True) if rate is not None]
        y, x = [y for y, _ in known], [rate for _, rate in known]
        ax.hlines(y, 0.5, x, color=styles[name].colour, linewidth=2)
        marks(ax, list(zip(x, y, strict=True)), styles[name], FULL, along="x", size=5)
    if len(rows) > 1:
        ax.axhspan(-0.5, 0.5, color=TINT, linewidth=0, zorder=0)
    labels = [shortened(dataset) for dataset in shown]
    ax.set_yticks(range(len(shown)), labels, color=INK, size=11)
    if len(rows) > 1:
        ax.get_yticklabels()[0].set_fontweight("bold")
    ax.tick_params(axis="y", length=0)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    ax.set_xlabel(f"share of {unit} that beat {shortened(against)}")
    draw_legend(figure, [(name, styles[name]) for name in names])
    caption = f"To the right of the middle: better than {against} in most {unit}; a tie is half a win."
    told = [f"{name}: {w.wins} won, {w.ties} tied, {w.losses} lost, {share(w.rate)}" for name, w in totals.items()]
    return picture(figure, key, title, caption, f"Against {against}, over all {unit}: {'; '.join(told)}.", sheet)


def _total(found: Sequence[Wins]) -> Wins:
    return Wins(sum(w.wins for w in found), sum(w.ties for w in found), sum(w.losses for w in found))
