"""How one input moves what is predicted: the formula's curve, the teacher's beside it, and where the data lie."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from smoothdistill_core.portrait import Effect
from smoothdistill_core.report.figures.canvas import Margins, axes, blank
from smoothdistill_core.report.figures.palette import ACCENT, INK, MUTED, TEACHER
from smoothdistill_core.report.figures.picture import Picture, picture
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.wording.names import shortened
from smoothdistill_core.wording.numbers import quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 300, 215

TICK = 0.05
"""How high the tick of a row is, as a share of the picture."""

AIR = 0.08
"""The empty share of the common axis of the predictions at each end."""

MOST_LABELS, LETTERS = 5, 40
"""So many categories are written out on one line, or twice as many on two, and so many letters fit a line."""


def common_limits(effects: Sequence[Effect]) -> tuple[float, float]:
    """Return one axis of predictions for several inputs, so that a flat curve is an input that matters little."""
    values = [value for effect in effects for value in (*effect.formula, *(effect.teacher or ()))]
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    air = AIR * (high - low) or abs(high) * AIR or 1.0
    return low - 2 * air, high + air  # the ticks of the data stand at the lower end


def effect_of(
    column: str,
    effect: Effect,
    data: Sequence[float | str | None],
    target: str,
    limits: tuple[float, float],
    key: str,
    title: str,
    sheet: Sheet,
) -> Picture:
    """Draw the mean prediction where a column is set to each of its values; ``data`` are the column's values."""
    figure = blank(WIDTH, HEIGHT)
    two_lines = not _of_numbers(effect) and len(effect.at) > MOST_LABELS
    ax = axes(figure, Margins(left=58, bottom=54 if two_lines else 40, right=12))
    draw_effect(ax, column, effect, data, target, limits)
    said = f"The formula's mean prediction goes from {quantity(effect.formula[0])} to {quantity(effect.formula[-1])}"
    if effect.teacher is not None:
        said += f", the teacher's from {quantity(effect.teacher[0])} to {quantity(effect.teacher[-1])}"
    ends = [quantity(value) if isinstance(value, (int, float)) else value for value in (effect.at[0], effect.at[-1])]
    return picture(figure, key, title, "", f"{said}, while {column} goes from {ends[0]} to {ends[1]}.", sheet)


def draw_effect(
    ax: Axes,
    column: str,
    effect: Effect,
    data: Sequence[float | str | None],
    target: str,
    limits: tuple[float, float],
) -> None:
    """Draw on axes the mean prediction where a column is set to each of its values, with the column's own values."""
    ax.set_ylim(*limits)
    if _of_numbers(effect):
        _curves(ax, effect, data)
    else:
        _levels(ax, effect, data)
    ax.set_xlabel(shortened(column), color=INK)
    ax.set_ylabel(shortened(target))


def _of_numbers(effect: Effect) -> bool:
    return all(isinstance(value, (int, float)) for value in effect.at)


def _curves(ax: Axes, effect: Effect, data: Sequence[float | str | None]) -> None:
    """Draw what depends on a number, and a tick for each row of the data."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    xs = [float(value) for value in effect.at]
    air = 0.03 * (xs[-1] - xs[0]) or 1.0
    low, high = xs[0] - air, xs[-1] + air
    ax.set_xlim(low, high)
    if effect.teacher is not None:
        ax.plot(xs, effect.teacher, color=TEACHER, linewidth=1.6, linestyle=(0, (4, 2)))
    ax.plot(xs, effect.formula, color=ACCENT, linewidth=2)
    rows = sorted({float(value) for value in data if isinstance(value, (int, float)) and low <= value <= high})
    ends = [end for value in rows for end in ((value, 0.0), (value, TICK))]
    if ends:
        one = Path(ends, [Path.MOVETO, Path.LINETO] * len(rows))  # one path is smaller than many
        across = ax.get_xaxis_transform()
        ax.add_patch(PathPatch(one, transform=across, facecolor="none", edgecolor=MUTED, linewidth=0.6, alpha=0.6))


def _levels(ax: Axes, effect: Effect, data: Sequence[float | str | None]) -> None:
    """Draw what depends on a category, and at the lower end a bar for the share of the data that has it."""
    places = list(range(len(effect.at)))
    ax.set_xlim(-0.6, len(places) - 0.4)
    if effect.teacher is not None:
        ax.plot(
            places, effect.teacher, color=TEACHER, linestyle="none", marker="D", markersize=8, markerfacecolor="none"
        )
    ax.plot(places, effect.formula, color=ACCENT, linestyle="none", marker="o", markersize=7)
    counts = [sum(str(value) == str(category) for value in data) for category in effect.at]
    shares = [2 * TICK * count / max(*counts, 1) for count in counts]
    ax.bar(places, shares, width=0.5, transform=ax.get_xaxis_transform(), color=MUTED, alpha=0.6)
    step = -(-len(places) // (2 * MOST_LABELS))
    shown = places[::step]
    lines = 1 if len(shown) <= MOST_LABELS else 2  # every other one stands on the second line
    letters = lines * LETTERS // len(shown)
    labels = [shortened(str(effect.at[place]), letters) for place in shown]
    ax.set_xticks(shown, ["\n" * (number % lines) + label for number, label in enumerate(labels)])
