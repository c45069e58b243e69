"""The box of the training data: where a formula must have a value, and so no pole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smoothdistill_core.scaling import widened

if TYPE_CHECKING:
    from smoothdistill_core.components import DistillationTask


def training_box(task: DistillationTask) -> list[tuple[float, float]]:
    """Return (low, high) of each of the ``d`` inputs of a task, in the units of its ``X``, widened on both sides.

    It is the box in which the core looks for poles (`smoothdistill_core.formula.first_pole`), wherever ``scaling``
    tells it: the rows of a task may be fewer than those of the training part, or others. Without ``scaling`` the
    rows of the task are all that is known.
    """
    if task.scaling is not None:
        return task.scaling.standardised_box
    lows, highs = task.X.min(axis=0).tolist(), task.X.max(axis=0).tolist()
    return [widened(low, high) for low, high in zip(lows, highs, strict=True)]
