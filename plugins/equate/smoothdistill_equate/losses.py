"""The losses of pretraining: the equation given its data, given its own code, both found among others, and grades."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from smoothdistill_equate.batches import Batch
from smoothdistill_equate.expression import BEGIN, END, MOST_TOKENS, NUMBERS, PAD
from smoothdistill_equate.network import CODE, LATENTS, EquationModel, normed

NOISE = 0.2
OWN, ALIGNMENT, EVALUATOR, LENGTH = 0.5, 0.3, 0.3, 0.1
"""The weights of the losses beside that of the equation given its data."""

SHORTER = (0.5, 0.8, 1.0)
"""Texts are decoded in groups of about one length, which end at these shares of a batch: less padding, less time."""


def packed(texts: Sequence[Sequence[str]]) -> Tensor:
    """Return texts as numbers (b, l), each between its marks, padded."""
    numbers = [[BEGIN, *(NUMBERS[token] for token in text), END] for text in texts]
    longest = max(map(len, numbers))
    return torch.tensor([row + [PAD] * (longest - len(row)) for row in numbers])


def decoding_loss(model: EquationModel, codes: Tensor, texts: Sequence[Sequence[str]]) -> Tensor:
    """Return the cross-entropy a token; the end follows from the grammar and is not counted."""
    by_length = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    total, begin = torch.zeros(()), 0
    for share in SHORTER:
        group = by_length[begin : round(share * len(texts))]
        if group:
            begin += len(group)
            total = total + _summed(model, codes[group], packed([texts[place] for place in group]))
    return total / sum(map(len, texts))


def _summed(model: EquationModel, codes: Tensor, text: Tensor) -> Tensor:
    targets = text[:, 1:-1].masked_fill(text[:, 1:-1] == END, PAD)
    logits = model.logits(codes, text[:, :-2])
    return functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=PAD, reduction="sum")


def without_data(count: int) -> Tensor:
    """Return the codes (count, 8, 64) that tell nothing of any data, for a decoder to compare with."""
    return torch.zeros(count, LATENTS, CODE)


def losses(model: EquationModel, batch: Batch, blind: bool = False) -> dict[str, Tensor]:
    """Return the losses by name, ``total`` among them; of a batch without candidates that of the data alone.

    A ``blind`` decoder is told nothing of the data.
    """
    texts = batch.texts
    if blind:
        loss = decoding_loss(model, without_data(len(texts)), texts)
        return {"without_data": loss, "total": loss}
    data = model.encode(torch.from_numpy(batch.features))
    found = {"given_data": decoding_loss(model, data, texts)}
    found["total"] = found["given_data"]
    if batch.candidates:
        own = model.encode_text(packed(texts))
        half = slice(0, (len(texts) + 1) // 2)
        found["given_itself"] = decoding_loss(model, _noisy(own[half]), texts[half])
        similarity, pairs = model.similarity(data, own), torch.arange(len(texts))
        found["alignment"] = 0.5 * (
            functional.cross_entropy(similarity, pairs) + functional.cross_entropy(similarity.T, pairs)
        )
        found["evaluator"], found["length"] = _of_evaluator(model, data.detach(), batch)
        found["total"] = (
            found["total"]
            + OWN * found["given_itself"]
            + ALIGNMENT * found["alignment"]
            + EVALUATOR * found["evaluator"]
            + LENGTH * found["length"]
        )
    return found


def _of_evaluator(model: EquationModel, data: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    codes = _noisy(model.encode_text(packed(batch.candidates)))
    evaluated = model.evaluate(codes, data[: len(codes)])
    lengths = torch.tensor([len(text) / MOST_TOKENS for text in batch.candidates])
    fitness = functional.smooth_l1_loss(evaluated[:, 0], torch.from_numpy(batch.grades), beta=0.1)
    return fitness, functional.mse_loss(evaluated[:, 1], lengths)


def _noisy(codes: Tensor) -> Tensor:
    return normed(codes + NOISE * torch.randn_like(codes))
