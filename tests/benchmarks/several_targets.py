"""Teachers that learn three targets together beside teachers of each alone: R2 on fresh rows, and seconds.

    python tests/benchmarks/several_targets.py

Three made functions with three outputs each, 500 training rows with a tenth of noise, seeds 0 to 4, the default `mlp`.
R2 is the mean over outputs, seeds and 5,000 rows without noise. The strengths of a penalty are trained in one call, as
in a study; seconds are of a call.
"""

from __future__ import annotations

import time

import numpy as np

from smoothdistill_core import TrainingJob
from smoothdistill_mlp.teacher import MLP
from smoothdistill_smoothness.penalties import Jacobian, Unregularized

ROWS, FRESH, SEEDS, NOISE = 500, 5_000, 5, 0.1
INPUTS = 6
SWEEPS = {"none": (Unregularized(), (0.0,)), "jacobian": (Jacobian(), (0.001, 0.01, 0.1))}


def common_part(X):
    """Return targets that have a bump in common."""
    bump = np.exp(-(X[:, 0] ** 2)) * X[:, 1]
    return [bump + X[:, 2], 2.0 * bump - X[:, 3], bump * X[:, 2] + np.tanh(X[:, 4])]


def nothing_common(X):
    """Return targets of different inputs."""
    return [
        np.sin(2.0 * X[:, 0]) * X[:, 1],
        np.sqrt(1.0 + (X[:, 2] * X[:, 3]) ** 2),
        np.exp(-X[:, 4]) / (2.5 + X[:, 5]),
    ]


def arm(X):
    """Return where the hand of an arm of three joints is, and how it is turned."""
    first, second, third = X[:, 0], X[:, 0] + X[:, 1], X[:, 0] + X[:, 1] + X[:, 2]
    reach = 1.0 + 0.2 * X[:, 3]
    x = reach * np.cos(first) + 0.8 * np.cos(second) + 0.4 * np.cos(third)
    y = reach * np.sin(first) + 0.8 * np.sin(second) + 0.4 * np.sin(third)
    return [x, y, np.sin(third)]


FUNCTIONS = [common_part, nothing_common, arm]


def data(function, seed):
    """Return standardised X (n, d) and Y (n, 3), and fresh rows on the same scale without noise."""
    rng = np.random.default_rng(seed)
    X, fresh = (rng.uniform(-2.0, 2.0, size=(rows, INPUTS)) for rows in (ROWS, FRESH))
    clean, wanted = (np.column_stack(function(each)) for each in (X, fresh))
    mean, scale = clean.mean(axis=0), clean.std(axis=0)
    Y = (clean - mean) / scale + NOISE * rng.normal(size=clean.shape)
    return X / X.std(), Y, fresh / X.std(), (wanted - mean) / scale


def r2(predicted, wanted):
    """Return the mean R2 of columns (n, k)."""
    return float(np.mean(1.0 - ((predicted - wanted) ** 2).mean(axis=0) / wanted.var(axis=0)))


def compared(function, regularizer, strengths, seeds=SEEDS, **options):
    """Return R2 by strength of teachers of all targets together, and of each alone, and the seconds of both."""
    mlp = MLP(**options)
    scores, seconds = np.empty((seeds, len(strengths), 2)), np.zeros(2)
    for seed in range(seeds):
        X, Y, fresh, wanted = data(function, seed)
        columns = [y.copy() for y in Y.T]
        began = time.perf_counter()
        together = mlp.train([TrainingJob(X, Y, regularizer, strength, seed) for strength in strengths])
        between = time.perf_counter()
        apart = [mlp.train([TrainingJob(X, y, regularizer, strength, seed) for strength in strengths]) for y in columns]
        seconds += between - began, time.perf_counter() - between
        for place, of_all in enumerate(together):
            of_each = np.column_stack([one[place].predict(fresh) for one in apart])
            scores[seed, place] = r2(of_all.predict(fresh), wanted), r2(of_each, wanted)
    return scores.mean(axis=0), seconds / seeds


def main():
    """Print a table."""
    compared(arm, Jacobian(), (0.01,), seeds=1, epochs=1)  # what is compiled once
    print(f"{'function':16}{'penalty':16}{'together':>9}{'apart':>8}{'difference':>12}{'seconds':>9}{'apart':>7}")
    for function in FUNCTIONS:
        for name, (regularizer, strengths) in SWEEPS.items():
            scores, (first, second) = compared(function, regularizer, strengths)
            for strength, (together, apart) in zip(strengths, scores, strict=True):
                row = f"{together:9.4f}{apart:8.4f}{together - apart:+12.4f}{first:9.1f}{second:7.1f}"
                print(f"{function.__name__:16}{name + f' {strength:g}':16}{row}", flush=True)


if __name__ == "__main__":
    main()
