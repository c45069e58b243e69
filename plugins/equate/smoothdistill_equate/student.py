"""`EquateStudent`: a small pretrained model of equations proposes formulas for a small table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from smoothdistill_core import Candidate, DistillationTask, Student

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_equate.table import Table

    Floats = NDArray[np.float64]


class EquateStudent(Student):
    """Formulas for small tables, found in seconds: skeletons that networks propose, and mutations of the best of them.

    The networks have seen millions of random equations with data. They read subsets of the rows and write skeletons,
    formulas without their constants; these are fitted fast, and what tells the data in the fewest bits has mutations.
    The search is in the data's own units, so that products stay products.
    """

    name = "equate"
    revision = 2
    weighs_rows = True
    libraries = ("numpy", "numba", "torch")

    proposals: Literal["network", "random"] = Field(
        default="network",
        description="where the first skeletons come from: the pretrained networks, or chance by the same grammar",
    )
    samples: int = Field(default=64, ge=0, le=4096, description="skeletons that are proposed; 0 for none")
    subsets: int = Field(default=16, ge=1, le=256, description="subsets of 64 rows that the networks read")
    rounds: int = Field(default=20, ge=0, le=1000, description="rounds of 100 mutations of the best; 0 for none")
    fine_tuning: bool = Field(
        default=False,
        description="adapts the networks to what fits this table best so far, and proposes as many skeletons again",
    )
    guided_search: Literal["off", "gradient", "perturbation"] = Field(
        default="off",
        description="as many skeletons again, of codes near the best: uphill by what the evaluator expects of fit and "
        "length, or, to compare with, by chance",
    )
    max_tokens: int = Field(default=24, ge=1, le=24, description="tokens of a skeleton at most")
    inputs: int = Field(default=5, ge=1, le=5, description="so many inputs are looked at, those that matter most")

    def warm_up(self) -> None:
        """Search a few rows without any time, with the networks where they are to propose."""
        from smoothdistill_core.searching import rehearse

        if self.proposals == "network" and self.samples:
            import torch  # noqa: F401 without it, there would be no time to load the networks
        rehearse(self)

    def distil(self, task: DistillationTask) -> Sequence[Candidate]:
        """Return the formulas that are better than all shorter ones, the shortest first.

        Raises `DataError` for a task that `smoothdistill_core.searching.checked` refuses, for inputs beyond 1e60, and
        where the networks are to propose and their weights cannot be read.
        """
        from threadpoolctl import threadpool_limits

        from smoothdistill_core.searching import best_constant, checked

        task = checked(task)
        constant = best_constant(task)
        if constant.is_exact or not (task.X.max(axis=0) > task.X.min(axis=0)).any():
            return [constant.candidate]
        with threadpool_limits(limits=1, user_api="blas"):  # a sum that is split among threads rounds otherwise
            return [constant.candidate, *self._found(task)]

    def _found(self, task: DistillationTask) -> Iterator[Candidate]:
        from smoothdistill_equate.choosing import best
        from smoothdistill_equate.search import searched
        from smoothdistill_equate.table import Table

        X, y = task.in_own_units()
        table = Table.of(X, y, task.weights, self.inputs, _influence(task))
        notes = self._notes(task, table)
        for formula in best(searched(table, self, task.seed, task.deadline), table, task):
            yield Candidate(formula, formula.predict, notes)

    def _notes(self, task: DistillationTask, table: Table) -> tuple[str, ...]:
        from smoothdistill_core.formula import readable

        if int((task.X.max(axis=0) > task.X.min(axis=0)).sum()) <= table.count:
            return ()
        names = [readable(task.names[place]) if task.names else f"x{place}" for place in table.places]
        by = "the data" if _influence(task) is None else "the teacher's gradient"
        return (f"Of {task.X.shape[1]} inputs those were searched that matter most by {by}: {', '.join(names)}.",)


def _influence(task: DistillationTask) -> Floats | None:
    """Return the teacher's mean absolute gradient (d,), in standard deviations of each input; None without a teacher.

    One that does not tell its gradient has none either.
    """
    import numpy as np

    from smoothdistill_equate.table import MOST_ROWS, evenly

    if task.teacher is None:
        return None
    gradient = task.teacher.gradient(task.X[evenly(len(task.X), MOST_ROWS)])
    return None if gradient is None else np.asarray(np.abs(gradient).mean(axis=0))
