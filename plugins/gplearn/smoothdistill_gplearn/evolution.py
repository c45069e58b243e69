"""Breeds generations exactly as gplearn does: the same random numbers, the same programs, several times faster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from gplearn.utils import _get_n_jobs

from smoothdistill_gplearn.draws import Draws
from smoothdistill_gplearn.evaluation import Evaluation
from smoothdistill_gplearn.individual import Individual

if TYPE_CHECKING:
    from smoothdistill_core import Deadline

SETTINGS = (
    "function_set",
    "arities",
    "init_depth",
    "init_method",
    "const_range",
    "p_point_replace",
    "parsimony_coefficient",
    "feature_names",
)
"""Parameters of the search that each of its programs is told."""


class Evolution:
    """One search's generations: stands in for gplearn's ``_parallel_evolve``, whose arguments it takes.

    Once a ``deadline`` is over it tells the ``search`` that any fitness will do, which ends it with the best program of
    this generation.
    """

    def __init__(self, search: Any, deadline: Deadline | None = None) -> None:
        self._search, self._deadline = search, deadline
        self._left = search.generations
        self._evaluation: Evaluation | None = None

    def __call__(
        self, n_programs: int, parents: Any, X: Any, y: Any, sample_weight: Any, seeds: Any, params: dict[str, Any]
    ) -> list[Individual]:
        """Return the next generation, bred from ``parents`` (None: grown from nothing) and judged."""
        rows, features = X.shape
        max_samples = int(params["max_samples"] * rows)
        if self._evaluation is None:
            threads = _get_n_jobs(params["n_jobs"])
            self._evaluation = Evaluation(X, y, sample_weight, params["_metric"], max_samples, threads)

        settings = {name: params[name] for name in SETTINGS}
        settings |= {"n_features": features, "metric": params["_metric"], "transformer": params["_transformer"]}
        population = []
        random_state = Draws()
        tournament = None if parents is None else _Tournament(parents, params, random_state)
        for seed in seeds.tolist():
            random_state.seed(seed)
            program, genome = (None, None) if tournament is None else tournament.offspring()
            individual = Individual(**settings, random_state=random_state, program=program)
            individual.parents = genome
            individual.remember_sample(rows, max_samples, random_state)
            population.append(individual)
        self._evaluation.score(population)
        self._left -= 1
        if self._left and self._deadline is not None and self._deadline.is_over():
            self._search.stopping_criteria = -np.inf if params["_metric"].greater_is_better else np.inf
        return population


class _Tournament:
    """Chooses parents, and how they breed."""

    def __init__(self, parents: list[Any], params: dict[str, Any], random_state: Draws) -> None:
        self.parents, self.random_state = parents, random_state
        self.size = params["tournament_size"]
        fitness = np.array([parent.fitness_ for parent in parents])
        standing = np.unique(-fitness if params["_metric"].greater_is_better else fitness, return_inverse=True)[1]
        standing[np.isnan(fitness)] = -1  # as numpy's argmin and argmax, which gplearn calls, have it
        self.standing = standing.tolist()
        self.method_probs = params["method_probs"].tolist()

    def winner(self) -> tuple[Any, Any]:
        """Return the fittest of a random few, and its place in the generation."""
        contenders = self.random_state.randint(0, len(self.parents), self.size)
        index = min(contenders, key=self.standing.__getitem__)
        return self.parents[index], index

    def offspring(self) -> tuple[list[Any], dict[str, Any]]:
        """Return a new program and how it came to be."""
        method = self.random_state.uniform()
        parent, index = self.winner()
        crossover, subtree, hoist, point = self.method_probs
        if method < crossover:
            donor, donor_index = self.winner()
            program, removed, remains = parent.crossover(donor.program, self.random_state)
            donated = {"donor_idx": donor_index, "donor_nodes": remains}
            return program, _genome("Crossover", index, removed) | donated
        if method < subtree:
            program, removed, _ = parent.subtree_mutation(self.random_state)
            return program, _genome("Subtree Mutation", index, removed)
        if method < hoist:
            program, removed = parent.hoist_mutation(self.random_state)
            return program, _genome("Hoist Mutation", index, removed)
        if method < point:
            program, mutated = parent.point_mutation(self.random_state)
            return program, _genome("Point Mutation", index, mutated)
        return parent.reproduce(), _genome("Reproduction", index, [])


def _genome(method: str, index: Any, nodes: Any) -> dict[str, Any]:
    return {"method": method, "parent_idx": index, "parent_nodes": nodes}
