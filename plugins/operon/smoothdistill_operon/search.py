"""Runs Operon: breeds a population of trees for error and length at once (NSGA-II), and fits their constants."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyoperon
from pyoperon.sklearn import SymbolicRegressor

from smoothdistill_core.searching import interruptible
from smoothdistill_operon.primitives import SYMBOLS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_core import Deadline
    from smoothdistill_operon.searches import Search
    from smoothdistill_operon.student import OperonStudent

    Array = NDArray[np.float64]

KEPT = 4
"""Trees of each length that come out of a search: the best may have a pole, or be overtaken in the last fit."""

LAST_STEPS = 50
"""Steps of the last fit of the constants, by Levenberg-Marquardt, of the trees that come out."""

UNLIMITED = 2**62
"""A budget that is never used up: where one ends a search depends on the threads."""


def bred(
    X: Array, y: Array, student: OperonStudent, search: Search, seed: int, threads: int, deadline: Deadline
) -> list[Any]:
    """Return the best trees of each length that Operon ends with; the same for any number of threads.

    Where the ``deadline`` comes first it ends with the generation that is being bred then; it counts whole seconds.
    """
    regressor = SymbolicRegressor(
        allowed_symbols=",".join([*(SYMBOLS[operator] for operator in search.operators), "constant", "variable"]),
        objectives=["r2", "length"],
        max_length=student.max_length,
        max_depth=student.max_depth,
        population_size=student.population_size,
        generations=search.generations,
        max_evaluations=UNLIMITED,
        optimizer="lbfgs",  # its Levenberg-Marquardt takes over a fit only where it halves the error (0.6.2)
        optimizer_iterations=student.local_iterations,
        local_search_probability=student.local_probability,
        tournament_size=student.tournament_size,
        crossover_probability=student.crossover_probability,
        mutation_probability=student.mutation_probability,
        epsilon=student.epsilon,
        max_time=None if math.isinf(deadline.left) else max(1, int(deadline.left)),
        n_threads=threads,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        interruptible(_fit, regressor, X, y)
    if regressor.stats_["generations"] < search.generations:
        deadline.note_cut()
    return shortlist(regressor.individuals_)


def _fit(regressor: SymbolicRegressor, X: Array, y: Array) -> None:
    with np.errstate(all="ignore"):
        regressor.fit(X, y)


def shortlist(individuals: Iterable[Any]) -> list[Any]:
    """Return the trees of the best individuals of each length, `KEPT` at most, whose errors differ."""
    lengths: dict[int, dict[float, Any]] = {}
    for individual in sorted(individuals, key=lambda individual: float(individual.GetFitness(0))):
        kept = lengths.setdefault(individual.Genotype.Length, {})
        if len(kept) < KEPT:
            kept.setdefault(individual.GetFitness(0), individual.Genotype)
    return [tree for length in sorted(lengths) for tree in lengths[length].values()]


class Data:
    """Rows as Operon holds them, in single precision: X (n, d), and y (n,) as its last column."""

    def __init__(self, X: Array, y: Array) -> None:
        self._table = pyoperon.Dataset(np.asfortranarray(np.column_stack([X, y])))
        self._range = pyoperon.Range(0, len(y))
        *inputs, self._target = sorted(self._table.Variables, key=lambda variable: variable.Index)
        self.columns = {variable.Hash: column for column, variable in enumerate(inputs)}
        """The column of X for each hash by which Operon's trees name inputs."""

    def evaluated(self, tree: Any) -> Array:
        """Return Operon's own value of a tree for each row (n,)."""
        value = pyoperon.Evaluate(pyoperon.DispatchTable(), tree, self._table, self._range)
        return np.asarray(value, dtype=np.float64).reshape(-1)

    def fitted(self, trees: Sequence[Any], deadline: Deadline) -> list[Any]:
        """Return trees with constants fitted to y by Levenberg-Marquardt, better or not; as many as in time."""
        problem = pyoperon.Problem(self._table)
        problem.TrainingRange = problem.TestRange = self._range
        problem.Target = self._target
        problem.InputHashes = list(self.columns)
        # each holds a C++ pointer to the one before: none may go while the last is in use
        functions = pyoperon.DispatchTable()
        method = pyoperon.LMOptimizer(functions, problem, LAST_STEPS, 0)
        optimizer = pyoperon.CoefficientOptimizer(method)
        generator = pyoperon.RandomGenerator(0)
        fitted = []
        for tree in deadline.within(trees):
            # Tree(tree), which should copy as well, crashes in pyoperon 0.6.2
            copy = pyoperon.Tree(tree.Nodes).UpdateNodes()
            _, summary = optimizer(generator, copy)
            copy.SetCoefficients(np.array(summary.FinalParameters, dtype=np.float32))
            fitted.append(copy)
        return fitted
