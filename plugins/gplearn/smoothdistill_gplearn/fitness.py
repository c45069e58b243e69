"""gplearn's fitness measures, made safe against programs that overflow."""

from __future__ import annotations

from typing import Any

import numpy as np
from gplearn.fitness import _Fitness, _fitness_map


class OverflowLast(_Fitness):  # type: ignore[misc]
    """A measure of gplearn's with nan replaced by the worst value there is."""

    def __init__(self, plain: Any) -> None:
        super().__init__(plain.function, plain.greater_is_better)
        self.worst = -plain.sign * np.inf

    def __call__(self, *args: Any) -> Any:
        """Return the fitness for targets, predictions and weights, (n,) each."""
        value = super().__call__(*args)
        return self.worst if np.isnan(value) else value


def overflow_last(metric: str) -> OverflowLast:
    """Return gplearn's ``metric`` with nan replaced by the worst value there is.

    A program that overflows to ``inf - inf`` has the fitness nan, which numpy's argmin and argmax take
    for the best: in plain gplearn it wins every tournament and is what the search returns. Where no
    program has the fitness nan, the search is exactly gplearn's.
    """
    return OverflowLast(_fitness_map[metric])
