"""What the tests of explanations share: tables, models and a student that take no time."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest

import smoothdistill_core
from smoothdistill_core import ModelExplanation, Registry
from stand_ins.homes import price

REGISTRY = Registry()


@pytest.fixture(scope="session")
def explain():
    """`explain` with a student that takes no time."""
    return partial(smoothdistill_core.explain, student="linear", registry=REGISTRY)


@pytest.fixture(scope="session")
def homes() -> pd.DataFrame:
    """A table of numbers and text."""
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "area": rng.uniform(20, 200, 160),
            "rooms": rng.integers(1, 7, 160),
            "town": rng.choice(["Kiel", "Trier", "Ulm"], 160),
        }
    )


@pytest.fixture(scope="session")
def prices(explain, homes) -> ModelExplanation:
    """The explanation of a function of tables."""
    return explain(price, homes)


@pytest.fixture(scope="session")
def points() -> np.ndarray:
    """Rows of three numbers."""
    return np.random.default_rng(1).normal(size=(150, 3))


@pytest.fixture(scope="session")
def kinds(explain, points):
    """A fitted classifier of three kinds, and its explanation."""
    from sklearn.linear_model import LogisticRegression

    labels = np.array(["ash", "elm", "oak"])[np.digitize(points[:, 0] + 0.3 * points[:, 1], [-0.5, 0.5])]
    model = LogisticRegression().fit(points, labels)
    return model, explain(model, points, clip=1e-9)
