"""What a formula predicts against what was so, one dot a row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from smoothdistill_core.report.figures.canvas import Margins, axes, blank
from smoothdistill_core.report.figures.dots import dots
from smoothdistill_core.report.figures.palette import ACCENT, MUTED
from smoothdistill_core.report.figures.picture import Picture, picture
from smoothdistill_core.report.figures.r2_axis import Scale
from smoothdistill_core.report.figures.rows_axis import remark, rows_axis
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.wording.names import shortened
from smoothdistill_core.wording.numbers import plural, quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIDE = 330


def predicted_against_actual(
    actual: Sequence[float],
    predicted: Sequence[float],
    target: str,
    rows: str,
    key: str,
    title: str,
    sheet: Sheet,
    said: tuple[str, str] = ("actual", "predicted"),
) -> Picture:
    """Draw rows; ``rows`` says which they are, ``target`` what is predicted, ``said`` what both axes are called."""
    figure = blank(SIDE, SIDE)
    ends = draw_rows(axes(figure, Margins(left=58, bottom=42, right=10)), actual, predicted)
    (ax,) = figure.axes
    ax.set_xlabel(f"{shortened(target)}, {said[0]}")
    ax.set_ylabel(f"{shortened(target)}, {said[1]}")
    known = [(was, value) for was, value in zip(actual, predicted, strict=True) if math.isfinite(value)]
    hidden = len(known) - len(set(known))
    caption = f"Each dot is one of {rows}{f', {hidden:,} of which lie on another' if hidden else ''}. "
    caption += "On the line a prediction is exact."
    missing = len(actual) - len(known)
    caption += f" {plural(missing, 'row')} without a prediction." if missing else ""
    worst = max((abs(value - was) for was, value in known), default=math.nan)
    told = (
        f"{plural(len(known), 'row')}: {said[0]} values from {quantity(min(actual))} to {quantity(max(actual))}; "
        f"the prediction farthest off misses by {quantity(worst)}."
    )
    return picture(figure, key, title, caption + remark(ends), told, sheet)


def draw_rows(ax: Axes, actual: Sequence[float], predicted: Sequence[float]) -> Scale:
    """Draw on axes a dot for each row, and the line on which a prediction is exact; return what both axes hold."""
    ends = rows_axis(actual, predicted)
    ax.set_xlim(*ends.limits)
    ax.set_ylim(*ends.limits)
    ax.plot(ends.limits, ends.limits, color=MUTED, linewidth=1, zorder=2)
    known = [(was, said) for was, said in zip(actual, predicted, strict=True) if math.isfinite(said)]
    dots(ax, [(ends.clip(was), ends.clip(said)) for was, said in known], ACCENT)
    return ends
