"""`Generator`: random skeletons with data sets, drawn by a seed, and none that is banned."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_equate.banned import banned
from smoothdistill_equate.drawing import NoValueError, values_of
from smoothdistill_equate.expression import MOST_INPUTS, Expression, inputs, order, renamed, tokens
from smoothdistill_equate.kinship import Kin
from smoothdistill_equate.prior import Prior

Floats = NDArray[np.float64]

TRIES = 6
"""How often data are drawn for a skeleton before another one is taken."""
FARTHEST = 7.0
"""A data set has no row farther from the mean, in standard deviations."""
STRAIGHT = 0.005
"""A data set that a plane explains but for this share of the variance is none, unless the skeleton is a plane."""


@dataclass(frozen=True)
class Drawn:
    """A skeleton, and data that it explains: X (n, d), each column at most 1 in size, and y (n,)."""

    skeleton: Expression
    X: Floats
    y: Floats


class Generator:
    """A pool of unique skeletons, the best part of ``draws`` by ``seed``; frequent ones come more often."""

    def __init__(self, seed: int, draws: int = 300_000, rows: int = 160, ban: Kin | None = None) -> None:
        prior = Prior(np.random.default_rng(seed))
        counts = Counter(prior.draw() for _ in range(draws))
        ban = banned() if ban is None else ban
        self.skeletons = [skeleton for skeleton in sorted(counts, key=order) if skeleton not in ban]
        shares = np.array([counts[skeleton] for skeleton in self.skeletons]) ** 0.75
        self.shares = np.cumsum(shares / shares.sum())
        self.rows = rows

    def draw(self, rng: np.random.Generator) -> Drawn:
        """Return the next skeleton with data; a third of them are noisy."""
        while True:
            place = min(int(np.searchsorted(self.shares, rng.random())), len(self.skeletons) - 1)
            if drawn := data_for(self.skeletons[place], rng, self.rows):
                return drawn


def data_for(skeleton: Expression, rng: np.random.Generator, rows: int, noise: bool = True) -> Drawn | None:
    """Return a data set for a skeleton, None where none was found; its inputs are sorted, what matters most first."""
    for _ in range(TRIES):
        count = len(inputs(skeleton))
        if count < MOST_INPUTS and rng.random() < 0.15:
            count = min(MOST_INPUTS, count + 1 + int(rng.integers(2)))
        X = _inputs(rng, rows, count, {"inv", "sqrt", "log"}.isdisjoint(tokens(skeleton)))
        try:
            with np.errstate(all="ignore"):
                y = values_of(skeleton, X, rng)
        except NoValueError:
            continue
        spread = y.std()
        if np.abs(y - y.mean()).max() > FARTHEST * spread or (not _is_plane(skeleton) and _plane_explains(X, y)):
            continue
        if rng.random() < 0.25:
            y = y + 2 * spread * rng.standard_normal()
        if noise and rng.random() < 0.35:
            y = y + spread * math.exp(rng.uniform(math.log(0.003), math.log(0.12))) * rng.standard_normal(rows)
        first = np.argsort(-relevance(X, y), kind="stable")
        names = {f"x{old}": f"x{new}" for new, old in enumerate(first)}
        return Drawn(renamed(skeleton, names), X[:, first], y)
    return None


def relevance(X: Floats, y: Floats, bins: int = 8) -> Floats:
    """Return for each input (d,) the share of the variance of y that the means of its quantile bins explain."""
    sorted_y = (y - y.mean())[np.argsort(X, axis=0, kind="stable")]
    kept = len(y) // bins * bins
    means = sorted_y[:kept].reshape(bins, -1, X.shape[1]).mean(axis=1)
    explained: Floats = (means**2).mean(axis=0) / (y.var() + 1e-300)
    return explained


def _inputs(rng: np.random.Generator, rows: int, count: int, signed: bool) -> Floats:
    X = np.empty((rows, count))
    positive = not (signed and rng.random() < 0.65)
    for column in range(count):
        low, kind = rng.uniform(0.02, 0.6), rng.random()
        if positive:
            if kind < 0.65:
                X[:, column] = rng.uniform(low, 1, rows)
            elif kind < 0.85:
                X[:, column] = np.exp(rng.uniform(math.log(low), 0, rows))
            else:
                X[:, column] = np.exp(0.5 * rng.standard_normal(rows))
        elif kind < 0.45:
            X[:, column] = rng.uniform(-1, 1, rows)
        elif kind < 0.75:
            X[:, column] = rng.standard_normal(rows)
        else:
            X[:, column] = rng.uniform(-rng.random(), 1, rows)
    if not positive and count > 1 and rng.random() < 0.2:
        X = X / X.std(axis=0) + rng.uniform(0, 1.2, count) * rng.standard_normal((rows, 1))
    scaled: Floats = X / np.abs(X).max(axis=0)
    return scaled


def _is_plane(skeleton: Expression) -> bool:
    return set(tokens(skeleton)) <= {"add", *inputs(skeleton)}


def _plane_explains(X: Floats, y: Floats) -> bool:
    Z = np.c_[X, np.ones(len(X))]
    weights = np.linalg.solve(Z.T @ Z + 1e-9 * np.eye(Z.shape[1]), Z.T @ y)
    return float((y - Z @ weights).var()) < STRAIGHT * float(y.var())
