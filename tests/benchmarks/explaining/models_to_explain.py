"""The seven models that explanations are measured on: what each is fitted to, and how.

Forests have 300 trees and boosting has 200; all else is the default of their libraries. Tables come with scikit-learn,
with palmerpenguins (CC0), or are made here; airfoil is a stored dataset of the catalogue. Nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

MADE_ROWS = 1_000
"""Rows of the tables that are made."""

Model = tuple[Any, Any]
"""A model, and the rows that it is explained at."""


def breast_cancer(seed: int, trees: int, folder: Path) -> Model:
    """Return a boosted classifier of scikit-learn's breast cancer table: 569 rows, 30 numbers."""
    from sklearn.datasets import load_breast_cancer
    from sklearn.ensemble import GradientBoostingClassifier

    X, y = load_breast_cancer(as_frame=True, return_X_y=True)
    return GradientBoostingClassifier(n_estimators=trees, random_state=seed).fit(X, y), X


def passengers(seed: int) -> tuple[pd.DataFrame, pd.Series]:
    """Return 891 made passengers and whether they survive: women, children and the first class more often."""
    rng = np.random.default_rng(seed)
    rows = 891
    pclass = rng.choice([1, 2, 3], rows, p=[0.24, 0.21, 0.55])
    sex = rng.choice(["female", "male"], rows, p=[0.35, 0.65])
    age = np.clip(rng.gamma(5.0, 6.0, rows), 0.5, 80.0).round(1)
    family = rng.choice([0, 1, 2, 3, 4, 5], rows, p=[0.6, 0.18, 0.11, 0.05, 0.03, 0.03])
    fare = (np.array([60.0, 18.0, 10.0])[pclass - 1] * rng.lognormal(0.0, 0.5, rows) * (1 + 0.3 * family)).round(2)
    port = rng.choice(["Cherbourg", "Queenstown", "Southampton"], rows, p=[0.19, 0.09, 0.72])
    woman, child = sex == "female", age < 12
    score = -1.2 + 2.6 * woman + 1.9 * child * (family < 4) - 0.9 * (pclass - 2) - 0.02 * (age - 30)
    score += 0.8 * woman * (pclass < 3) - 0.5 * (family > 3) + 0.3 * (port == "Cherbourg")
    X = pd.DataFrame({"pclass": pclass, "sex": sex, "age": age, "family": family, "fare": fare, "port": port})
    X = X.astype({"sex": "category", "port": "category"})
    return X, pd.Series(rng.random(rows) < 1 / (1 + np.exp(-score)), name="survived")


def titanic_like(seed: int, trees: int, folder: Path) -> Model:
    """Return a boosted classifier of made passengers: two categorical columns, four of numbers."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    X, y = passengers(seed)
    return HistGradientBoostingClassifier(max_iter=trees, random_state=seed).fit(X, y), X


def diabetes(seed: int, trees: int, folder: Path) -> Model:
    """Return a forest on scikit-learn's diabetes table: 442 rows, 10 numbers."""
    from sklearn.datasets import load_diabetes
    from sklearn.ensemble import RandomForestRegressor

    X, y = load_diabetes(as_frame=True, return_X_y=True, scaled=False)
    return RandomForestRegressor(trees, random_state=seed).fit(X, y), X


def penguins_table() -> pd.DataFrame:
    """Return the 333 penguins of which all is known."""
    from palmerpenguins import load_penguins

    table = load_penguins().dropna().reset_index(drop=True)
    return table.astype(dict.fromkeys(("species", "island", "sex"), "category"))


def penguins(seed: int, trees: int, folder: Path) -> Model:
    """Return a LightGBM model of the weight of 333 penguins: three categorical columns, four of numbers."""
    from lightgbm import LGBMRegressor

    table = penguins_table()
    X = table.drop(columns="body_mass_g")
    return LGBMRegressor(n_estimators=trees, random_state=seed, verbose=-1).fit(X, table["body_mass_g"]), X


def three_outputs(X: np.ndarray) -> np.ndarray:
    """Return three numbers (n, 3) for rows (n, 5), none of which is a polynomial of the row."""
    a, b, c, d, e = X.T
    return np.column_stack([np.sin(2 * a) + b / (1 + c**2), np.exp(-(a**2)) * d, np.tanh(b * c) + np.sqrt(np.abs(e))])


def network(seed: int, trees: int, folder: Path) -> Model:
    """Return a torch network with three outputs, fitted to made data; so many steps of Adam as there would be trees."""
    import torch

    rng = np.random.default_rng(seed)
    X = rng.uniform(-2, 2, (MADE_ROWS, 5))
    x, y = torch.tensor(X).float(), torch.tensor(three_outputs(X)).float()
    torch.manual_seed(seed)
    net = torch.nn.Sequential(
        torch.nn.Linear(5, 64), torch.nn.SiLU(), torch.nn.Linear(64, 64), torch.nn.SiLU(), torch.nn.Linear(64, 3)
    )
    adam = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(2 * trees):
        adam.zero_grad()
        ((net(x) - y) ** 2).mean().backward()
        adam.step()
    return net, pd.DataFrame(X, columns=list("abcde"))


def friedman(X: Any) -> Any:
    """Return Friedman's first function, without noise."""
    X = np.asarray(X)
    return 10 * np.sin(np.pi * X[:, 0] * X[:, 1]) + 20 * (X[:, 2] - 0.5) ** 2 + 10 * X[:, 3] + 5 * X[:, 4]


def friedman1(seed: int, trees: int, folder: Path) -> Model:
    """Return a function of five of ten numbers."""
    return friedman, np.random.default_rng(seed).uniform(size=(MADE_ROWS, 10))


def airfoil_table() -> tuple[pd.DataFrame, pd.Series]:
    """Return the stored dataset, and its target."""
    from smoothdistill_core import Registry

    table = Registry().components("dataset")["airfoil_self_noise"]().load()
    return table.frame.drop(columns=table.target), table.frame[table.target]


def airfoil(seed: int, trees: int, folder: Path) -> Model:
    """Return the path of a forest as an ONNX file, on airfoil_self_noise: 1,503 rows, 5 numbers."""
    from skl2onnx import to_onnx
    from sklearn.ensemble import RandomForestRegressor

    X, y = airfoil_table()
    rows = X.to_numpy(np.float32)
    forest = RandomForestRegressor(trees, random_state=seed).fit(rows, y)
    path = folder / "airfoil.onnx"
    path.write_bytes(to_onnx(forest, rows[:1]).SerializeToString())
    return path, X


TREES = {
    "breast_cancer": 200,
    "titanic_like": 200,
    "diabetes": 300,
    "penguins": 200,
    "network": 500,
    "friedman1": 0,
    "airfoil": 300,
}
"""The trees of each model, or half the steps of its training."""

MODELS: dict[str, Callable[[int, int, Path], Model]] = {
    "breast_cancer": breast_cancer,
    "titanic_like": titanic_like,
    "diabetes": diabetes,
    "penguins": penguins,
    "network": network,
    "friedman1": friedman1,
    "airfoil": airfoil,
}
"""What makes a model of a seed, with so many trees; the folder is for its file."""
