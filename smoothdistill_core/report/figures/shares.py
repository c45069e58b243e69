"""Which inputs matter: the share of the variance of what a formula predicts that each of them makes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from smoothdistill_core.report.figures.canvas import Margins, axes, blank, text_width
from smoothdistill_core.report.figures.palette import ACCENT, INK
from smoothdistill_core.report.figures.picture import Picture, picture
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.wording.names import shortened
from smoothdistill_core.wording.numbers import share

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, LANE, MOST, LETTERS = 440, 26, 12, 30


def shares_of_inputs(shares: Mapping[str, float], key: str, title: str, sheet: Sheet) -> Picture | None:
    """Draw a bar for each of the first inputs, by column; None where there is no input."""
    known = {column: value for column, value in shares.items() if math.isfinite(value)}
    shown = dict(list(known.items())[:MOST])
    if not shown:
        return None
    widest = max(text_width(shortened(column, LETTERS)) for column in shown)
    figure = blank(WIDTH, LANE * len(shown) + 46)
    draw_shares(axes(figure, Margins(left=min(18 + widest, WIDTH / 2), bottom=40, right=44)), shown)
    caption = (
        "How far predictions move where one input is that of another row, as a share of what all inputs move them."
    )
    caption += f" {len(known) - MOST} more matter less." if len(known) > MOST else ""
    told = "; ".join(f"{column} {share(value)}" for column, value in shown.items())
    return picture(figure, key, title, caption, f"{told}.", sheet)


def draw_shares(ax: Axes, shares: Mapping[str, float]) -> None:
    """Draw on axes a bar for each column."""
    ax.grid(visible=False, axis="y")
    places = list(range(len(shares)))
    ax.set_xlim(0, max(1.0, *shares.values()))
    ax.set_ylim(len(shares) - 0.5, -0.5)
    ax.barh(places, list(shares.values()), height=0.55, color=ACCENT)
    for place, value in zip(places, shares.values(), strict=True):
        at = (max(value, 0.0), place)
        ax.annotate(share(value), at, (5, 0), textcoords="offset points", color=INK, size=10.5, va="center")
    ax.set_yticks(places, [shortened(column, LETTERS) for column in shares], color=INK, size=11)
    ax.tick_params(axis="y", length=0)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    ax.set_xlabel("share of the variance of the predictions")
