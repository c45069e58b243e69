"""How fit gplearn's programs are: each different program is judged once, by the metric that gplearn itself calls."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from smoothdistill_gplearn.draws import Draws
from smoothdistill_gplearn.prediction import Predictor, key

if TYPE_CHECKING:
    from smoothdistill_gplearn.individual import Individual
    from smoothdistill_gplearn.prediction import Key

CACHED_NUMBERS = 2**17
"""Predictions held at a time, in numbers: 1 MB, about a core's own cache."""


class Evaluation:
    """Judges generations of programs on one table, on ``threads`` threads."""

    def __init__(self, X: Any, y: Any, sample_weight: Any, metric: Any, max_samples: int, threads: int) -> None:
        self.predictions = Predictor(X)
        self.y, self.metric, self.threads = y, metric, threads
        self.rows = len(X)
        self.all_rows = max_samples == self.rows
        self.weights = np.ones(self.rows) if sample_weight is None else sample_weight
        self.known: dict[Key, Any] = {}

    def score(self, population: Sequence[Individual]) -> None:
        """Set the raw fitness of each program of a generation; out of its sample too, where it has one."""
        alike: dict[Key, list[Individual]] = {}
        for individual in population:
            alike.setdefault(key(individual.program), []).append(individual)
        self.predictions.forget()
        if self.all_rows:
            new = [program for program in alike if program not in self.known]
            fitness = self._over_threads(self._fitness, [alike[program][0] for program in new])
            known = self.known | dict(zip(new, fitness, strict=True))
            # the next generation descends from this one alone: what died out is forgotten
            self.known = {program: known[program] for program in alike}
            for program, individuals in alike.items():
                for individual in individuals:
                    individual.raw_fitness_ = known[program]
        else:  # every program is judged on rows of its own
            self._over_threads(self._score_samples, list(alike.values()))

    def _over_threads(self, work: Any, tasks: Sequence[Any]) -> list[Any]:
        """Return the results of ``work`` on small batches of ``tasks``, in their order."""
        size = max(1, min(CACHED_NUMBERS // self.rows, -(-len(tasks) // self.threads)))
        batches = [tasks[i : i + size] for i in range(0, len(tasks), size)]
        if self.threads == 1 or len(batches) < 2:
            return list(chain.from_iterable(map(work, batches)))
        with ThreadPoolExecutor(self.threads) as pool:
            # numpy's errstate lives in the context, which threads do not inherit
            waiting = [pool.submit(copy_context().run, work, batch) for batch in batches]
            return list(chain.from_iterable(future.result() for future in waiting))

    def _fitness(self, batch: Sequence[Individual]) -> list[Any]:
        return [self.metric(self.y, prediction, self.weights) for prediction in self.predictions(batch)]

    def _score_samples(self, batch: Sequence[Sequence[Individual]]) -> tuple[()]:
        draws = Draws()
        predictions = self.predictions([individuals[0] for individuals in batch])
        for individuals, prediction in zip(batch, predictions, strict=True):
            for individual in individuals:
                indices, not_indices = individual.sample(draws)
                inside, outside = self.weights.copy(), self.weights.copy()
                inside[not_indices] = 0
                outside[indices] = 0
                individual.raw_fitness_ = self.metric(self.y, prediction, inside)
                individual.oob_fitness_ = self.metric(self.y, prediction, outside)
        return ()
