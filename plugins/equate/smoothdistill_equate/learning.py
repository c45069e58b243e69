"""`Learning`: a model with a generator, and the gradient of one part of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from smoothdistill_equate.batches import PARTS, ROWS, batch
from smoothdistill_equate.generating import Generator
from smoothdistill_equate.losses import losses
from smoothdistill_equate.network import EquationModel

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Pretraining:
    """What a run is made of: the same settings give the same weights. ``blind`` trains a decoder that sees no data."""

    steps: int = 12_000
    width: int = 96
    batch: int = 256
    rate: float = 1e-3
    warm_up: int = 100
    draws: int = 300_000
    seed: int = 0
    blind: bool = False


class Learning:
    """The model of a run, which is the same in each process that works for it, and its generator."""

    def __init__(self, run: Pretraining) -> None:
        torch.set_num_threads(1)
        torch.manual_seed(run.seed)
        self.run = run
        self.model = EquationModel(run.width)

    @cached_property
    def generator(self) -> Generator:
        """The generator, whose pool of skeletons takes a while to draw."""
        return Generator(self.run.seed, self.run.draws, ROWS)

    @property
    def weights(self) -> Floats:
        """All weights in one row."""
        return np.asarray(parameters_to_vector(self.model.parameters()).detach().numpy())

    def put(self, weights: Floats) -> None:
        """Put weights in one row back."""
        vector_to_parameters(torch.from_numpy(weights.copy()), self.model.parameters())

    def gradient(self, step: int, part: int) -> tuple[Floats, dict[str, float]]:
        """Return the gradient of one part of the batch of a step in one row, and the losses by name."""
        run = self.run
        drawn = batch(self.generator, run.seed, step, part, run.batch // PARTS, graded=not run.blind)
        torch.manual_seed((run.seed * 1_000_003 + step) * PARTS + part)
        found = losses(self.model, drawn, run.blind)
        self.model.zero_grad(set_to_none=True)
        found["total"].backward()
        gradients = [
            torch.zeros_like(weights) if weights.grad is None else weights.grad for weights in self.model.parameters()
        ]
        figures = {name: float(loss.detach()) for name, loss in found.items() if name != "total"}
        return parameters_to_vector(gradients).numpy(), figures
