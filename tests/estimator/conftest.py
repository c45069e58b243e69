"""What the tests of the estimator share: a teacher and a student that take no time, and data with a known formula."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import Registry
from smoothdistill_core.estimator import SymbolicDistiller

SMALL = {"name": "mlp", "hidden": [8], "epochs": 3}
REGISTRY = Registry()


@pytest.fixture
def distiller():
    """Make a distiller that fits in a blink; parameters that are given count."""

    def make(**parameters) -> SymbolicDistiller:
        small = {"teacher": SMALL, "regularizer": "none", "student": "linear", "random_state": 0, "registry": REGISTRY}
        return SymbolicDistiller(**{**small, **parameters})

    return make


@pytest.fixture
def plane() -> tuple[np.ndarray, np.ndarray]:
    """Three inputs, and a target that is linear in two of them."""
    X = np.random.default_rng(0).normal(size=(120, 3)) * [1.0, 10.0, 0.1] + [0.0, 5.0, -2.0]
    return X, 3.0 * X[:, 0] - 0.5 * X[:, 1] + 7.0


@pytest.fixture
def cars() -> pd.DataFrame:
    """A table with numbers, text and a number that is a category; ``mpg`` is the target."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "weight": rng.uniform(1500, 5000, 90),
            "origin": rng.choice(["europe", "japan", "usa"], 90),
            "cylinders": rng.choice([4, 6, 8], 90),
        }
    )
    frame["mpg"] = 50 - frame["weight"] / 200 + 3.0 * (frame["origin"] == "japan")
    return frame
