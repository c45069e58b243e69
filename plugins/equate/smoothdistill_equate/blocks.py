"""The attention blocks that encoders and decoder are made of."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

HEADS = 4

KeysAndValues = tuple[Tensor, Tensor]
"""What attention looks at, (b, h, n, d / h) each."""


class Attention(nn.Module):
    """Multi-head attention of x (b, n, d) to a context (b, m, d)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, context: Tensor, mask: Tensor | None = None, causal: bool = False) -> Tensor:
        """Return (b, n, d); ``mask`` is True where a place may be looked at."""
        return self.look(x, *self.seen(context), mask, causal)

    def seen(self, context: Tensor) -> KeysAndValues:
        """Return the keys and values of a context (b, m, d), which may be looked at more than once."""
        key, value = (self._heads(part) for part in self.key_value(context).chunk(2, dim=-1))
        return key, value

    def look(self, x: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None, causal: bool = False) -> Tensor:
        """Return what x (b, n, d) sees of keys and values."""
        query = self._heads(self.query(x))
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

    def step(self, x: Tensor, before: KeysAndValues | None, context: KeysAndValues) -> tuple[Tensor, KeysAndValues]:
        """Return what `forward` does for one more place (b, 1, d), causal, and the keys and values up to there.

        ``before`` are those up to the place before, None at the first; ``context`` those of what it looks at besides.
        """
        if self.own is None or self.own_norm is None or self.cross is None or self.cross_norm is None:
            raise TypeError("only a block that looks at itself and at a context goes step by step")
        normed = self.own_norm(x)
        key, value = self.own.seen(normed)
        if before is not None:
            key, value = torch.cat([before[0], key], dim=2), torch.cat([before[1], value], dim=2)
        x = x + self.own.look(normed, key, value)
        x = x + self.cross.look(self.cross_norm(x), *context)
        return x + torch.as_tensor(self.layers(self.norm(x))), (key, value)
