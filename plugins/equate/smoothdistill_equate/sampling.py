"""`sampled`: equations that the decoder writes for codes, each complete and over the inputs that there are."""

from __future__ import annotations

import torch
from torch import Tensor

from smoothdistill_equate.decoding import Decoding
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
    decoding = Decoding(model, codes)
    never = torch.tensor([token in MARKS or (token[0] == "x" and int(token[1:]) >= inputs) for token in VOCABULARY])
    texts: list[list[str]] = [[] for _ in codes]
    going = torch.arange(len(codes))
    token = torch.full((len(codes),), BEGIN)
    wanting = torch.ones(len(codes), dtype=torch.long)
    for room in range(longest - 1, -1, -1):
        barred = never | (wanting[:, None] + OPENS > room)
        token = _drawn(decoding.logits(token).masked_fill(barred, -torch.inf), generator)
        wanting = wanting + OPENS[token]
        for row, number in zip(going.tolist(), token.tolist(), strict=True):
            texts[row].append(VOCABULARY[number])
        open_ = wanting > 0
        if not bool(open_.any()):
            break
        going, token, wanting = going[open_], token[open_], wanting[open_]
        decoding.keep(open_)
    return texts


def _drawn(logits: Tensor, generator: torch.Generator | None) -> Tensor:
    if generator is None:
        return logits.argmax(dim=1)
    shares, order = logits.softmax(dim=1).sort(dim=1, descending=True, stable=True)
    before = shares.cumsum(dim=1) - shares
    place = torch.multinomial(shares.masked_fill(before > NUCLEUS, 0.0), 1, generator=generator)
    return order.gather(1, place)[:, 0]
