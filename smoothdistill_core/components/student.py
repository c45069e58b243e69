"""The student kind: a symbolic search that imitates a teacher, or fits the data itself."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from smoothdistill_core.components.component import Component
from smoothdistill_core.components.deadline import Deadline
from smoothdistill_core.components.teacher import TrainedTeacher

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_core.formula import Formula
    from smoothdistill_core.scaling import Scaling
    from smoothdistill_core.units import DataUnits

    Array = NDArray[np.float64]


def _forget(candidates: Sequence[Candidate]) -> None:
    """Take candidates that nobody waits for."""


@dataclass(frozen=True)
class DistillationTask:
    """What a student is to imitate.

    ``X`` (n, d), standardised; ``y`` (n,): the teacher's predictions, or the data where ``teacher`` is None;
    ``weights`` (n,), how much each row counts, or None; ``seed``; ``threads``: how many the student may use.
    ``scaling`` is the way to the data's own units, for students that search there; None where the arrays are all there
    is.

    ``validation`` holds ``X`` (m, d) and ``y`` (m,) of rows that are not among those above, by which a search may judge
    what it found, to stop or to choose; ``y`` is of the same kind, the teacher's predictions or the data. None where
    there are no such rows. Where rows have weights, theirs are the ``validation_weights`` (m,). The core chooses among
    candidates on these rows as well: who fits constants to them spoils that choice. ``deadline`` is when a search has
    to end: a student asks it between its steps, and where it is over returns the best it has. ``names`` (d) are those
    of the encoded inputs, empty where they are not known. ``units`` are the units of measure of the inputs as the data
    have them, in their order, and of the target, each with its ``dimensions``; None where none is known
    (`smoothdistill_core.units.check_units` says what they mean for a formula). ``earlier`` are formulas, over the same
    standardised inputs, that other searches found for this task before. ``labels`` (n,) are 0 and 1 where the search is
    on data whose target has two values, the classes of the rows ``X``: formulas are then log-odds, and ``y`` with
    ``weights`` is what stands for the labels in least squares. A student may fit the labels themselves in its place.
    ``keep`` takes the candidates that a search has so far, between its steps: where a time limit has to kill it, what
    it kept last is its result.
    """

    X: Array
    y: Array
    seed: int
    weights: Array | None = None
    threads: int = 1
    teacher: TrainedTeacher | None = None
    scaling: Scaling | None = None
    validation: tuple[Array, Array] | None = None
    deadline: Deadline = field(default_factory=Deadline, compare=False)
    names: tuple[str, ...] = ()
    units: DataUnits | None = None
    earlier: tuple[Formula, ...] = ()
    validation_weights: Array | None = None
    labels: Array | None = None
    keep: Callable[[Sequence[Candidate]], None] = field(default=_forget, compare=False, repr=False)

    def in_own_units(self) -> tuple[Array, Array]:
        """Return ``X`` (n, d) and ``y`` (n,) in the data's own units, a target that is fitted as its logarithm as that.

        Without a ``scaling`` they are as they are.
        """
        scaling = self.scaling
        return (self.X, self.y) if scaling is None else (scaling.raw(self.X), scaling.as_fitted(self.y))


@dataclass(frozen=True)
class Candidate:
    """A formula and the searching library's own ``predict`` for it, against which the core checks it.

    ``notes`` are sentences for the user about this formula (what was learnt of the law, which hints were used, that the
    search ended early ...); they are stored, and stand with the formula wherever it is shown. ``standard_errors`` (k,)
    are those of the formula's k constants, in the order in which they are written; NaN for one that was not estimated,
    None where none was. They are of the formula as it was found, in standardised units: where the core fits the
    constants again (``distil.refit``) and so changes the formula, they are dropped.
    """

    formula: Formula
    predict: Callable[[Array], Array]
    notes: tuple[str, ...] = ()
    standard_errors: Sequence[float] | None = None


class Student(Component):
    """Searches formulas. The same task gives the same formulas."""

    kind = "student"
    baseline: ClassVar[bool] = False
    """True: every study runs this student, with its defaults, on the data itself."""
    weighs_rows: ClassVar[bool] = False
    """Whether it counts rows by the ``weights`` of its task: else a recipe whose rows have weights refuses it.

    Without that its task may have weights, too: those of further inputs about which a teacher is less sure.
    """

    @abstractmethod
    def distil(self, task: DistillationTask) -> Sequence[Candidate]:
        """Return candidates, the simplest first where the search has a Pareto front; at least one."""
