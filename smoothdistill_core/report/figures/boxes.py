"""Box plots of the formulas' R2 over the runs or seeds (the paper's Figure 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from smoothdistill_core.report.averages import quantile
from smoothdistill_core.report.figures.canvas import Margins, axes, blank, text_width
from smoothdistill_core.report.figures.marks import marks
from smoothdistill_core.report.figures.palette import INK, Look
from smoothdistill_core.report.figures.picture import Picture, picture
from smoothdistill_core.report.figures.r2_axis import Scale, scale
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.wording.names import shortened
from smoothdistill_core.wording.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, ROW = 440, 34

ENOUGH = 4
"""Fewer values than this are shown as they are, without a box."""

ONE_LINE = 28
"""A name of so many letters stands on one line."""

POINTS = 15
"""So many values are still drawn as single points over their box."""


def boxes(
    values: Mapping[str, Sequence[float]], unit: str, axis: str, key: str, title: str, sheet: Sheet
) -> Picture | None:
    """Draw a box for the values of each method, of which ``axis`` says what they are; None where no method has one."""
    values = {name: found for name, found in values.items() if found}
    if not values:
        return None
    labels = {name: _label(name) for name in values}
    left = 18 + max(text_width(line) for label in labels.values() for line in label.splitlines())
    height = ROW * len(values) + 52
    figure = blank(WIDTH, height)
    ax = axes(figure, Margins(left=left, top=4, bottom=44, right=18))
    ax.grid(visible=False, axis="y")
    xs = scale([value for found in values.values() for value in found])
    ax.set_xlim(*xs.limits)
    ax.set_ylim(len(values) - 0.5, -0.5)
    styles = sheet.looks(list(values))
    for row, (name, found) in enumerate(values.items()):
        _box(ax, row, sorted(found), styles[name], xs)
    ax.set_yticks(range(len(values)), list(labels.values()), color=INK, size=11)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(f"{axis} on the test part")
    caption = f"One value a {unit.removesuffix('s')}."
    if max(map(len, values.values())) >= ENOUGH:
        caption += " Boxes: the middle half, with the median; whiskers: the ends, at most 1.5 box widths away."
    told = "; ".join(f"{name}: median {number(quantile(sorted(found), 0.5))}" for name, found in values.items())
    return picture(figure, key, title, caption + xs.remark, f"R2 of the formulas: {told}.", sheet)


def _label(name: str) -> str:
    """Return the name of a method, in two lines where it is long: who taught whom stands below."""
    label, bracket, pairing = name.partition(" (")
    if not bracket or len(name) <= ONE_LINE:
        return shortened(name)
    return f"{shortened(label)}\n{shortened(bracket.lstrip() + pairing, ONE_LINE)}"


def _box(ax: Axes, row: int, found: Sequence[float], look: Look, xs: Scale) -> None:
    quartiles = [quantile(found, share) for share in (0.25, 0.5, 0.75)]
    if len(found) >= ENOUGH and xs.clip(quartiles[1]) == quartiles[1]:  # at the edge it would say that it lies there
        reach = 1.5 * (quartiles[2] - quartiles[0])
        ends = [
            min(value for value in found if value >= quartiles[0] - reach),
            max(value for value in found if value <= quartiles[2] + reach),
        ]
        first, middle, last = (xs.clip(value) for value in quartiles)
        low, high = (xs.clip(value) for value in ends)
        ax.plot([low, high], [row, row], color=look.colour, linewidth=1.1)
        ax.barh(
            row, last - first, left=first, height=0.5, color=look.colour, alpha=0.22, edgecolor=look.colour, linewidth=1
        )
        ax.plot([middle, middle], [row - 0.25, row + 0.25], color=look.colour, linewidth=2.2, solid_capstyle="butt")
        drawn = found if len(found) <= POINTS else [value for value in found if not ends[0] <= value <= ends[1]]
        size = 4.0
    else:
        drawn, size = found, look.size
    single = Look(look.colour, look.marker if size > 4 else "o", size)
    marks(ax, [(value, row) for value in drawn], single, xs, along="x")
