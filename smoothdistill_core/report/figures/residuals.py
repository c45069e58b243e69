"""What a formula leaves: by how much each row lies above or below its prediction."""

from __future__ import annotations

import math
from collections.abc import Sequence

from smoothdistill_core.report.figures.canvas import Margins, axes, blank
from smoothdistill_core.report.figures.dots import dots
from smoothdistill_core.report.figures.palette import ACCENT, MUTED
from smoothdistill_core.report.figures.picture import Picture, picture
from smoothdistill_core.report.figures.rows_axis import remark, rows_axis, within
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.wording.names import shortened
from smoothdistill_core.wording.numbers import plural, quantity

WIDTH, HEIGHT = 440, 300


def residuals(
    actual: Sequence[float], predicted: Sequence[float], target: str, key: str, title: str, sheet: Sheet
) -> Picture:
    """Draw actual minus predicted against predicted, one dot a row."""
    left = [(said, was - said) for was, said in zip(actual, predicted, strict=True) if math.isfinite(said)]
    xs, known = rows_axis(actual, predicted), [y for _, y in left]
    width = xs.high - xs.low
    ys = within(known, 0.0, 0.0, width)
    figure = blank(WIDTH, HEIGHT)
    ax = axes(figure, Margins(left=58, bottom=42))
    ax.set_xlim(*xs.limits)
    ax.set_ylim(*ys.limits)
    ax.axhline(0, color=MUTED, linewidth=1, zorder=2)
    dots(ax, [(xs.clip(x), ys.clip(y)) for x, y in left], ACCENT)
    ax.set_xlabel(f"{shortened(target)}, predicted")
    ax.set_ylabel("actual − predicted")
    caption = (
        "Above the line a row has more than the formula says. A bend, or a fan that opens, would be something that the "
        "formula does not know."
    )
    above = sum(y > 0 for _, y in left)
    told = f"{plural(len(left), 'row')}, {above} of them above their prediction"
    told += f"; from {quantity(min(y for _, y in left))} to {quantity(max(y for _, y in left))}." if left else "."
    return picture(figure, key, title, caption + remark(ys), told, sheet)
