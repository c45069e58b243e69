"""A tree and a line of at most so many nodes, as surrogates of a model to compare formulas with.

Nodes are counted as those of formulas are: every operator, input and number is one.

* A line a*x + ... + c has 4 nodes an input (the factor, the input, the product, the sum) and its constant.
* A tree is read as ``if_at_most(x, c, left, right)``. To its favour, comparing and branching are one operator: a split
  has 3 nodes, the operator, the input and the number; where the input is the indicator of a category it needs no number
  and has 2. A leaf is one number.

So of 20 nodes a line has four inputs and a tree has five leaves, or more where it splits at categories.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

NODES_OF_TERM = 4
"""Nodes that an input adds to a line."""

TINY = 1e-9
"""What is added to the squares of standardised inputs, so that indicators that add to 1 can be solved for."""


@dataclass(frozen=True)
class Surrogate:
    """A fitted surrogate of so many ``nodes``."""

    nodes: int
    predict: Callable[[Array], Array]


def inputs_of(X: pd.DataFrame | Array) -> Array:
    """Return rows (n, d) as numbers, a category as an indicator of each of its values."""
    frame = pd.DataFrame(X)
    return pd.get_dummies(frame, dtype=float).to_numpy(np.float64)


def line(X: Array, y: Array, size: int) -> Surrogate:
    """Return the least-squares line of at most ``size`` nodes: of all subsets of so many inputs the best."""
    most = min((size - 1) // NODES_OF_TERM, X.shape[1])
    mean, spread = X.mean(axis=0), X.std(axis=0)
    spread[spread == 0] = 1.0
    Z, centred = (X - mean) / spread, y - y.mean()
    squares, products = Z.T @ Z / len(Z) + TINY * np.eye(X.shape[1]), Z.T @ centred / len(Z)
    subsets = np.array(list(combinations(range(X.shape[1]), most)))
    taken = products[subsets]
    factors = np.linalg.solve(squares[subsets[:, :, None], subsets[:, None, :]], taken[:, :, None])[:, :, 0]
    best = int(np.argmax((factors * taken).sum(axis=1)))
    inputs, slopes = subsets[best], factors[best] / spread[subsets[best]]
    offset = y.mean() - mean[inputs] @ slopes
    return Surrogate(NODES_OF_TERM * most + 1, lambda rows: rows[:, inputs] @ slopes + offset)


def tree(X: Array, y: Array, size: int) -> Surrogate:
    """Return the regression tree with the most leaves, grown best first, that has at most ``size`` nodes."""
    from sklearn.tree import DecisionTreeRegressor

    found = Surrogate(1, lambda rows: np.full(len(rows), y.mean()))
    for leaves in range(2, size):
        grown = DecisionTreeRegressor(max_leaf_nodes=leaves, random_state=0).fit(X, y)
        nodes = _nodes(grown.tree_, X)
        if nodes > size:
            break
        found = Surrogate(nodes, grown.predict)
    return found


def _nodes(grown: object, X: Array) -> int:
    """Return the nodes of a tree of scikit-learn."""
    inputs = grown.feature[grown.children_left != -1]
    indicators = np.isin(X, (0.0, 1.0)).all(axis=0)
    return int(sum(2 if indicators[place] else 3 for place in inputs)) + len(inputs) + 1
