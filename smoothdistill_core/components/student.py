"""The student kind: a symbolic search that imitates a teacher, or fits the data itself."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from smoothdistill_core.components.component import Component
from smoothdistill_core.components.teacher import TrainedTeacher

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_core.formula import Formula
    from smoothdistill_core.scaling import Scaling

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class DistillationTask:
    """What a student is to imitate.

    ``X`` (n, d), standardised; ``y`` (n,): the teacher's predictions, or the data where ``teacher`` is
    None; ``weights`` (n,) or None; ``seed``; ``threads``: how many the student may use. ``scaling`` is the way
    to the data's own units, for students that search there; None where the arrays are all there is.
    """

    X: Array
    y: Array
    seed: int
    weights: Array | None = None
    threads: int = 1
    teacher: TrainedTeacher | None = None
    scaling: Scaling | None = None


@dataclass(frozen=True)
class Candidate:
    """A formula and the searching library's own ``predict`` for it, against which the core checks it."""

    formula: Formula
    predict: Callable[[Array], Array]


class Student(Component):
    """Searches formulas. The same task gives the same formulas."""

    kind = "student"
    baseline: ClassVar[bool] = False
    """True: every study runs this student, with its defaults, on the data itself."""

    @abstractmethod
    def distil(self, task: DistillationTask) -> Sequence[Candidate]:
        """Return candidates, the simplest first where the search has a Pareto front; at least one."""
