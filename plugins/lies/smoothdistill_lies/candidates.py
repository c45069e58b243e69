"""From a task to candidates: networks trained side by side, reduced to circuits, rounded, and written as formulas."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core import Candidate, DataError, DistillationTask
from smoothdistill_core.searching import as_shares, best_constant, checked, front, weights_of
from smoothdistill_core.searching.compiled_sums import product
from smoothdistill_lies.circuit import Circuit
from smoothdistill_lies.compiled_training import Data
from smoothdistill_lies.front import Member, member, worth_their_length
from smoothdistill_lies.least_squares import fitted
from smoothdistill_lies.pruning import pruned
from smoothdistill_lies.reduction import STEPS, levels
from smoothdistill_lies.rounding import EXACT, rounded
from smoothdistill_lies.space import Space, spaces
from smoothdistill_lies.training import trained
from smoothdistill_lies.writing import freed, written

if TYPE_CHECKING:
    from smoothdistill_lies.student import LIESStudent

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Spread = Callable[..., Iterable[Any]]
"""How a function is mapped over jobs, possibly on several threads, results in order."""

SPLIT, TRAINING = 0, 1
"""Streams of random numbers."""

LEARNING, REDUCED = 0.5, 0.8
"""The shares of a time limit after which no more networks are trained, and no more circuits reduced."""

FIT_ROWS, FINAL_ROWS = 1_000, 4_000
"""Circuits are reduced on at most this many rows, and fitted in the end on at most this many."""

VALIDATION, FEWEST = 0.2, 20
"""The share of rows that is kept to choose between the spaces; with fewer rows than this all are fitted."""

FINAL_STEPS = 60
"""Steps of least squares that the constants of a formula get at most."""


@dataclass(frozen=True, eq=False)
class Reduced:
    """A circuit of one level, and its error where it was fitted."""

    circuit: Circuit
    error: float


def candidates(task: DistillationTask, student: LIESStudent) -> Sequence[Candidate]:
    """Return the best constant, and unless the target is one, the front of the formulas found."""
    task = checked(task)
    constant = best_constant(task)
    if constant.is_exact:
        return [constant.candidate]
    with ThreadPoolExecutor(max(1, task.threads)) as pool:
        found = _Search(task, student, pool.map).members()
    return [constant.candidate, *(each.candidate for each in worth_their_length(found, student.max_complexity))]


class _Search:
    """One task: its rows, its spaces, and what becomes of them."""

    def __init__(self, task: DistillationTask, student: LIESStudent, spread: Spread) -> None:
        self.X, self.y, self.weights = np.ascontiguousarray(task.X), task.y, weights_of(task)
        self.student, self.spread = student, spread
        self.seed = task.seed % 2**64
        self.spaces = spaces(student.space, task)
        self.deadline = task.deadline
        self.training, self.reduction = task.deadline.part(LEARNING), task.deadline.part(REDUCED)

    def members(self) -> list[Member]:
        """Return all formulas of the better space."""
        rows = len(self.y)
        order = np.random.default_rng([self.seed, SPLIT]).permutation(rows)
        held = order[: int(VALIDATION * rows)] if len(self.spaces) > 1 and rows >= FEWEST else order[:0]
        shown = np.sort(order[len(held) :])
        tries = range(-1, self.student.tries)
        jobs = [(number, attempt) for number in range(len(self.spaces)) for attempt in tries]
        found = list(self.spread(lambda job: self._reduced(job[0], job[1], shown), jobs))
        best: tuple[float, Space, list[Circuit]] | None = None
        for number, space in enumerate(self.spaces):
            own = [levels for (place, _), levels in zip(jobs, found, strict=True) if place == number]
            if all(levels is None for levels in own[1:]) and not self.deadline.cut:
                continue
            reduced = (each for levels in own for each in levels or [])
            kept = front(reduced, size=lambda each: each.circuit.terms, error=lambda each: each.error)
            circuits = [each.circuit for each in kept]
            circuits = list(self.spread(lambda each, space=space: self._fitted(space, each, shown), circuits))
            error = min((self._error(space, circuit, held, shown) for circuit in circuits), default=math.inf)
            if best is None or error < best[0]:
                best = error, space, circuits
        if best is None:
            raise DataError(
                f"all {self.student.tries} networks diverged, after restarts; a lower learning_rate than "
                f"{self.student.learning_rate}, or targets without outliers, would help"
            )
        _, space, circuits = best
        if not circuits:
            return []
        *shorter, longest = circuits
        made = self.spread(lambda each: None if self.deadline.is_over() else self._member(space, each), shorter)
        return [*filter(None, made), self._member(space, longest)]

    def _reduced(self, number: int, attempt: int, shown: Ints) -> list[Reduced] | None:
        """Return the levels of one network, of the identities alone for attempt -1; None where it diverged."""
        space = self.spaces[number]
        visible = shown[space.visible(self.y[shown])]
        features, y, weights = space.features(self.X[visible]), self.y[visible], self.weights[visible]
        y = np.log(space.target(y)) if space.kind == "log" else y
        shares = as_shares(weights)
        mean = product(shares, y)
        deviation = math.sqrt(product(shares, (y - mean) ** 2)) or 1.0
        deviation, centre = (1.0, 0.0) if space.kind == "log" else (deviation, mean)
        y = (y - centre) / deviation
        if attempt < 0:
            circuit = _identities(features, y, shares)
        elif self.training.is_over():
            return None
        else:
            scales = np.abs(features[1:]).max(axis=1) if space.kind == "log" else np.ones(len(features) - 1)
            scales = np.where(scales > 0.0, scales, 1.0)
            inputs = np.ascontiguousarray((features[1:] / scales[:, None]).T)
            architecture = self.student.architecture(inputs.shape[1])
            data = Data(inputs, y, shares * len(y))
            stream = (self.seed, TRAINING, number, attempt)
            theta = trained(self.student, architecture, data, stream, self.training)
            if theta is None:
                return None
            if self.student.pruning:
                theta = pruned(architecture, theta, inputs, self.student.pruning_threshold)
            circuit = Circuit.of(architecture, theta, scales)
        return list(self._levels(space, circuit.rescaled(deviation, centre), shown))

    def _levels(self, space: Space, circuit: Circuit, shown: Ints) -> Iterator[Reduced]:
        """Yield the levels of a circuit with their errors for the target itself.

        In log space there are two ways down: by the errors of logarithms, from where laws are found, and from the
        first of these levels by those of the target, which noise in small targets does not lead astray.
        """
        rows = shown[_every(len(shown), FIT_ROWS)]
        features, y, shares = space.features(self.X[rows]), space.target(self.y[rows]), as_shares(self.weights[rows])
        if space.kind == "log":
            seen = space.visible(self.y[rows])
            few = np.ascontiguousarray(features[:, seen])
            logarithms, their_shares = np.log(y[seen]), as_shares(self.weights[rows][seen])
            down = [found for found, _ in self.reduction.within(levels(circuit, few, logarithms, their_shares))]
            for found in self.reduction.within(down):
                yield Reduced(*fitted(found, features, y, shares, STEPS, exponential=True))
            circuit = down[0] if down else circuit
        for found, error in self.reduction.within(levels(circuit, features, y, shares, space.kind == "log")):
            yield Reduced(found, error)

    def _fitted(self, space: Space, circuit: Circuit, shown: Ints) -> Circuit:
        if self.deadline.is_over():
            return circuit
        features, y, shares = self._final(space, shown)
        return fitted(circuit, features, y, shares, FINAL_STEPS, space.kind == "log")[0]

    def _member(self, space: Space, circuit: Circuit) -> Member:
        circuit = circuit if self.deadline.is_over() else self._rounded(space, circuit)
        network, formula = written(circuit, space)
        shares = as_shares(self.weights)
        mean = product(shares, self.y)
        return member(network, formula, self.X, self.y, shares / product(shares, (self.y - mean) ** 2))

    def _rounded(self, space: Space, circuit: Circuit) -> Circuit:
        features, y, shares = self._final(space, np.arange(len(self.y)))
        is_log = space.kind == "log"
        circuit, error = fitted(circuit, features, y, shares, FINAL_STEPS, is_log)
        free, without = fitted(freed(circuit, space), features, y, shares, FINAL_STEPS, is_log)
        circuit = free if without <= max(error, EXACT) else circuit
        return rounded(circuit, space, features, y, shares, len(self.y), self.deadline)

    def _final(self, space: Space, rows: Ints) -> tuple[Floats, Floats, Floats]:
        """Return features, target and shares over the variance, of up to ``FINAL_ROWS`` of some rows."""
        rows = rows[_every(len(rows), FINAL_ROWS)]
        y, shares = space.target(self.y[rows]), as_shares(self.weights[rows])
        mean = product(shares, y)
        variance = product(shares, (y - mean) ** 2)
        return space.features(self.X[rows]), y, shares / (variance or 1.0)

    def _error(self, space: Space, circuit: Circuit, held: Ints, shown: Ints) -> float:
        """Return the squared error by which spaces are compared: on ``held`` rows, or if there are none on ``shown``.

        Rows that were fitted favour long formulas, which pass through all of them. There the error is divided by
        (1 - weights / rows)^2. Source: P. Craven and G. Wahba, *Smoothing noisy data with spline functions*, 1979.
        """
        if len(self.spaces) == 1:
            return 0.0
        rows = held if len(held) else shown
        y, shares = self.y[rows], as_shares(self.weights[rows])
        with np.errstate(all="ignore"):
            out = circuit.values(space.features(self.X[rows]))[-1]
            off = ((np.exp(out) if space.kind == "log" else out) - space.target(y)) / space.spread
            found = product(shares, off * off)
        if not math.isfinite(found):
            return math.inf
        if len(held):
            return found
        free = len(rows) - circuit.terms
        none = EXACT * product(shares, (y - product(shares, y)) ** 2)
        return max(found, none) * (len(rows) / free) ** 2 if free > 0 else math.inf


def _identities(features: Floats, y: Floats, shares: Floats) -> Circuit:
    """Return a circuit without units, each input weighted by its own slope, as a start for least squares."""
    weights = np.zeros((1, len(features)))
    weights[0, 0] = product(shares, y) or 1.0
    for column in range(1, len(features)):
        with np.errstate(all="ignore"):
            off = features[column] - product(shares, features[column])
            square, along = product(shares, off * off), product(shares * off, y)
        slope = along / square if square > 0.0 else 0.0
        weights[0, column] = slope if math.isfinite(slope) else 0.0
    return Circuit(len(features) - 1, (), weights)


def _every(rows: int, most: int) -> Ints:
    """Return evenly spaced rows, all where there are few."""
    return np.arange(rows) if rows <= most else np.linspace(0, rows - 1, most).astype(np.int64)
