"""What a formula of each size costs in accuracy, with the sizes that a reader may choose marked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from smoothdistill_core.report.figures.canvas import Margins, axes, blank, log_axis
from smoothdistill_core.report.figures.labels import label_marks
from smoothdistill_core.report.figures.marks import marks
from smoothdistill_core.report.figures.palette import ACCENT, INK, MUTED, Look
from smoothdistill_core.report.figures.picture import Picture, picture
from smoothdistill_core.report.figures.r2_axis import scale
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.wording.numbers import plural, quantity

WIDTH, HEIGHT = 440, 330


def error_by_size(
    points: Sequence[tuple[int, float]],
    choices: Mapping[int, str],
    axis: str,
    judged: str,
    key: str,
    title: str,
    sheet: Sheet,
) -> Picture | None:
    """Draw the error of each formula of a front, the shortest first: ``points`` are its nodes and its error.

    ``choices`` has by the place of a point what it is called; ``axis`` says what the error is, ``judged`` which part
    the front was judged on. None where no error is a number.
    """
    finite = [point for point in points if math.isfinite(point[1])]
    if not finite:
        return None
    figure = blank(WIDTH, HEIGHT)
    ax = axes(figure, Margins(left=58, top=24, bottom=42, right=16))
    ys = scale([error for _, error in finite], axis)
    log_axis(ax, "x", [float(nodes) for nodes, _ in finite])
    ax.set_ylim(*ys.limits)
    ax.plot([nodes for nodes, _ in finite], [ys.clip(error) for _, error in finite], color=ACCENT, linewidth=1.4)
    marks(ax, finite, Look(ACCENT), ys, size=5.5)
    told, labels = [], []
    for place, name in choices.items():
        nodes, error = points[place]
        if not math.isfinite(error):
            continue
        at = ([nodes], [ys.clip(error)])
        ax.plot(*at, marker="o", markersize=13, markerfacecolor="none", markeredgecolor=INK, markeredgewidth=1.2)
        labels.append((float(nodes), ys.clip(error), name.replace(", ", ",\n")))
        told.append(f"{name}: {plural(nodes, 'node')}, {quantity(error)}")
    label_marks(ax, labels, [(nodes, ys.clip(error)) for nodes, error in finite])
    ax.set_xlabel("size: nodes of the formula   (shorter ←)", color=MUTED)
    ax.set_ylabel(axis)
    caption = f"Each mark is the best formula of its size, as judged on {judged}; the rings are the sizes shown below, "
    caption += "the most accurate as judged there."
    return picture(figure, key, title, caption + ys.remark, f"{'; '.join(told)}.", sheet)
