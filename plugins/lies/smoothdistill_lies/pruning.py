"""Pruning: the weights of each module that matter least to the output become 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from smoothdistill_lies.architecture import Architecture
from smoothdistill_lies.compiled_training import importance

Floats = NDArray[np.float64]

ROWS = 128
"""What a weight does to the output is looked at on this many rows."""


def pruned(architecture: Architecture, theta: Floats, X: Floats, threshold: float) -> Floats:
    """Return the weights, in each module those of least |w * d output / d w| set to 0.

    As many as have |w| below ``threshold`` there: so small weights say how sparse a module wants to be, and the
    output says which of its weights go.
    """
    every = max(1, len(X) // ROWS)
    mattering = importance(theta, np.ascontiguousarray(X[::every][:ROWS]), architecture.layout)
    found = theta.copy()
    for module in architecture.modules:
        own = mattering[module.places]
        count = int(np.count_nonzero(np.abs(theta[module.places]) < threshold))
        found[module.start + np.argsort(own, kind="stable")[:count]] = 0.0
    return found
