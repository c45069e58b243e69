"""`TorchModel`: a torch module as it is, with exact gradients by autograd."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from smoothdistill_blackbox.given_model import LiveModel, name_of
from smoothdistill_blackbox.questions import in_own_units

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray
    from torch import Tensor

    from smoothdistill_core.scaling import Scaling

    Array = NDArray[np.float64]

ROWS_AT_ONCE = 8_192
"""Rows go through the module in slices of this many, which bounds their memory."""


class TorchModel(LiveModel):
    """A module in evaluation mode, given rows of its own type on its own device."""

    def __init__(self, module: torch.nn.Module) -> None:
        self.name = name_of(module)
        self._module = module

    def gradient(self, X: Array, scaling: Scaling) -> Array | None:
        """Return the gradient by autograd, or None where the module cuts it off."""
        import torch

        scale = torch.tensor([feature.scale for feature in scaling.features], dtype=torch.float64)
        mean = torch.tensor([feature.mean for feature in scaling.features], dtype=torch.float64)
        gradients = []
        with self._evaluating(), torch.enable_grad():
            for part in _slices(X):
                x = torch.tensor(part, dtype=torch.float64, requires_grad=True)
                answer = self._module(self._given(x * scale + mean)).double().cpu()
                target = answer.reshape(-1) if self.column is None else answer[:, self.column]
                if scaling.transform == "log1p":
                    target = torch.log1p(target)
                if not target.requires_grad:
                    return None
                (gradient,) = torch.autograd.grad(target.sum() / scaling.scale, x, allow_unused=True)
                if gradient is None:
                    return None
                gradients.append(gradient.numpy())
        return np.concatenate(gradients)

    def ask(self, X: Any) -> Any:
        """Call the module with an array or a table of numbers."""
        return self._values(np.asarray(X, dtype=np.float64))

    def _answer(self, X: Array, scaling: Scaling) -> Any:
        return self._values(in_own_units(X, scaling))

    def _values(self, raw: Array) -> Any:
        import torch

        with self._evaluating(), torch.no_grad():
            answers = [self._module(self._given(torch.tensor(part))) for part in _slices(raw)]
        if len(answers) == 1:
            return answers[0]
        return np.concatenate([answer.double().cpu().numpy() for answer in answers])

    def _given(self, raw: Tensor) -> Tensor:
        """Return rows in the type and on the device of the module's own numbers."""
        import torch

        own = (*self._module.parameters(), *self._module.buffers())
        like = next((tensor for tensor in own if tensor.is_floating_point()), torch.empty(0, dtype=torch.float64))
        return raw.to(device=like.device, dtype=like.dtype)

    @contextmanager
    def _evaluating(self) -> Iterator[None]:
        """Switch dropout and its like off, and afterwards every part back to how it was."""
        modes = [(part, part.training) for part in self._module.modules()]
        self._module.eval()
        try:
            yield
        finally:
            for part, training in modes:
                part.training = training


def _slices(X: Array) -> Iterator[Array]:
    for begin in range(0, max(len(X), 1), ROWS_AT_ONCE):
        yield X[begin : begin + ROWS_AT_ONCE]
