"""A model and its explanation, for tests that let other processes explain it."""

from __future__ import annotations

import json
import os

import numpy as np


def bent(X):
    """Return a number that bends with one input and rises with another."""
    X = np.asarray(X)
    return X[:, 0] ** 2 + 0.5 * X[:, 1]


def rows(seed):
    """Return 150 rows of three numbers."""
    return np.random.default_rng(seed).normal(size=(150, 3))


def as_text(seed):
    """Return the explanation of `bent` at rows of a seed, as JSON."""
    from smoothdistill_core import explain

    student = {"name": "operon", "generations": 4, "population_size": 40}
    return json.dumps(explain(bent, rows(seed), student=["linear", student]).to_dict())


class Chatty:
    """The same model, which prints when it is asked in another process than its own."""

    def __init__(self, process):
        self.process = process

    def predict(self, X):
        if os.getpid() != self.process:
            print("asked elsewhere", flush=True)
        return bent(X)
