"""Strength curves: accuracy of teacher and formula, and smoothness of the teacher, at each strength of a penalty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from smoothdistill_core.report.figures.canvas import Margins, axes, blank, draw_legend, legend_height, log_axis
from smoothdistill_core.report.figures.marks import marks
from smoothdistill_core.report.figures.palette import INK, MUTED, Look
from smoothdistill_core.report.figures.picture import HALO, Picture, picture
from smoothdistill_core.report.figures.r2_axis import Scale, scale
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.report.sweep import Step, Sweep
from smoothdistill_core.wording.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 440, 340

SHARE = 0.64
"""The share of the height that accuracy takes; smoothness has the rest."""

GAP = 0.06

ENOUGH = 4
"""A band of quartiles needs so many trials."""


def strengths(sweep: Sweep, key: str, title: str, sheet: Sheet) -> Picture | None:
    """Draw the curves of every penalty that has at least two strengths; None where none has."""
    curves = {penalty: sweep.of(penalty) for penalty in sweep.penalties if len(sweep.of(penalty)) > 1}
    if not curves:
        return None
    lines = {
        step.penalty: step
        for step in (*sweep.steps, *sweep.untaught)
        if step.strength == 0 and step.penalty not in curves and math.isfinite(step.accuracy)
    }
    styles = sheet.looks([*sweep.penalties, *lines])
    labels = [*curves, *lines]
    steps = [step for curve in curves.values() for step in curve]
    top = legend_height(WIDTH, labels)
    figure = blank(WIDTH, HEIGHT + top)
    margins = Margins(top=top + 6, bottom=40)
    accuracy = axes(figure, margins, below=1 - SHARE + GAP / 2)
    smoothness = axes(figure, margins, above=1 - SHARE - GAP / 2)
    values = [value for step in steps for value in (step.teacher_accuracy, step.accuracy)]
    ys = scale([*values, *(step.accuracy for step in lines.values())], sweep.accuracy.unit)
    ticks = sorted({step.strength for step in steps})
    for ax in (accuracy, smoothness):
        log_axis(ax, "x", ticks, ticks if len(ticks) <= 7 else None)
    accuracy.set_xticklabels([])
    accuracy.tick_params(axis="x", length=0)
    accuracy.set_ylim(*ys.limits)
    for place, step in enumerate(lines.values()):
        look = styles[step.penalty]
        if ys.clip(step.accuracy) == step.accuracy:
            accuracy.axhline(step.accuracy, color=look.colour, linewidth=1.2, linestyle=(0, (1, 1.6)))
        else:  # a line at the edge would say that this is its height
            marks(accuracy, [(_between(ticks, (place + 1) / (len(lines) + 1)), step.accuracy)], look, ys)
    for penalty, curve in curves.items():
        _accuracy(accuracy, curve, styles[penalty], ys)
        known = [step for step in curve if step.teacher_smoothness > 0]
        x, y = [step.strength for step in known], [step.teacher_smoothness for step in known]
        smoothness.plot(x, y, color=styles[penalty].colour, linewidth=1.4, linestyle=(0, (4, 2)))
        heights = Scale(min(y, default=0.0), max(y, default=0.0), 0)
        marks(smoothness, list(zip(x, y, strict=True)), styles[penalty].outlined, heights, size=5)
    positive = [step.teacher_smoothness for step in steps if step.teacher_smoothness > 0]
    if positive:
        log_axis(smoothness, "y", positive)
    accuracy.set_ylabel(f"{sweep.accuracy.title} on the test part")
    if sweep.smoothness is not None:
        smoothness.set_ylabel(f"{sweep.smoothness.axis} of teacher")
    smoothness.set_xlabel("strength of the penalty")
    draw_legend(figure, [(label, styles[label]) for label in labels])
    return picture(figure, key, title, _caption(steps, lines) + ys.remark, _told(curves, sweep.accuracy.axis), sheet)


def _between(ticks: Sequence[float], share: float) -> float:
    """Return the place on a logarithmic axis that lies at a share of the way from the first tick to the last."""
    return float(ticks[0] * (ticks[-1] / ticks[0]) ** share)


def _accuracy(ax: Axes, curve: list[Step], look: Look, ys: Scale) -> None:
    x = [step.strength for step in curve]
    teacher = [ys.clip(step.teacher_accuracy) for step in curve]
    formula = [ys.clip(step.accuracy) for step in curve]
    if min(step.trials for step in curve) >= ENOUGH:
        low, high = ([ys.clip(value) for value in ends] for ends in zip(*((s.low, s.high) for s in curve), strict=True))
        ax.fill_between(x, low, high, color=look.colour, alpha=0.13, linewidth=0)
    ax.plot(x, teacher, color=look.colour, linewidth=1.4, linestyle=(0, (4, 2)))
    marks(ax, [(step.strength, step.teacher_accuracy) for step in curve], look.outlined, ys, size=5)
    ax.plot(x, formula, color=look.colour, linewidth=1.8)
    marks(ax, [(step.strength, step.accuracy) for step in curve], look, ys)
    most = max(curve, key=lambda step: step.chosen)
    if most.chosen and math.isfinite(most.accuracy):
        place = (most.strength, ys.clip(most.accuracy))
        ax.plot(*([value] for value in place), marker="o", markersize=13, color="none", markeredgecolor=INK)
        if most.trials > 1:
            text = f"{most.chosen} of {most.trials}"
            ax.annotate(text, place, (0, -16), textcoords="offset points", color=MUTED, size=9.5, ha="center", gid=HALO)


def _caption(steps: list[Step], lines: dict[str, Step]) -> str:
    text = "Solid: the formulas. Dashed: their teachers. "
    if lines:
        text += "Dotted: formulas without a strength. "
    if min(step.trials for step in steps) >= ENOUGH:
        text += "Bands: the middle half of the trials. "
    return f"{text}A ring marks the strength that was chosen most often; means over the trials."


def _told(curves: dict[str, list[Step]], accuracy: str) -> str:
    told = []
    for penalty, curve in curves.items():
        values = ", ".join(
            f"{step.strength:g}: teacher {number(step.teacher_accuracy)}, formula {number(step.accuracy)}"
            for step in curve
        )
        told.append(f"{accuracy} of {penalty} by strength: {values}")
    return "; ".join(told) + "."
