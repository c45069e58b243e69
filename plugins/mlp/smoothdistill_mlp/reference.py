"""The method as plainly as torch says it: one network, mean squared error or cross-entropy + strength * penalty, Adam.

Both engines are tested against this file. They start from the same weights and see the same batches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from smoothdistill_mlp.seeding import BATCHES, initial_layers, layer_shapes, stream

Layers = list[tuple[Tensor, Tensor]]
Activation = Callable[[Tensor], Tensor]


def train(
    X: Tensor,
    y: Tensor,
    penalty: str,
    strength: float,
    seed: int,
    hidden: Sequence[int] = (100, 100),
    activation: Activation = torch.relu,
    epochs: int = 200,
    batch_size: int = 128,
    learning_rate: float = 0.001,
    path: Sequence[float] = (),
    weights: Tensor | None = None,
    loss: str = "squared",
) -> Layers:
    """Return the weights (out, in) and biases (out,) of each layer, trained on ``X`` (n, d) and ``y`` (n,).

    With ``y`` (n, k) the network has k outputs: losses, and squares of the Jacobian (k, d), are added over them.

    ``path`` are the strengths that it is trained at before, each for ``epochs``. ``weights`` (n,) of the rows, of mean
    1, count in the ``loss``, which is squared or logistic.
    """
    generator = stream(seed, BATCHES)
    start = initial_layers(layer_shapes(X.shape[1], hidden, y.shape[1] if y.ndim > 1 else 1), generator)
    layers = [(weight.to(X.dtype).requires_grad_(), bias.to(X.dtype).requires_grad_()) for weight, bias in start]
    optimizer = torch.optim.Adam([part for layer in layers for part in layer], lr=learning_rate)
    for now in [one for one in (*path, strength) for _ in range(epochs)]:
        for rows in torch.randperm(len(X), generator=generator).split(batch_size):
            x = X[rows].requires_grad_(penalty == "jacobian")
            prediction = predict(layers, x, activation)
            if loss == "logistic":
                errors = torch.nn.functional.binary_cross_entropy_with_logits(prediction, y[rows], reduction="none")
            else:
                errors = (prediction - y[rows]) ** 2
            errors = errors if y.ndim == 1 else errors.sum(dim=1)
            error = (errors if weights is None else weights[rows] * errors).mean()
            total = error + now * penalty_value(penalty, layers, x, prediction)
            optimizer.zero_grad()
            total.backward()
            optimizer.step()
    return [(weight.detach(), bias.detach()) for weight, bias in layers]


def predict(layers: Layers, x: Tensor, activation: Activation = torch.relu) -> Tensor:
    """Return the predictions (n,) for ``x`` (n, d), of k outputs (n, k)."""
    for weight, bias in layers[:-1]:
        x = activation(torch.nn.functional.linear(x, weight, bias))
    return torch.nn.functional.linear(x, *layers[-1]).squeeze(-1)


def penalty_value(penalty: str, layers: Layers, x: Tensor, prediction: Tensor) -> Tensor | float:
    """Return the penalty of a network for the batch ``x`` (n, d), of which it gave ``prediction`` (n,)."""
    match penalty:
        case "jacobian":  # the batch mean of the squared Frobenius norm of the input Jacobian
            outputs = [prediction] if prediction.ndim == 1 else prediction.unbind(dim=1)
            rows = [torch.autograd.grad(output.sum(), x, create_graph=True)[0] for output in outputs]
            return (torch.cat(rows, dim=1) ** 2).sum(dim=1).mean()
        case "lipschitz":  # the product of the layers' spectral norms
            return torch.stack([torch.linalg.matrix_norm(weight, ord=2) for weight, _ in layers]).prod()
        case "l2":  # half the sum of the squares of all weights and biases
            return torch.stack([(part**2).sum() for layer in layers for part in layer]).sum() / 2
        case "none":
            return 0.0
    raise ValueError(f"there is no penalty {penalty!r} here; there are jacobian, lipschitz, l2 and none")
