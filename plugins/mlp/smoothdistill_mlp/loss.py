"""The two losses that networks are trained on, row by row: the squared error, and the cross-entropy of log-odds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from smoothdistill_core.components import Loss


def losses(prediction: Tensor, y: Tensor, loss: Loss) -> Tensor:
    """Return the loss of each row (n,): of 0 and 1, -y log(p) - (1 - y) log(1 - p) where predictions are log-odds.

    Of several outputs (n, k) it is the sum of theirs, as a penalty's squared Frobenius norm is a sum over them: a
    strength means the same for one as for many.
    """
    if loss == "logistic":
        each = torch.clamp(prediction, min=0.0) - prediction * y + torch.log1p(torch.exp(-torch.abs(prediction)))
    else:
        each = (prediction - y) ** 2
    return each if each.ndim == 1 else each.sum(dim=1)
