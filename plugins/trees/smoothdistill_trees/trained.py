"""`TrainedTrees`: a tree ensemble, plain or averaged over Gaussian perturbations of its inputs."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core import TrainedTeacher
from smoothdistill_trees.trees import Trees

Array = NDArray[np.float64]

STEP = 0.1
"""Half the distance of finite differences of plain trees: they are flat nearly everywhere, and jump in between."""


class TrainedTrees(TrainedTeacher):
    """Trees at a ``width`` of smoothing, in standard deviations of the inputs; 0 leaves them as they were grown."""

    step = STEP

    def __init__(self, trees: Trees, width: float, notes: tuple[str, ...] = ()) -> None:
        self.trees = trees
        self.width = width
        self.notes = notes

    def predict(self, X: Array) -> Array:
        """Return the predictions (n,) for ``X`` (n, d)."""
        return self.trees.predict(X) if self.width == 0 else self.trees.average(X, self.width)

    def gradient(self, X: Array) -> Array | None:
        """Return the exact input gradient (n, d) of the average; None for plain trees, which jump."""
        return None if self.width == 0 else self.trees.average_gradient(X, self.width)

    def lipschitz_bound(self) -> float | None:
        """Return span / (width * sqrt(2 pi)), or None for plain trees.

        With f between m and M, u a unit vector and e standard normal, the slope of the average along u is
        E[(f(x + width e) - (m + M) / 2) <e, u>] / width (Stein), which is at most
        (M - m) / 2 * E|<e, u>| / width, and E|<e, u>| = sqrt(2 / pi).
        """
        return None if self.width == 0 else self.trees.span / (self.width * math.sqrt(2 * math.pi))

    def save(self) -> bytes:
        """Return trees and width in the safetensors format."""
        from safetensors.numpy import save

        return save({**self.trees.tensors(), "width": np.array([self.width])})

    @classmethod
    def from_bytes(cls, data: bytes) -> TrainedTrees:
        """Read what `save` wrote."""
        from safetensors.numpy import load

        tensors = load(data)
        return cls(Trees.from_tensors(tensors), float(tensors["width"][0]))
