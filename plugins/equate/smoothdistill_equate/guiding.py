"""`Guide`: what the networks propose for one table, adapted to it, and searched for in the space of codes."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from smoothdistill_core import FormulaError
from smoothdistill_equate.archive import Archive
from smoothdistill_equate.batches import ROWS
from smoothdistill_equate.canonical import canonical
from smoothdistill_equate.expression import Expression, parsed, tokens
from smoothdistill_equate.features import features_of
from smoothdistill_equate.losses import decoding_loss, packed
from smoothdistill_equate.network import EquationModel, normed
from smoothdistill_equate.proposing import elite_of, fading
from smoothdistill_equate.sampling import sampled

Way = Literal["gradient", "perturbation"]

RATE, STEPS, AT_ONCE, NOISE = 3e-4, 15, 24, 0.1
"""Adaptation: that many steps at this rate, on so many of the best at once, whose data's codes are noisy."""

LOOKED_AT = (5, 10, 20)
"""A search in the space of codes is decoded after so many steps;"""
SPEED, PARSIMONY, NEAR = 0.1, 0.1, 0.16
"""of this size, with a penalty of length, and one of the distance from where it began."""
DISTANCES = (0.3, 0.6, 1.0)
"""How far random codes lie from those that they are beside."""


class Guide:
    """Networks, the codes (s, 8, 64) of subsets of a table, and a generator of random numbers of their own."""

    def __init__(self, model: EquationModel, archive: Archive, subsets: int, rng: np.random.Generator) -> None:
        self.model, self._archive, self._rng = model, archive, rng
        self._generator = torch.Generator().manual_seed(int(rng.integers(2**31)))
        drawn = [features_of(*archive.table.subset(rng, ROWS)) for _ in range(subsets)]
        with torch.no_grad():
            self.data = model.encode(torch.from_numpy(np.stack(drawn)))

    def proposals(self, number: int) -> Iterator[Expression]:
        """Yield skeletons for so many samples, as many for each subset of the rows; what is none is left out."""
        places = torch.arange(number) % len(self.data)
        return self._decoded(self.data[places])

    def adapt(self) -> None:
        """Train the decoder on the best that were found for this table (fine-tuning)."""
        model = copy.deepcopy(self.model)
        learning = [
            weights.requires_grad_()
            for name, weights in model.named_parameters()
            if name.startswith(("decoder", "memory"))
        ]
        optimiser = torch.optim.AdamW(learning, lr=RATE, weight_decay=0.0)
        elite = elite_of(self._archive)
        for _ in range(STEPS):
            if self._archive.deadline.is_over():
                break
            chosen = self._rng.choice(len(elite), AT_ONCE, p=fading(len(elite)))
            texts = [tokens(elite[int(place)].skeleton) for place in chosen]
            codes = self.data[torch.from_numpy(self._rng.integers(0, len(self.data), AT_ONCE))]
            loss = decoding_loss(model, self._beside(codes, NOISE), texts)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        self.model = model.requires_grad_(requires_grad=False)

    def guided(self, number: int, way: Way) -> Iterator[Expression]:
        """Yield skeletons of so many codes that the evaluator leads to, or that lie around the best by chance."""
        elite = elite_of(self._archive)
        with torch.no_grad():
            begin = self.model.encode_text(packed([tokens(found.skeleton) for found in elite]))
        if way == "gradient":
            codes = self.climbed(begin)
        else:
            codes = torch.cat([self._beside(begin, distance) for distance in DISTANCES])
        places = torch.arange(number) * len(codes) // number if number < len(codes) else torch.arange(number)
        return self._decoded(codes[places % len(codes)])

    def climbed(self, begin: Tensor) -> Tensor:
        """Return codes on the way to where the evaluator expects a better fit and a shorter text."""
        data = self.data.mean(dim=0, keepdim=True).expand(len(begin), -1, -1)
        codes = begin.clone().requires_grad_()
        optimiser = torch.optim.Adam([codes], lr=SPEED)
        passed = []
        for step in range(1, max(LOOKED_AT) + 1):
            fitness, length = self.model.evaluate(normed(codes), data).T
            away = ((codes - begin) ** 2).mean(dim=(1, 2))
            loss = (PARSIMONY * length - fitness + NEAR * away).sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            if step in LOOKED_AT:
                passed.append(normed(codes.detach()))
        return torch.cat(passed)

    def _beside(self, codes: Tensor, distance: float) -> Tensor:
        return normed(codes + distance * torch.randn(codes.shape, generator=self._generator))

    def _decoded(self, codes: Tensor) -> Iterator[Expression]:
        archive = self._archive
        for text in sampled(self.model, codes, archive.table.count, archive.longest, self._generator):
            try:
                yield canonical(parsed(text))
            except FormulaError:
                continue
