"""`EquationModel`: encoders of data and of equations into one space of codes, a decoder and an evaluator."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from smoothdistill_equate.blocks import Block
from smoothdistill_equate.expression import MOST_TOKENS, PAD, VOCABULARY
from smoothdistill_equate.features import COUNT

LATENTS, CODE = 8, 64
LONGEST = MOST_TOKENS + 2
"""Tokens with the marks of beginning and end."""
ALIGNED = 128


class EquationModel(nn.Module):
    """Codes (b, 8, 64) of data and of equations, and what is read off them."""

    def __init__(self, width: int = 96) -> None:
        super().__init__()
        self.width = width
        self.points = nn.Sequential(nn.Linear(COUNT, width), nn.GELU(), nn.Linear(width, width), nn.LayerNorm(width))
        self.latents = nn.Parameter(0.5 * torch.randn(LATENTS, width))
        self.set_blocks = nn.ModuleList([Block(width, looks_at_context=True) for _ in range(2)])
        self.set_last = Block(width)
        self.set_code = nn.Linear(width, CODE)

        self.tokens = nn.Embedding(len(VOCABULARY), width)
        self.places = nn.Parameter(0.1 * torch.randn(LONGEST, width))
        self.text_blocks = nn.ModuleList([Block(width) for _ in range(2)])
        self.text_latents = nn.Parameter(0.5 * torch.randn(LATENTS, width))
        self.text_last = Block(width, looks_at_itself=False, looks_at_context=True)
        self.text_code = nn.Linear(width, CODE)

        self.memory = nn.Linear(CODE, width)
        self.memory_places = nn.Parameter(0.1 * torch.randn(LATENTS, width))
        self.decoder_tokens = nn.Embedding(len(VOCABULARY), width)
        self.decoder_places = nn.Parameter(0.1 * torch.randn(LONGEST, width))
        self.decoder_blocks = nn.ModuleList([Block(width, looks_at_context=True) for _ in range(3)])
        self.decoder_out = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, len(VOCABULARY)))

        self.align_data = nn.Linear(LATENTS * CODE, ALIGNED)
        self.align_text = nn.Linear(LATENTS * CODE, ALIGNED)
        self.sharpness = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        self.evaluator = nn.Sequential(
            nn.Linear(3 * LATENTS * CODE, 192), nn.GELU(), nn.Linear(192, 64), nn.GELU(), nn.Linear(64, 2)
        )
        for embedding in (self.tokens, self.decoder_tokens):
            nn.init.normal_(embedding.weight, std=0.3)

    def encode(self, features: Tensor) -> Tensor:
        """Return the codes (b, 8, 64) of data sets (b, n, 23)."""
        points = self.points(features)
        latents = self.latents.expand(len(features), -1, -1)
        for block in self.set_blocks:
            latents = block(latents, points)
        return normed(self.set_code(self.set_last(latents)))

    def encode_text(self, text: Tensor) -> Tensor:
        """Return the codes (b, 8, 64) of equations (b, l), padded."""
        mask = (text != PAD)[:, None, None, :]
        x = self.tokens(text) + self.places[: text.shape[1]]
        for block in self.text_blocks:
            x = block(x, mask=mask)
        return normed(self.text_code(self.text_last(self.text_latents.expand(len(text), -1, -1), x, mask)))

    def logits(self, codes: Tensor, text: Tensor) -> Tensor:
        """Return the logits (b, l, v) of each next token, given codes and the tokens up to there (b, l)."""
        memory = self.memory(codes) + self.memory_places
        x = self.decoder_tokens(text) + self.decoder_places[: text.shape[1]]
        for block in self.decoder_blocks:
            x = block(x, memory, causal=True)
        return torch.as_tensor(self.decoder_out(x))

    def similarity(self, data: Tensor, text: Tensor) -> Tensor:
        """Return the logits (b, b) by which data sets and equations find each other."""
        a = functional.normalize(self.align_data(data.flatten(1)), dim=1)
        b = functional.normalize(self.align_text(text.flatten(1)), dim=1)
        return a @ b.T * self.sharpness.exp().clamp(max=50.0)

    def evaluate(self, codes: Tensor, data: Tensor) -> Tensor:
        """Return (b, 2): the fitness, 0 to 1, and the length as a share of 24, of what codes stand for on data."""
        a, b = codes.flatten(1), data.flatten(1)
        return torch.as_tensor(self.evaluator(torch.cat([a, b, a * b], dim=1)))


def normed(codes: Tensor) -> Tensor:
    """Return codes, each of their 8 rows with mean 0 and variance 1."""
    return functional.layer_norm(codes, (CODE,))
