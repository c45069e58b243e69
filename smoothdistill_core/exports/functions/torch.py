"""Functions over tensors that torch lacks, or that guard; their gradients are finite where a guard acts."""

from __future__ import annotations

import torch
from torch import Tensor


def cube(a: Tensor) -> Tensor:
    """Return the third power of a."""
    return a * a * a


def cbrt(a: Tensor) -> Tensor:
    """Return the cube root of a."""
    return torch.sign(a) * torch.pow(torch.abs(a), 1.0 / 3.0)


def analytic_quotient(a: Tensor, b: Tensor) -> Tensor:
    """Return a / sqrt(1 + b * b)."""
    return a / torch.sqrt(1.0 + b * b)


def sign(a: Tensor) -> Tensor:
    """Return -1, 0 or 1, and nan for nan."""
    return torch.where(torch.isnan(a), a, torch.sign(a))


def modulo(a: Tensor, b: Tensor) -> Tensor:
    """Return the remainder of a / b with the sign of b, and 0 where a / b overflows: torch has nan for many rows."""
    overflows = torch.isfinite(a) & (b != 0) & torch.isinf(a / b)
    return torch.where(overflows, 0.0, torch.remainder(a, torch.where(overflows, 1.0, b)))


def greater(a: Tensor, b: Tensor) -> Tensor:
    """Return 1 where a > b, and 0 elsewhere."""
    return torch.where(a > b, torch.ones_like(a), torch.zeros_like(a))


def gamma(a: Tensor) -> Tensor:
    """Return the gamma function of a."""
    below = torch.signbit(a) & ((a == 0) | (torch.remainder(torch.floor(a), 2.0) != 0))
    magnitude = torch.exp(torch.lgamma(a))
    signed = torch.where(below, -magnitude, magnitude)
    return torch.where((a < 0) & (a == torch.floor(a)), torch.nan, signed)


def protected_div(a: Tensor, b: Tensor) -> Tensor:
    """Return a / b, and 1 where |b| <= 0.001."""
    clear = torch.abs(b) > 0.001
    return torch.where(clear, a / torch.where(clear, b, 1.0), 1.0)


def protected_sqrt(a: Tensor) -> Tensor:
    """Return sqrt(|a|)."""
    clear = a != 0
    return torch.where(clear, torch.sqrt(torch.abs(torch.where(clear, a, 1.0))), 0.0)


def protected_log(a: Tensor) -> Tensor:
    """Return log(|a|), and 0 where |a| <= 0.001."""
    clear = torch.abs(a) > 0.001
    return torch.where(clear, torch.log(torch.abs(torch.where(clear, a, 1.0))), 0.0)


def protected_inverse(a: Tensor) -> Tensor:
    """Return 1 / a, and 0 where |a| <= 0.001."""
    clear = torch.abs(a) > 0.001
    return torch.where(clear, 1.0 / torch.where(clear, a, 1.0), 0.0)
