"""The losses of pretraining: the equation given its data, given its own code, and both found among others."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from smoothdistill_equate.expression import BEGIN, END, NUMBERS, PAD
from smoothdistill_equate.network import EquationModel, normed

NOISE = 0.2
OWN, ALIGNMENT, LENGTH = 0.5, 0.3, 0.1
"""The weights of the losses beside that of the equation given its data."""


def packed(texts: Sequence[Sequence[str]]) -> Tensor:
    """Return texts as numbers (b, l), each between its marks, padded."""
    numbers = [[BEGIN, *(NUMBERS[token] for token in text), END] for text in texts]
    longest = max(map(len, numbers))
    return torch.tensor([row + [PAD] * (longest - len(row)) for row in numbers])


def decoding_loss(model: EquationModel, codes: Tensor, text: Tensor) -> Tensor:
    """Return the cross-entropy a token; the end follows from the grammar and is not counted."""
    targets = text[:, 1:-1].masked_fill(text[:, 1:-1] == END, PAD)
    logits = model.logits(codes, text[:, :-2])
    return functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=PAD)


def losses(model: EquationModel, features: Tensor, text: Tensor, align: bool) -> dict[str, Tensor]:
    """Return the losses by name, ``total`` among them; those of the equation's own code only with ``align``."""
    data = model.encode(features)
    found = {"given_data": decoding_loss(model, data, text)}
    found["total"] = found["given_data"]
    if align:
        own = model.encode_text(text)
        found["given_itself"] = decoding_loss(model, normed(own + NOISE * torch.randn_like(own)), text)
        similarity, pairs = model.similarity(data, own), torch.arange(len(text))
        found["alignment"] = 0.5 * (
            functional.cross_entropy(similarity, pairs) + functional.cross_entropy(similarity.T, pairs)
        )
        lengths = ((text != PAD).sum(dim=1) - 2) / 24.0
        evaluated = model.evaluate(own, data.detach())
        mismatched = model.evaluate(own.roll(1, 0), data.detach())
        found["evaluator"] = functional.mse_loss(evaluated[:, 0], torch.ones(len(text))) + functional.mse_loss(
            mismatched[:, 0], torch.zeros(len(text))
        )
        found["length"] = functional.mse_loss(evaluated[:, 1], lengths)
        found["total"] = (
            found["total"]
            + OWN * found["given_itself"]
            + ALIGNMENT * found["alignment"]
            + LENGTH * (found["evaluator"] + found["length"])
        )
    return found
