"""`BestPair`: the product of two inputs that explains most."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement

import numpy as np
from pydantic import Field

from smoothdistill_core import Candidate, DistillationTask, Formula, Student


class BestPair(Student):
    """``a + b * x_i * x_j`` with the two inputs, which may be the same, that explain most."""

    name = "best_pair"
    libraries = ("numpy",)

    inputs: int = Field(default=20, ge=1, description="how many inputs are tried, from the first on")

    def distil(self, task: DistillationTask) -> Sequence[Candidate]:
        """Return the mean alone, then the best pair."""
        mean = float(task.y.mean())
        formulas = [Formula.constant(mean)]
        columns = range(min(self.inputs, task.X.shape[1]))
        gains = {pair: self._gain(task, pair) for pair in combinations_with_replacement(columns, 2)}
        best = max(gains, key=gains.__getitem__)
        if gains[best] > 1e-9:
            product = task.X[:, best[0]] * task.X[:, best[1]]
            slope = float(np.cov(product, task.y, bias=True)[0, 1] / product.var())
            pair = Formula.apply("mul", Formula.variable(best[0]), Formula.variable(best[1]))
            term = Formula.apply("mul", Formula.constant(slope), pair)
            formulas.append(Formula.apply("add", Formula.constant(mean - slope * float(product.mean())), term))
        return [Candidate(formula, formula.predict) for formula in formulas]

    def _gain(self, task: DistillationTask, pair: tuple[int, int]) -> float:
        """Return by how much the mean squared error falls."""
        product = task.X[:, pair[0]] * task.X[:, pair[1]]
        spread = float(product.var())
        return float(np.cov(product, task.y, bias=True)[0, 1]) ** 2 / spread if spread > 1e-9 else 0.0
