"""`FastSymbolicRegressor`: gplearn's search without its overheads, the same formulas to the character."""

from __future__ import annotations

import warnings
from types import FunctionType
from typing import TYPE_CHECKING, Any

import gplearn
from gplearn import genetic
from gplearn.genetic import SymbolicRegressor

if TYPE_CHECKING:
    from smoothdistill_core import Deadline

TESTED_VERSIONS = ("0.4.3",)
"""The gplearn versions whose searches are known, by test, to be the same here."""


class FastSymbolicRegressor(SymbolicRegressor):  # type: ignore[misc]
    """`gplearn.genetic.SymbolicRegressor` with all its options: the same random numbers, programs and fitness.

    gplearn's own ``fit`` runs, line by line, but for the function that breeds a generation. numpy's global
    random state is neither read nor written, unless ``random_state`` is None. ``n_jobs`` is a number of threads.
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None, deadline: Deadline | None = None) -> FastSymbolicRegressor:
        """Search for the program that fits ``y`` (n,) best from ``X`` (n, d), until a ``deadline`` if any.

        An untested gplearn runs as it is, to its own end.
        """
        if gplearn.__version__ not in TESTED_VERSIONS:
            warnings.warn(
                f"gplearn {gplearn.__version__} runs at its own pace: the faster search is tested to give the same "
                f"formulas as gplearn {', '.join(TESTED_VERSIONS)} only",
                stacklevel=2,
            )
            return super().fit(X, y, sample_weight)  # type: ignore[no-any-return]
        from smoothdistill_gplearn.evolution import Evolution

        # fit looks its helpers up by name: given other names, its code is used as it stands and gplearn stays untouched
        names = {**vars(genetic), "_parallel_evolve": Evolution(self, deadline), "_partition_estimators": _one_part}
        fit = FunctionType(SymbolicRegressor.fit.__code__, names)
        fit(self, X, y, sample_weight)
        return self


def _one_part(n_programs: int, _: int) -> tuple[int, list[int], list[int]]:
    """Leave a generation in one part: its threads share what is known, processes would each start anew."""
    parts: tuple[int, list[int], list[int]] = genetic._partition_estimators(n_programs, 1)
    return parts
