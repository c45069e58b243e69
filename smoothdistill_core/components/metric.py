"""The metric kind: one number about a teacher or a formula on one part of the data."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from smoothdistill_core.components.component import Component
from smoothdistill_core.components.teacher import TrainedTeacher

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_core.formula import Formula
    from smoothdistill_core.scaling import Scaling

    Array = NDArray[np.float64]

Part = Literal["train", "validation", "test"]


class Model(Protocol):
    """What is scored: a trained teacher or a formula."""

    def predict(self, X: Array) -> Array:
        """Return the predictions (n,) for ``X`` (n, d)."""
        ...

    def gradient(self, X: Array) -> Array | None:
        """Return the exact input gradient (n, d), or None."""
        ...


@dataclass(frozen=True)
class ScoringContext:
    """One model on one part of one split.

    ``X`` (n, d), ``y`` (n,) and ``prediction`` (n,) are in standardised units; ``restore`` turns
    standardised targets into the data's own units. ``gradient`` is the model's input gradient (n, d),
    exact or by finite differences. ``teacher_prediction`` (n,) and ``teacher_gradient`` are None unless a
    distilled formula is scored. ``scaling`` is the way to the data's own units. ``law`` is the formula that made
    the target, over the inputs in the data's own units and in the order of ``X``; None where no such is known.
    """

    model: Model
    part: Part
    X: Array
    y: Array
    prediction: Array
    restore: Callable[[Array], Array]
    gradient: Callable[[], Array]
    teacher: TrainedTeacher | None = None
    teacher_prediction: Array | None = None
    teacher_gradient: Callable[[], Array] | None = None
    scaling: Scaling | None = None
    law: Formula | None = None


class Metric(Component):
    """Scores a model; ``direction`` says which way is better."""

    kind = "metric"
    direction: ClassVar[Literal["higher", "lower"]]

    @property
    def label(self) -> str:
        """What tables call the metric, and what its scores are kept under: its name, and options where it has some."""
        return str(self)

    @abstractmethod
    def score(self, context: ScoringContext) -> float | None:
        """Return the score, or None where it has no meaning (the fidelity of a teacher, for instance)."""
