"""The attention blocks that encoders and decoder are made of."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

HEADS = 4


class Attention(nn.Module):
    """Multi-head attention of x (b, n, d) to a context (b, m, d)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, context: Tensor, mask: Tensor | None = None, causal: bool = False) -> Tensor:
        """Return (b, n, d); ``mask`` is True where a place may be looked at."""
        query = self._heads(self.query(x))
        key, value = (self._heads(part) for part in self.key_value(context).chunk(2, dim=-1))
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=causal)
        return torch.as_tensor(self.out(seen.transpose(1, 2).flatten(2)))

    def _heads(self, x: Tensor) -> Tensor:
        rows, places, width = x.shape
        return x.view(rows, places, HEADS, width // HEADS).transpose(1, 2)


class Block(nn.Module):
    """Attention to itself, to a context, or both, then a layer for each place; normed before each."""

    def __init__(self, width: int, looks_at_itself: bool = True, looks_at_context: bool = False) -> None:
        super().__init__()
        self.own_norm = nn.LayerNorm(width) if looks_at_itself else None
        self.own = Attention(width) if looks_at_itself else None
        self.cross_norm = nn.LayerNorm(width) if looks_at_context else None
        self.cross = Attention(width) if looks_at_context else None
        self.norm = nn.LayerNorm(width)
        self.layers = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(
        self, x: Tensor, context: Tensor | None = None, mask: Tensor | None = None, causal: bool = False
    ) -> Tensor:
        """Return (b, n, d); a mask is of the context where there is one."""
        if self.own is not None and self.own_norm is not None:
            normed = self.own_norm(x)
            x = x + self.own(normed, normed, mask if context is None else None, causal)
        if self.cross is not None and self.cross_norm is not None and context is not None:
            x = x + self.cross(self.cross_norm(x), context, mask)
        return x + torch.as_tensor(self.layers(self.norm(x)))
