"""Breeds generations exactly as gplearn does: the same random numbers, the same programs, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from gplearn.utils import _get_n_jobs

from smoothdistill_gplearn.breeding import FULL, GROW, HALF_AND_HALF, Rules
from smoothdistill_gplearn.evaluation import Evaluation
from smoothdistill_gplearn.generation import Generation, next_generation, written
from smoothdistill_gplearn.individual import Individual, settings

if TYPE_CHECKING:
    from smoothdistill_core import Deadline

INIT_METHODS = {"half and half": HALF_AND_HALF, "full": FULL, "grow": GROW}


class Evolution:
    """One search's generations: stands in for gplearn's ``_parallel_evolve``, whose arguments it takes.

    Once a ``deadline`` is over it tells the ``search`` that any fitness will do, which ends it with the best program of
    this generation.
    """

    def __init__(self, search: Any, deadline: Deadline | None = None) -> None:
        self._search, self._deadline = search, deadline
        self._left = search.generations
        self._generation: Generation | None = None

    def __call__(
        self, n_programs: int, parents: Any, X: Any, y: Any, sample_weight: Any, seeds: Any, params: dict[str, Any]
    ) -> list[Individual]:
        """Return the next generation, bred from ``parents`` (None: grown from nothing) and judged."""
        if self._generation is None:
            self._begin(parents, X, y, sample_weight, params)
        fitness = np.array([] if parents is None else [parent.fitness_ for parent in parents], np.float64)
        self._generation = next_generation(self._rules, self._functions, self._generation, fitness, seeds)
        population = [Individual(self._generation, index, self._settings) for index in range(n_programs)]
        self._evaluation.score(self._generation, population)
        self._left -= 1
        if self._left and self._deadline is not None and self._deadline.is_over():
            self._search.stopping_criteria = -np.inf if params["_metric"].greater_is_better else np.inf
        return population

    def _begin(self, parents: Any, X: Any, y: Any, sample_weight: Any, params: dict[str, Any]) -> None:
        rows, features = X.shape
        max_samples = int(params["max_samples"] * rows)
        self._functions = list(dict.fromkeys(params["function_set"]))
        self._rules = rules(params, features, self._functions)
        self._settings = settings(params, rows, features, max_samples)
        threads = _get_n_jobs(params["n_jobs"])
        self._evaluation = Evaluation(X, y, sample_weight, params["_metric"], max_samples, threads, self._functions)
        if parents is not None:  # of a search that goes on
            self._generation = written([parent.program for parent in parents], self._functions)


def rules(params: dict[str, Any], features: int, functions: list[Any]) -> Rules:
    """Return what the ``params`` of a search say of breeding programs of ``functions``."""
    number = {function: place for place, function in enumerate(functions)}
    alike = [params["arities"].get(arity, []) for arity in range(max(params["arities"]) + 1)]
    low, high = params["init_depth"]
    const_low, const_high = params["const_range"] or (0.0, 0.0)
    return Rules(
        features=features,
        function_set=np.array([number[function] for function in params["function_set"]], np.int64),
        arities=np.array([function.arity for function in functions], np.int64),
        alike=np.array([number[function] for group in alike for function in group], np.int64),
        alike_ends=np.cumsum([len(group) for group in alike]),
        init_depth=(low, high + 1),
        init_method=INIT_METHODS[params["init_method"]],
        has_constants=params["const_range"] is not None,
        const_low=float(const_low),
        const_span=float(const_high) - float(const_low),
        methods=params["method_probs"],
        p_point_replace=float(params["p_point_replace"]),
        tournament_size=params["tournament_size"],
        greater_is_better=params["_metric"].greater_is_better,
    )
