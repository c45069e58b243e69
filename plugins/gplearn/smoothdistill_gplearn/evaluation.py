"""How fit gplearn's programs are: each different program is judged once, as the metric of gplearn judges it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from gplearn.fitness import mean_absolute_error, mean_square_error, root_mean_square_error

from smoothdistill_gplearn.interpreter import ABSOLUTE, PREDICT, SQUARED
from smoothdistill_gplearn.prediction import Predictor
from smoothdistill_gplearn.samples import Samples

if TYPE_CHECKING:
    from smoothdistill_gplearn.generation import Generation
    from smoothdistill_gplearn.individual import Individual

    Task = tuple[int, list[Individual]]
    """The number of a program, and the individuals that are this program."""

CACHED_NUMBERS = 2**17
"""Predictions held at a time where a metric wants them, in numbers: 1 MB, about a core's own cache."""

JUDGED_NUMBERS = 2**24
"""Predictions that one compiled call compares, in numbers: some tens of milliseconds, so that Ctrl-C is heard."""

ERRORS = {
    mean_absolute_error.function: ABSOLUTE,
    mean_square_error.function: SQUARED,
    root_mean_square_error.function: SQUARED,
}
"""The metrics that are means of errors, which are added up where they arise; others are called with predictions."""


class Evaluation:
    """Judges generations of programs of ``functions`` on one table, on ``threads`` threads."""

    def __init__(
        self, X: Any, y: Any, sample_weight: Any, metric: Any, max_samples: int, threads: int, functions: Sequence[Any]
    ) -> None:
        self.X, self.y, self.metric, self.threads = X, y, metric, threads
        self.rows, self.max_samples = len(X), max_samples
        self.weights = np.ones(self.rows) if sample_weight is None else sample_weight
        self.predictor = Predictor(X, y, self.weights, functions)
        self.known: dict[int, Any] = {}
        self._total_weight = self.weights.sum(dtype=np.float64)
        adds_up = self.predictor.is_exact and self._total_weight != 0  # which gplearn's metric refuses
        self._wanted = ERRORS.get(metric.function, PREDICT) if adds_up else PREDICT

    def score(self, generation: Generation, population: Sequence[Individual]) -> None:
        """Set the raw fitness of each program of a generation; out of its sample too, where it has one."""
        if self.predictor.is_full():
            self.predictor.forget()
            self.known.clear()
        roots = self.predictor.roots(generation.programs)
        alike: dict[int, list[Individual]] = {}
        for root, individual in zip(roots, population, strict=True):
            alike.setdefault(root, []).append(individual)
        if self.max_samples < self.rows:  # every program is judged on rows of its own
            self._each(self._score_samples, list(alike.items()))
            return
        new = [(root, individuals) for root, individuals in alike.items() if root not in self.known]
        fitness = self._each(self._fitness if self._wanted == PREDICT else self._mean_errors, new)
        self.known.update(zip((root for root, _ in new), fitness, strict=True))
        for individual, root in zip(population, roots, strict=True):
            individual.raw_fitness_ = self.known[root]

    def _each(self, judge: Any, tasks: list[Task]) -> list[Any]:
        """Return what ``judge`` says of each different program."""
        size = (JUDGED_NUMBERS if judge == self._mean_errors else CACHED_NUMBERS) // self.rows
        judged = []
        for batch in self.predictor.batches(tasks):
            self.predictor.prepare([root for root, _ in batch], self._over_threads)
            judged += self._over_threads(judge, batch, size)
        return judged

    def _over_threads(self, work: Any, tasks: Sequence[Any], size: int) -> list[Any]:
        """Return the results of ``work`` on at most ``size`` of the ``tasks`` at a time, in their order."""
        size = max(1, min(size, -(-len(tasks) // self.threads)))
        batches = [tasks[i : i + size] for i in range(0, len(tasks), size)]
        if self.threads == 1 or len(batches) < 2:
            return list(chain.from_iterable(map(work, batches)))
        with ThreadPoolExecutor(self.threads) as pool:
            # numpy's errstate lives in the context, which threads do not inherit
            waiting = [pool.submit(copy_context().run, work, batch) for batch in batches]
            return list(chain.from_iterable(future.result() for future in waiting))

    def _mean_errors(self, batch: Sequence[Task]) -> list[Any]:
        means = self.predictor.run([root for root, _ in batch], self._wanted)[:, 0] / self._total_weight
        if self.metric.function is root_mean_square_error.function:
            means = np.sqrt(means)
        worst = getattr(self.metric, "worst", None)
        return list(means) if worst is None else [worst if mean != mean else mean for mean in means]

    def _predictions(self, batch: Sequence[Task]) -> Any:
        if self.predictor.is_exact:
            return self.predictor.run([root for root, _ in batch], PREDICT)
        return [individuals[0].execute(self.X) for _, individuals in batch]

    def _fitness(self, batch: Sequence[Task]) -> list[Any]:
        return [self.metric(self.y, prediction, self.weights) for prediction in self._predictions(batch)]

    def _score_samples(self, batch: Sequence[Task]) -> tuple[()]:
        samples = Samples(self.rows, self.max_samples)
        for (_, individuals), prediction in zip(batch, self._predictions(batch), strict=True):
            for individual in individuals:
                indices, not_indices = individual.sample(samples)
                inside, outside = self.weights.copy(), self.weights.copy()
                inside[not_indices] = 0
                outside[indices] = 0
                individual.raw_fitness_ = self.metric(self.y, prediction, inside)
                individual.oob_fitness_ = self.metric(self.y, prediction, outside)
        return ()
