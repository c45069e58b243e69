"""The formulas' R2 on every dataset at a glance: one row a dataset, one mark a method."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from smoothdistill_core.report.figures.canvas import Margins, axes, blank, draw_legend, legend_height, text_width
from smoothdistill_core.report.figures.marks import marks
from smoothdistill_core.report.figures.palette import INK, LINE
from smoothdistill_core.report.figures.picture import Picture, picture
from smoothdistill_core.report.figures.r2_axis import scale
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.wording.names import shortened
from smoothdistill_core.wording.numbers import number

WIDTH, ROW = 440, 24


def by_dataset(
    datasets: Sequence[str],
    names: Sequence[str],
    value: Callable[[str, str], float],
    unit: str,
    axis: str,
    key: str,
    title: str,
    sheet: Sheet,
) -> Picture | None:
    """Draw ``value(dataset, name)`` for every dataset and name, means over ``unit``; None without a finite value.

    ``axis`` says what the values are: R2, and of what.
    """
    rows = [dataset for dataset in datasets if any(math.isfinite(value(dataset, name)) for name in names)]
    if not rows:
        return None
    top = legend_height(WIDTH, names)
    left = 18 + max(text_width(shortened(dataset)) for dataset in rows)
    figure = blank(WIDTH, ROW * len(rows) + top + 54)
    ax = axes(figure, Margins(left=left, top=top + 8, bottom=42, right=18))
    ax.grid(visible=False, axis="y")
    xs = scale([value(dataset, name) for dataset in rows for name in names])
    ax.set_xlim(*xs.limits)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    styles = sheet.looks(names)
    found = {
        name: [(value(dataset, name), row) for row, dataset in enumerate(rows) if math.isfinite(value(dataset, name))]
        for name in names
    }
    for row in range(len(rows)):
        ends = [xs.clip(one) for points in found.values() for one, at in points if at == row]
        ax.plot([min(ends), max(ends)], [row, row], color=LINE, linewidth=3, solid_capstyle="round", zorder=1)
    for name in reversed(names):
        marks(ax, found[name], styles[name], xs, along="x")
    ax.set_yticks(range(len(rows)), [shortened(dataset) for dataset in rows], color=INK, size=11)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(f"mean {axis} on the test part")
    draw_legend(figure, [(name, styles[name]) for name in names])
    told = []
    for name in names:
        known = [one for one in (value(dataset, name) for dataset in rows) if math.isfinite(one)]
        if known:
            told.append(f"{name}: {number(min(known))} to {number(max(known))}")
    caption = f"Means over the {unit}."
    return picture(figure, key, title, caption + xs.remark, f"R2 of {len(rows)} rows. {'; '.join(told)}.", sheet)
