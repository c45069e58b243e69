"""`plot`: what is known of an explained output, drawn on axes of matplotlib."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from smoothdistill_core.errors import ResultError, did_you_mean
from smoothdistill_core.report.figures import common_limits, draw_effect, draw_rows, draw_shares
from smoothdistill_core.wording.names import shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from smoothdistill_core.explaining.model_explanation import ModelExplanation

AGREEMENT, IMPORTANCE = "agreement", "importance"

WIDTH, HEIGHT = 4.4, 3.6
"""The size of one picture in inches."""


def plot(explanation: ModelExplanation, what: str | None, ax: Axes | None, output: str | None) -> Any:
    """Draw one picture on axes and return these, or several side by side and return an array; see the method.

    Nothing of matplotlib's global state is touched: a figure that is made here is not known to pyplot.
    """
    import numpy as np
    from matplotlib.figure import Figure

    columns = list(explanation.effects(output))
    if what is not None:
        if what not in (AGREEMENT, IMPORTANCE, *columns):
            known = (AGREEMENT, IMPORTANCE, *columns)
            raise ResultError(f"there is no picture {what!r}; {did_you_mean(str(what), known)}")
        if ax is None:
            ax = Figure(figsize=(WIDTH, HEIGHT), layout="constrained").subplots()
        _draw(explanation, what, ax, output)
        return ax
    if ax is not None:
        raise ResultError(f"one picture fits the axes; say which: {', '.join((AGREEMENT, IMPORTANCE, *columns))}")
    pictures = [AGREEMENT, *([IMPORTANCE] if columns else []), *columns[:1]]
    size = (WIDTH * len(pictures), HEIGHT)
    row = np.atleast_1d(Figure(figsize=size, layout="constrained").subplots(1, len(pictures)))
    for each, axes in zip(pictures, row, strict=True):
        _draw(explanation, each, axes, output)
    return row


def _draw(explanation: ModelExplanation, what: str, ax: Axes, output: str | None) -> None:
    portrait = explanation.portrait(output)
    target = explanation.formulas[output or explanation.outputs[0]].scaling.target
    if what == AGREEMENT:
        place = explanation.outputs.index(output or explanation.outputs[0])
        shown = portrait.formulas[explanation.front[explanation.taken].places[place]]
        draw_rows(ax, portrait.actual, shown.predicted)
        ax.set_xlabel(f"{shortened(target)}, model")
        ax.set_ylabel(f"{shortened(target)}, formula")
    elif what == IMPORTANCE:
        known = {column: value for column, value in explanation.importance(output).items() if math.isfinite(value)}
        draw_shares(ax, known)
    else:
        effects = explanation.effects(output)
        limits = common_limits(list(effects.values()))
        draw_effect(ax, what, effects[what], portrait.inputs.get(what, ()), target, limits)
