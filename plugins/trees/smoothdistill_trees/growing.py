"""From scikit-learn's trees to ours, checked against scikit-learn's own predictions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core import PluginError
from smoothdistill_trees.trees import LEAF, Trees

Array = NDArray[np.float64]


def forest_trees(model: Any, X: Array) -> Trees:
    """Return the trees of a fitted ``RandomForestRegressor``."""
    parts = []
    for estimator in model.estimators_:
        tree = estimator.tree_
        leaf = tree.children_left < 0
        number = np.where(leaf, tree.value[:, 0, 0], tree.threshold)
        parts.append(_preorder(np.where(leaf, LEAF, tree.feature), number, tree.children_left, tree.children_right))
    trees = _joined(parts, inputs=X.shape[1], divisor=float(len(parts)), single=True)
    return _checked(trees, model, X)


def boosted_trees(model: Any, X: Array) -> Trees:
    """Return the trees of a fitted ``HistGradientBoostingRegressor``."""
    try:
        parts = []
        for (predictor,) in model._predictors:
            nodes = predictor.nodes
            leaf = nodes["is_leaf"].astype(bool)
            number = np.where(leaf, nodes["value"], nodes["num_threshold"])
            parts.append(_preorder(np.where(leaf, LEAF, nodes["feature_idx"]), number, nodes["left"], nodes["right"]))
        offset = float(np.ravel(model._baseline_prediction)[0])
    except (AttributeError, KeyError, ValueError) as error:
        raise _moved() from error
    return _checked(_joined(parts, inputs=X.shape[1], offset=offset), model, X)


def _preorder(
    feature: NDArray[np.integer[Any]],
    number: Array,
    left: NDArray[np.integer[Any]],
    right: NDArray[np.integer[Any]],
) -> tuple[NDArray[np.int32], Array]:
    """Return a tree's nodes, the first of which is the root, in preorder."""
    order, waiting = [], [0]
    while waiting:
        node = waiting.pop()
        order.append(node)
        if feature[node] != LEAF:
            waiting += [int(right[node]), int(left[node])]
    return feature[order].astype(np.int32), number[order].astype(np.float64)


def _joined(parts: list[tuple[NDArray[np.int32], Array]], **rest: Any) -> Trees:
    features, numbers = zip(*parts, strict=True)
    return Trees(np.concatenate(features), np.concatenate(numbers), **rest)


def _checked(trees: Trees, model: Any, X: Array) -> Trees:
    if not np.array_equal(trees.predict(X), model.predict(X)):
        raise _moved()
    return trees


def _moved() -> PluginError:
    from importlib.metadata import version

    return PluginError(
        f"scikit-learn {version('scikit-learn')} keeps its trees in a way that the plugin 'trees' does not know; "
        "install a newer smoothdistill, or the scikit-learn of its day"
    )
