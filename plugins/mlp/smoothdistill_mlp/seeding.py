"""What a job's seed decides: its initial weights, its batches, and the noise of its penalty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from smoothdistill_core import TrainingJob

BATCHES, NOISE, MEASURING = 0, 1, 2
"""The streams of random numbers that one seed has."""


def stream(seed: int, number: int) -> torch.Generator:
    """Return the generator of one of a seed's streams."""
    state = np.random.SeedSequence([seed, number]).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(state[0] >> np.uint64(1)))


def outputs_of(job: TrainingJob) -> int:
    """Return the number of outputs of a job's network: the columns of its ``y``."""
    return 1 if job.y.ndim == 1 else job.y.shape[1]


def layer_shapes(inputs: int, hidden: Sequence[int], outputs: int = 1) -> list[tuple[int, int]]:
    """Return the (out, in) of each layer."""
    widths = [inputs, *hidden, outputs]
    return list(zip(widths[1:], widths[:-1], strict=True))


def initial_layers(shapes: Sequence[tuple[int, int]], generator: torch.Generator) -> list[tuple[Tensor, Tensor]]:
    """Draw the weights (out, in) and biases (out,) of each layer, as torch.nn.Linear does."""
    layers = []
    for out, into in shapes:
        bound = 1 / math.sqrt(into)
        weight = torch.empty(out, into).uniform_(-bound, bound, generator=generator)
        layers.append((weight, torch.empty(out).uniform_(-bound, bound, generator=generator)))
    return layers
