"""Hard-concrete gates on the weights (Louizos, Welling and Kingma 2018, arXiv 1712.01312)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TEMPERATURE = 2.0 / 3.0
LOW, HIGH = -0.1, 1.1

OPEN = 2.0
"""The gates' first log-odds: nearly open."""

SHIFT = -TEMPERATURE * math.log(-LOW / HIGH)
"""Added to the log-odds of a gate: then they are those of the gate not to be 0, noise included."""


def settled(odds: Array) -> Array:
    """Return the gates without noise, as they are after training; 0 where a weight is pruned."""
    return np.asarray(np.clip((HIGH - LOW) / (1.0 + np.exp(-odds)) + LOW, 0.0, 1.0))


def noise(uniform: Array) -> Array:
    """Return logistic noise for uniform numbers between 0 and 1."""
    return np.asarray(np.log(uniform) - np.log1p(-uniform))
