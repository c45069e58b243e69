"""`Trees`: an ensemble of regression trees as two flat arrays, and what follows from them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core import DataError

Array = NDArray[np.float64]
Places = NDArray[np.int64]

LEAF = -1


class Nodes(NamedTuple):
    """The nodes of all trees, one entry a node, as compiled code walks over them.

    ``feature`` and ``number`` are those of `Trees`. The rest follows from their order. ``right``: the right
    child (the left one is the next node). ``end``: the node after the last descendant. ``below`` and
    ``above``: the nearest ancestors that split the same input and have the node on their right and on their
    left side, -1 where there is none. ``value``: the number of a leaf, and the mean of its children's values
    for any other node. ``starts``: the roots, and the end of the last tree.
    """

    feature: NDArray[np.int32]
    number: Array
    right: Places
    end: Places
    below: Places
    above: Places
    value: Array
    starts: Places


@dataclass(frozen=True)
class Trees:
    """The prediction is (``offset`` + the sum over all trees) / ``divisor``.

    The nodes of each tree stand in preorder: a node, all of its left side, all of its right side.
    ``feature`` is the input that a node splits, or -1 for a leaf; ``number`` is the threshold of a split
    (rows not above it go left), or the value of a leaf. ``inputs`` is the number of inputs; ``single``:
    inputs are rounded to single precision before they are compared, as the library that grew them does.
    """

    feature: NDArray[np.int32]
    number: Array
    inputs: int
    offset: float = 0.0
    divisor: float = 1.0
    single: bool = False

    @cached_property
    def nodes(self) -> Nodes:
        """The nodes with everything that evaluation needs. Raises `DataError` where they are no trees."""
        from smoothdistill_trees.compiled_averages import lay_out

        split = (self.feature >= LEAF) & (self.feature < self.inputs)
        if len(self.feature) != len(self.number) or not split.all():
            raise DataError("these are no trees: a split names an input that there is not; train the teacher anew")
        complete, *places = lay_out(self.feature, self.number)
        if not complete:
            raise DataError("these are no trees: the last one is cut off; train the teacher anew")
        return Nodes(self.feature, self.number, *places)

    @property
    def span(self) -> float:
        """The most by which two predictions can differ, as far as the extreme leaves of each tree tell."""
        leaves = self.feature == LEAF
        starts = self.nodes.starts
        trees = [self.number[a:b][leaves[a:b]] for a, b in pairwise(starts.tolist())]
        return float(sum(np.ptp(values) for values in trees)) / self.divisor

    def predict(self, X: Array) -> Array:
        """Return the predictions (n,) for ``X`` (n, d), bit for bit those of the library that grew the trees."""
        from smoothdistill_trees.compiled_averages import plain

        rows = self._checked(X)
        if self.single:
            rows = rows.astype(np.float32).astype(np.float64)
        prediction: Array = plain(rows, self.nodes, self.offset) / self.divisor
        return prediction

    def average(self, X: Array, width: float) -> Array:
        """Return the mean prediction (n,) for ``X`` + ``width`` * standard normal noise."""
        from smoothdistill_trees.compiled_averages import CDF, averaged

        average: Array = averaged(self._checked(X), width, self.nodes, self.offset, CDF) / self.divisor
        return average

    def average_gradient(self, X: Array, width: float) -> Array:
        """Return the input gradient (n, d) of `average`."""
        from smoothdistill_trees.compiled_averages import CDF, averaged_gradient

        gradient: Array = averaged_gradient(self._checked(X), width, self.nodes, CDF) / self.divisor
        return gradient

    def tensors(self) -> dict[str, NDArray[np.generic]]:
        """Return everything as arrays."""
        rest = {"inputs": self.inputs, "offset": self.offset, "divisor": self.divisor, "single": self.single}
        return {
            "feature": self.feature,
            "number": self.number,
            "rest": np.frombuffer(json.dumps(rest).encode(), dtype=np.uint8),
        }

    @classmethod
    def from_tensors(cls, tensors: dict[str, NDArray[np.generic]]) -> Trees:
        """Read what `tensors` wrote."""
        rest = json.loads(tensors["rest"].tobytes())
        return cls(tensors["feature"].astype(np.int32), tensors["number"].astype(np.float64), **rest)

    def _checked(self, X: Array) -> Array:
        """Return the rows as compiled code takes them, which checks no bounds."""
        rows = np.ascontiguousarray(X, dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] != self.inputs:
            raise DataError(f"the trees take rows of {self.inputs} inputs, not an array of shape {np.shape(X)}")
        return rows
