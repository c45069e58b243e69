"""`FastSymbolicRegressor`: gplearn's search without its overheads, the same formulas to the character."""

from __future__ import annotations

import math
import warnings
from types import FunctionType
from typing import TYPE_CHECKING, Any

import gplearn
from gplearn import genetic
from gplearn.functions import _function_map
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

        gplearn runs as it is, to its own end, where a warning says why.
        """
        reason = self._why_stock()
        if reason:
            warnings.warn(f"gplearn {gplearn.__version__} runs at its own pace: {reason}", stacklevel=2)
            return super().fit(X, y, sample_weight)  # type: ignore[no-any-return]
        from smoothdistill_gplearn.evolution import Evolution

        # fit looks its helpers up by name: given other names, its code is used as it stands and gplearn stays untouched
        names = {**vars(genetic), "_parallel_evolve": Evolution(self, deadline), "_partition_estimators": _one_part}
        fit = FunctionType(SymbolicRegressor.fit.__code__, names)
        fit(self, X, y, sample_weight)
        return self

    def _why_stock(self) -> str | None:
        """Return why the search that is faster here would not, or may not, be gplearn's; None where it is."""
        from smoothdistill_gplearn.adding import numpy_adds_so
        from smoothdistill_gplearn.twister import uniform_rounds_twice

        if gplearn.__version__ not in TESTED_VERSIONS:
            tested = ", ".join(TESTED_VERSIONS)
            return f"the faster search is tested to give the same formulas as gplearn {tested} only"
        if not numpy_adds_so():
            return "this numpy adds numbers in an order that the faster search does not know"
        if self.const_range is not None and not (_is_power_of_two(self.const_range) or uniform_rounds_twice()):
            return f"this numpy rounds random constants of const_range {self.const_range} in a way of its own"
        if self.warm_start and not _functions_of(getattr(self, "_programs", [])) <= _functions_in(self.function_set):
            return "the search that it goes on with had functions that this one has not"
        return None


def _is_power_of_two(const_range: Any) -> bool:
    """Return whether random constants are the same however numpy rounds: a product with a power of two is exact."""
    low, high = const_range
    return math.frexp(float(high) - float(low))[0] in (0.0, 0.5)


def _functions_of(programs: list[Any]) -> set[Any]:
    return {node for program in (programs[-1] if programs else []) for node in program.program if callable(node)}


def _functions_in(function_set: Any) -> set[Any]:
    return {_function_map.get(function, function) for function in function_set}


def _one_part(n_programs: int, _: int) -> tuple[int, list[int], list[int]]:
    """Leave a generation in one part: its threads share what is known, processes would each start anew."""
    parts: tuple[int, list[int], list[int]] = genetic._partition_estimators(n_programs, 1)
    return parts
