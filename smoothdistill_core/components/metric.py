"""The metric kind: one number about a teacher or a formula on one part of the data."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, get_args

from smoothdistill_core.components.component import Component, digest
from smoothdistill_core.components.teacher import TrainedTeacher
from smoothdistill_core.errors import PluginError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_core.formula import Formula
    from smoothdistill_core.scaling import Scaling

    Array = NDArray[np.float64]

Part = Literal["train", "validation", "test"]
Direction = Literal["higher", "lower"]
"""Which way a metric is better."""


Subjects = Literal["both", "formulas", "teachers"]
"""Which models a metric has a meaning for."""


class Measure(StrEnum):
    """What a score tells of a model: where tables and figures put it, and whether the sweet spot is judged by it."""

    ACCURACY = auto()
    """How near a model is to the data."""
    FIDELITY = auto()
    """How near a formula is to its teacher."""
    COMPLEXITY = auto()
    """How long a formula is."""
    SMOOTHNESS = auto()
    """How smooth, or how steep, a model is."""
    OTHER = auto()


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
    ``training`` holds ``X`` (m, d) and ``y`` (m,) of the training part, whichever part is scored, or None.
    ``weights`` (n,) say how much each row counts, None where all count alike; `mean` takes them into account.

    Of a target with two values ``y`` is 0 and 1, ``prediction`` and ``teacher_prediction`` are probabilities of 1, and
    ``restore`` changes nothing, so that a metric which compares them needs to know no more. ``log_odds`` (n,) are what
    the model itself gives, and ``gradient`` is that of them; None for other targets.
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
    training: tuple[Array, Array] | None = None
    weights: Array | None = None
    log_odds: Array | None = None

    def mean(self, values: Array) -> float:
        """Return the mean of ``values`` (n,), one a row, in which rows count by their weights."""
        import numpy as np

        return float(np.average(values, weights=self.weights))


@dataclass(frozen=True)
class MetricFacts:
    """What a metric says of itself: plain data that a run keeps, so that its scores are read without the plugin.

    See `Metric` for what they mean; ``axis`` is the label where the metric has no other.
    """

    label: str
    direction: Direction
    measures: Measure
    axis: str
    unit: str
    of: Subjects
    identity: str = ""
    """A hash of all that determines its scores: options, revision, versions of libraries."""

    @property
    def title(self) -> str:
        """The axis with its unit, where it has one."""
        return f"{self.axis}, {self.unit}" if self.unit else self.axis

    def better(self, one: float, other: float) -> bool:
        """Say whether ``one`` is a better score than ``other``; nothing is better or worse than NaN."""
        return one > other if self.direction == "higher" else one < other


def axis_of(metrics: Iterable[MetricFacts], measure: Measure) -> MetricFacts | None:
    """Return the metric that is the axis of what is measured: the first that scores teachers and formulas by it."""
    return next((metric for metric in metrics if metric.measures is measure and metric.of == "both"), None)


class Metric(Component):
    """Scores a model.

    What tables, figures and rules have to know of a score, its class says. Only ``direction`` has to be set.
    """

    kind = "metric"
    direction: ClassVar[Direction]
    """Which way is better."""
    measures: ClassVar[Measure | str] = Measure.OTHER
    """What the score tells of a model: a `Measure`, or its word.

    The first of a recipe's metrics that measures accuracy, and the first that measures smoothness, are the axes of the
    report, and what the sweet spot is judged by.
    """
    axis: ClassVar[str] = ""
    """What stands at an axis and above a column, with letters such as R²; left out, the label."""
    unit: ClassVar[str] = ""
    """What the score is counted in, in words (``units of the target``); empty for a number without a unit."""
    of: ClassVar[Subjects] = "both"
    """Whether it scores formulas, teachers or ``both``; the others are not shown to it."""
    needs_teacher: ClassVar[bool] = True
    """Whether the score of a distilled formula depends on the teacher that it imitates, as a fidelity does.

    A metric that says False is never shown the teacher. Added to a finished run it scores the formulas without one;
    what needs a teacher has it trained again, where its weights were not kept.
    """

    weighs_rows: ClassVar[bool] = False
    """Whether rows count in its score by the ``weights`` of its context, or its score is of no rows.

    A recipe whose rows have weights refuses a metric that says False.
    """

    @property
    def label(self) -> str:
        """What tables call the metric, and what its scores are kept under: its name, and options where it has some."""
        return str(self)

    def facts(self) -> MetricFacts:
        """Return what the metric says of itself; raises `PluginError` for a word that means nothing."""
        if (direction := getattr(self, "direction", None)) not in get_args(Direction):
            raise PluginError(f"metric {self.name!r}: its direction is {direction!r}; write 'higher' or 'lower'")
        if self.measures not in list(Measure):
            known = ", ".join(Measure)
            raise PluginError(f"metric {self.name!r}: it measures {self.measures!r}; write one of {known}")
        if self.of not in get_args(Subjects):
            raise PluginError(f"metric {self.name!r}: it is of {self.of!r}; write 'both', 'formulas' or 'teachers'")
        axis, identity = self.axis or self.label, digest(self.identity())
        return MetricFacts(self.label, self.direction, Measure(self.measures), axis, self.unit, self.of, identity)

    @abstractmethod
    def score(self, context: ScoringContext) -> float | None:
        """Return the score, or None where it has no meaning (the fidelity of a teacher, for instance)."""
