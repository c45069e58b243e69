"""What an engine hands back for each job."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class Trained(NamedTuple):
    """One trained network: weights (out, in), biases (out,), and what the user should know of it."""

    weights: list[Tensor]
    biases: list[Tensor]
    notes: tuple[str, ...] = ()
