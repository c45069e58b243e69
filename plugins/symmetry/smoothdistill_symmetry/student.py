"""`SymmetryStudent`: laws by structure, in seconds and in the data's own units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from smoothdistill_core import Candidate, DistillationTask, Student

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LARGEST_INPUT = 1e100
"""Powers of larger inputs are beyond what numbers can hold."""


class SymmetryStudent(Student):
    """Finds laws whose form the data's symmetries give away: products, sums, quotients, roots and functions of these.

    A smooth model of the target tells by its slopes which products and differences of inputs matter at all. What is
    left is a search for few terms among those that obey the symmetries, which linear algebra does. Where the data have
    no such form, the short sums that come closest are the answer, and their mean the simplest.
    """

    name = "symmetry"
    revision = 9
    weighs_rows = True
    libraries = ("numpy",)

    inputs: int = Field(10, ge=1, le=12, description="so many inputs are looked at, those that matter most")

    def warm_up(self) -> None:
        """Search a few rows without any time."""
        from smoothdistill_core.searching import rehearse

        rehearse(self)

    def distil(self, task: DistillationTask) -> Sequence[Candidate]:
        """Return the formulas that are better than all shorter ones, the shortest first.

        Raises `DataError` for a task that `smoothdistill_core.searching.checked` refuses.
        """
        from threadpoolctl import threadpool_limits

        from smoothdistill_core.searching import best_constant, checked

        task = checked(task, LARGEST_INPUT)
        constant = best_constant(task)
        if constant.is_exact:
            return [constant.candidate]
        with threadpool_limits(limits=1, user_api="blas"):  # a sum that is split among threads rounds otherwise
            return [constant.candidate, *self._found(task)]

    def _found(self, task: DistillationTask) -> Iterator[Candidate]:
        import numpy as np

        from smoothdistill_core.formula import readable
        from smoothdistill_symmetry.search import found_laws
        from smoothdistill_symmetry.selection import best_laws
        from smoothdistill_symmetry.taught_model import Taught

        scaling = task.scaling
        X, y = task.in_own_units()
        target, units = "the target" if scaling is None else readable(scaling.target), task.units
        if scaling is not None and scaling.transform == "log1p":
            target, units = f"log(1 + {target})", None
        if scaling is not None and scaling.classes is not None:
            target = f"the log-odds of {readable(scaling.target)} = {scaling.classes[1]}"
        weights = None if task.weights is None else task.weights / task.weights.mean()
        order = np.random.default_rng(0).permutation(len(y))  # of many rows the first ones are searched: any, then
        X, y, weights = X[order], y[order], None if weights is None else weights[order]
        searched = found_laws(X, y, self.inputs, units, Taught.by(task.teacher, scaling, task.X), weights)
        with np.errstate(all="ignore"):  # what is too large for a number is passed over where it comes up
            laws = list(task.deadline.within(searched))
        for law in best_laws(laws, X, y, weights):
            own = law.formula if scaling is None else scaling.standardised_formula(law.formula)
            if np.isfinite(own.predict(task.X)).all():
                said = law.in_words(task.names or None, target)
                yield Candidate(own, own.predict, (said,) if said else ())
