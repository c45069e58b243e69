"""`sampled`: equations that the decoder writes for codes, each complete and over the inputs that there are."""

from __future__ import annotations

import torch
from torch import Tensor

from smoothdistill_equate.expression import ARITY, BEGIN, MARKS, MOST_TOKENS, VOCABULARY
from smoothdistill_equate.network import EquationModel

NUCLEUS = 0.98
"""Of each next token the likeliest are drawn, which have this share together (Holtzman et al. 2020)."""

OPENS = torch.tensor([0] * len(MARKS) + [ARITY[token] - 1 for token in VOCABULARY[len(MARKS) :]])
"""By how many a token makes more arguments wanting, or fewer."""


@torch.no_grad()
def sampled(
    model: EquationModel,
    codes: Tensor,
    inputs: int,
    longest: int = MOST_TOKENS,
    generator: torch.Generator | None = None,
) -> list[list[str]]:
    """Return a text for each of the codes (b, 8, 64), at most ``longest`` tokens long; the likeliest without generator.

    What is written is complete: where little room is left, only tokens are drawn that can come to an end.
    """
    text = torch.full((len(codes), 1), BEGIN)
    wanting = torch.ones(len(codes), dtype=torch.long)
    never = torch.tensor([token in MARKS or (token[0] == "x" and int(token[1:]) >= inputs) for token in VOCABULARY])
    while bool((wanting > 0).any()):
        room = longest - (text.shape[1] - 1) - 1
        logits = model.logits(codes, text)[:, -1]
        barred = never | (wanting[:, None] + OPENS > room)
        token = _drawn(logits.masked_fill(barred & (wanting > 0)[:, None], -torch.inf), generator)
        token = torch.where(wanting > 0, token, 0)
        wanting = wanting + torch.where(wanting > 0, OPENS[token], 0)
        text = torch.cat([text, token[:, None]], dim=1)
    return [[VOCABULARY[number] for number in row if number] for row in text[:, 1:].tolist()]


def _drawn(logits: Tensor, generator: torch.Generator | None) -> Tensor:
    if generator is None:
        return logits.argmax(dim=1)
    shares, order = logits.softmax(dim=1).sort(dim=1, descending=True, stable=True)
    before = shares.cumsum(dim=1) - shares
    place = torch.multinomial(shares.masked_fill(before > NUCLEUS, 0.0), 1, generator=generator)
    return order.gather(1, place)[:, 0]
