"""gplearn's fitness measures, made safe against programs that overflow."""

from __future__ import annotations

from typing import Any


def overflow_last(metric: str) -> Any:
    """Return gplearn's ``metric`` with nan replaced by the worst value there is.

    A program that overflows to ``inf - inf`` has the fitness nan, which numpy's argmin and argmax take
    for the best: in plain gplearn it wins every tournament and is what the search returns. Where no
    program has the fitness nan, the search is exactly gplearn's.
    """
    import numpy as np
    from gplearn.fitness import _fitness_map, make_fitness

    raw = _fitness_map[metric]
    worst = -raw.sign * np.inf

    def fitness(y: Any, y_pred: Any, w: Any) -> Any:
        value = raw(y, y_pred, w)
        return worst if np.isnan(value) else value

    return make_fitness(function=fitness, greater_is_better=raw.greater_is_better)
