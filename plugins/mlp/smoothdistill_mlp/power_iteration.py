"""Power iteration: how spectral norms follow weights that change by one step of the optimiser at a time."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

POWER_STEPS = 4
"""Steps of power iteration for each step of the optimiser, in both engines."""


def exact_singular_vectors(weights: Tensor) -> tuple[Tensor, Tensor]:
    """Return the leading singular vectors (K, out), (K, in) of ``weights`` (K, out, in)."""
    pairs = []
    for weight in weights:  # one by one: a network's vectors must not depend on its neighbours
        u, _, vh = torch.linalg.svd(weight, full_matrices=False)
        pairs.append((u[:, 0], vh[0]))
    return torch.stack([u for u, _ in pairs]), torch.stack([v for _, v in pairs])


def singular_vectors_of(weights: Iterable[Tensor]) -> list[tuple[Tensor, Tensor]]:
    """Return the leading singular vectors (out,), (in,) of each layer's weights (out, in) of one network."""
    pairs = [exact_singular_vectors(weight.detach().unsqueeze(0)) for weight in weights]
    return [(u[0], v[0]) for u, v in pairs]


def followed(weights: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
    """Return the singular vectors (K, out), (K, in) that a few steps from ``u`` (K, out) lead to."""
    for _ in range(POWER_STEPS):
        v = torch.nn.functional.normalize(torch.bmm(u.unsqueeze(1), weights).squeeze(1), dim=1)
        u = torch.nn.functional.normalize(torch.bmm(weights, v.unsqueeze(2)).squeeze(2), dim=1)
    return u, v
