"""The critical-difference diagram: average ranks over datasets, and which methods are not told apart (Demsar, 2006)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from smoothdistill_core.report.figures.canvas import blank
from smoothdistill_core.report.figures.palette import INK, MUTED
from smoothdistill_core.report.figures.picture import Picture, picture
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.statistics import Ranking
from smoothdistill_core.wording.names import shortened
from smoothdistill_core.wording.numbers import p_equals

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, SIDE, ROW, BAR, AXIS = 440, 112, 20, 9, 62
"""Sizes in pixels: the figure, the space for names at each side, a name, a bar, and where the scale stands."""


def critical_difference_diagram(ranking: Ranking, key: str, title: str, sheet: Sheet) -> Picture:
    """Draw the ranks: the best at the left; a bar joins methods that are not told apart."""
    names = list(ranking.average_ranks)
    half = math.ceil(len(names) / 2)
    bars = float(len(ranking.groups) * BAR + 12)
    height = AXIS + bars + ROW * half + 8
    figure = blank(WIDTH, height)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_xlim(0, WIDTH)
    ax.set_ylim(height, 0)
    ax.axis("off")
    count = len(names)

    def place(rank: float) -> float:
        return SIDE + (rank - 1) / max(count - 1, 1) * (WIDTH - 2 * SIDE)

    ax.plot([place(1), place(count)], [AXIS, AXIS], color=INK, linewidth=1)
    for rank in range(1, count + 1):
        ax.plot([place(rank)] * 2, [AXIS - 5, AXIS], color=INK, linewidth=1)
        ax.text(place(rank), AXIS - 9, str(rank), color=MUTED, size=10.5, ha="center", va="bottom")
    _ruler(ax, place(1), place(1 + ranking.critical_difference), ranking.critical_difference)
    styles = sheet.looks(names)
    for number, name in enumerate(names):
        at = place(ranking.average_ranks[name])
        left = number < half
        y = AXIS + bars + ROW * (number if left else count - 1 - number) + 6
        end = SIDE - 8 if left else WIDTH - SIDE + 8
        ax.plot([at, at, end], [AXIS, y, y], color=styles[name].colour, linewidth=1.2)
        ax.plot([at], [AXIS], marker="o", markersize=5, color=styles[name].colour)
        written = f"{ranking.average_ranks[name]:.2f}"
        label = f"{shortened(name, 16)}  {written}" if left else f"{written}  {shortened(name, 16)}"
        ax.text(end + (-4 if left else 4), y, label, color=INK, size=11, ha="right" if left else "left", va="center")
    for number, group in enumerate(ranking.groups):
        ranks = [ranking.average_ranks[name] for name in group]
        y = AXIS + 9.0 + number * BAR
        ax.plot([place(min(ranks)) - 4, place(max(ranks)) + 4], [y, y], color=INK, linewidth=3, solid_capstyle="round")
    found = (
        "the methods differ"
        if ranking.differ
        else "no difference between the methods is shown, so that one bar joins all"
    )
    caption = (
        f"Average ranks over {ranking.datasets} datasets, 1 is best. A bar joins methods that are not told apart. "
        f"Friedman test: {found} ({p_equals(ranking.friedman_p)})."
    )
    told = "; ".join(f"{name}: {rank:.2f}" for name, rank in ranking.average_ranks.items())
    return picture(figure, key, title, caption, f"Average ranks: {told}. {caption}", sheet)


def _ruler(ax: Axes, start: float, end: float, length: float) -> None:
    """Draw the critical difference above the scale; one that is wider than the figure is only written."""
    end_shown = min(end, WIDTH - 10)
    y = 16
    ax.plot([start, end_shown], [y, y], color=MUTED, linewidth=1.2)
    for x in (start, end) if end <= end_shown else (start,):
        ax.plot([x, x], [y - 4, y + 4], color=MUTED, linewidth=1.2)
    text = f"critical difference {length:.2f}"
    ax.text(start, y + 7, text, color=MUTED, size=10.5, ha="left", va="top")
