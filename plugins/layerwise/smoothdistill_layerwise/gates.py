"""Hard-concrete gates on the weights (Louizos, Welling and Kingma 2018, arXiv 1712.01312)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

TEMPERATURE = 2.0 / 3.0
LOW, HIGH = -0.1, 1.1

OPEN = 2.0
"""The gates' first log-odds: nearly open."""

SHIFT = -TEMPERATURE * math.log(-LOW / HIGH)


def sampled(odds: Tensor, uniform: Tensor) -> Tensor:
    """Return gates in [0, 1] for log-odds and uniform numbers of one shape."""
    noise = torch.log(uniform) - torch.log1p(-uniform)
    return _stretched(torch.sigmoid((noise + odds) / TEMPERATURE))


def settled(odds: Tensor) -> Tensor:
    """Return the gates without noise, as they are after training; 0 where a weight is pruned."""
    return _stretched(torch.sigmoid(odds))


def expected(odds: Tensor) -> Tensor:
    """Return the probability of each gate not to be 0; their sum is the expected number of weights."""
    return torch.sigmoid(odds + SHIFT)


def _stretched(gate: Tensor) -> Tensor:
    return torch.clamp(gate * (HIGH - LOW) + LOW, 0.0, 1.0)
