"""Accuracy against smoothness: an arrow from each teacher to its formula, and the sweet spot (the paper's Figure 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smoothdistill_core.components import MetricFacts
from smoothdistill_core.report.figures.canvas import Margins, axes, blank, draw_legend, legend_height, log_axis
from smoothdistill_core.report.figures.marks import marks
from smoothdistill_core.report.figures.palette import ACCENT, INK, MUTED, TINT
from smoothdistill_core.report.figures.picture import HALO, Picture, picture
from smoothdistill_core.report.figures.r2_axis import Scale, scale
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.report.sweep import Step, Sweep
from smoothdistill_core.wording.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 440, 300

_WAY = {"lower": "←", "higher": "→"}
"""Where the better values of an axis lie."""

LABELLED = 3
"""Penalties with more strengths than this have only their ends labelled."""


def tradeoff(sweep: Sweep, key: str, title: str, part: str, sheet: Sheet) -> Picture | None:
    """Draw accuracy and smoothness, on the test part, of every teacher and formula; None where none has both."""
    smoothness = sweep.smoothness
    taught = [step for step in sweep.steps if step.taught]
    alone = [step for step in sweep.untaught if step.shown]
    if not taught or smoothness is None:
        return None
    labels = list(dict.fromkeys(step.penalty for step in (*taught, *alone)))
    styles = sheet.looks([*sweep.penalties, *(label for label in labels if label not in sweep.penalties)])
    height = HEIGHT + legend_height(WIDTH, labels)
    figure = blank(WIDTH, height)
    ax = axes(figure, Margins(top=legend_height(WIDTH, labels) + 6, bottom=42))
    points = [(step.teacher_smoothness, step.teacher_accuracy) for step in taught]
    points += [(step.smoothness, step.accuracy) for step in (*taught, *alone) if step.shown]
    positive = [x for x, _ in points if x > 0]
    ys = scale([y for _, y in points], sweep.accuracy.unit)
    if not positive:
        return None
    floor = min(positive)
    log_axis(ax, "x", positive)
    ax.set_ylim(*ys.limits)
    _sweet_region(ax, sweep, smoothness)
    for step in taught:
        look = styles[step.penalty]
        here = (max(step.teacher_smoothness, floor), ys.clip(step.teacher_accuracy))
        if step.shown:
            there = (max(step.smoothness, floor), ys.clip(step.accuracy))
            arrow = {"arrowstyle": "-|>,head_width=0.22,head_length=0.4", "color": look.colour, "linewidth": 0.9}
            ax.annotate("", there, here, arrowprops={**arrow, "shrinkA": 4, "shrinkB": 3.5, "alpha": 0.75}, zorder=2)
            marks(ax, [(there[0], step.accuracy)], look, ys)
        marks(ax, [(here[0], step.teacher_accuracy)], look.outlined, ys)
    for step in alone:
        marks(ax, [(max(step.smoothness, floor), step.accuracy)], styles[step.penalty], ys)
    _strengths(ax, sweep, ys, floor)
    spot = sweep.sweet_spot
    if spot is not None and spot.taught:
        _ring(ax, spot.teacher_smoothness, ys.clip(spot.teacher_accuracy), [(x, ys.clip(y)) for x, y in points])
    ax.set_xlabel(f"{smoothness.title}   (smoother {_WAY[smoothness.direction]})")
    ax.set_ylabel(f"{sweep.accuracy.title} on the test part")
    draw_legend(figure, [(label, styles[label]) for label in labels])
    caption = _caption(sweep, smoothness, spot, part) + ys.remark
    return picture(figure, key, title, caption, _told(sweep, smoothness, spot), sheet)


def _sweet_region(ax: Axes, sweep: Sweep, smoothness: MetricFacts) -> None:
    """Shade where a teacher is both smoother and more accurate than the formula found on the data itself."""
    direct = sweep.on_data
    if direct is None or not direct.shown or direct.smoothness <= 0:
        return
    from matplotlib.patches import Rectangle

    left, right = ax.get_xlim()
    bottom, top = ax.get_ylim()
    edge, base = min(max(direct.smoothness, left), right), min(max(direct.accuracy, bottom), top)
    low, up = smoothness.direction == "lower", sweep.accuracy.direction == "higher"
    x, y = (left if low else right), (top if up else bottom)
    ax.add_patch(Rectangle((edge, base), x - edge, y - base, facecolor=TINT, edgecolor="none", zorder=0.5))
    corner, inwards = (0 if low else 1, 1 if up else 0), (5 if low else -5, -5 if up else 5)
    sides: dict[str, Any] = {"ha": "left" if low else "right", "va": "top" if up else "bottom"}
    text = "smoother and better than direct"
    ax.annotate(text, corner, inwards, "axes fraction", "offset points", color=MUTED, size=9.5, **sides)


def _ring(ax: Axes, x: float, y: float, others: list[tuple[float, float]]) -> None:
    """Ring the sweet spot and say so, on that side of it where the fewest points are in the way."""
    ax.plot([x], [y], marker="o", markersize=15, markerfacecolor="none", markeredgecolor=ACCENT, markeredgewidth=1.6)
    here = ax.transData.transform((x, y))
    apart = [ax.transData.transform(other) - here for other in others if other[0] > 0]
    sides = {  # the label's box from and to, in pixels from the ring, and where its text begins
        (-38, 38, 6, 26): {"xytext": (0, 10), "ha": "center", "va": "bottom"},
        (-38, 38, -26, -6): {"xytext": (0, -10), "ha": "center", "va": "top"},
        (6, 84, -9, 9): {"xytext": (11, 0), "ha": "left", "va": "center"},
        (-84, -6, -9, 9): {"xytext": (-11, 0), "ha": "right", "va": "center"},
    }

    def crowd(box: tuple[int, int, int, int]) -> int:
        return sum(box[0] < dx < box[1] and box[2] < dy < box[3] for dx, dy in apart)

    side: dict[str, Any] = sides[min(sides, key=crowd)]
    ax.annotate("sweet spot", (x, y), textcoords="offset points", color=INK, weight="bold", gid=HALO, **side)


def _strengths(ax: Axes, sweep: Sweep, ys: Scale, floor: float) -> None:
    """Write the strengths beside their teachers."""
    for penalty in sweep.penalties:
        steps = [step for step in sweep.of(penalty) if step.taught]
        if len(steps) > LABELLED:
            steps = [steps[0], steps[-1]]
        for step in steps:
            where = (max(step.teacher_smoothness, floor), ys.clip(step.teacher_accuracy))
            ax.annotate(
                f"{step.strength:g}", where, (6, 4), textcoords="offset points", color=MUTED, size=9.5, gid=HALO
            )


def _caption(sweep: Sweep, smoothness: MetricFacts, spot: Step | None, part: str) -> str:
    text = (
        "Hollow: a teacher. Filled: its formula, at the end of the arrow, or one without a teacher. "
        f"{'Numbers are strengths. ' if sweep.penalties else ''}"
        f"Further {'left' if smoothness.direction == 'lower' else 'right'} is smoother, "
        f"further {'up' if sweep.accuracy.direction == 'higher' else 'down'} is more accurate; means over the trials."
    )
    if spot is not None:
        text += (
            f" The sweet spot, {spot.name}, is the teacher that on the {part} part is smoother and more accurate than "
            "direct and has the best formula."
        )
    elif sweep.on_data is not None and sweep.penalties:
        text += f" No teacher is both smoother and more accurate than direct on the {part} part: no sweet spot."
    return text


def _told(sweep: Sweep, smoothness: MetricFacts, spot: Step | None) -> str:
    """Describe the picture to those who do not see it."""
    of, at = sweep.accuracy.axis, smoothness.axis
    told = [
        f"{step.name}: teacher {of} {number(step.teacher_accuracy)} at {at} {number(step.teacher_smoothness)}, "
        f"formula {of} {number(step.accuracy)} at {number(step.smoothness)}"
        for step in sweep.steps
        if step.taught
    ]
    told += [f"{step.name}: {of} {number(step.accuracy)} at {number(step.smoothness)}" for step in sweep.untaught]
    if spot is not None:
        told.append(f"sweet spot: {spot.name}")
    return "; ".join(told) + "."
