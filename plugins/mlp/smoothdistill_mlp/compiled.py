"""The compiled engine: perceptrons with the built-in penalties on the CPU, one after the other, in cache."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from smoothdistill_mlp import kernel
from smoothdistill_mlp.penalties import penalty_of
from smoothdistill_mlp.seeding import BATCHES, initial_layers, layer_shapes, stream
from smoothdistill_mlp.trained import Trained

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_core import TrainingJob
    from smoothdistill_mlp.teacher import MLP

    Floats = NDArray[np.float32]

ACTIVATIONS = {"relu": kernel.RELU, "tanh": kernel.TANH, "silu": kernel.SILU}
PENALTIES = {
    "none": kernel.NONE,
    "l2": kernel.L2,
    "jacobian": kernel.JACOBIAN,
    "lipschitz product": kernel.PRODUCT,
    "lipschitz sum": kernel.SUM,
}


def train(mlp: MLP, jobs: Sequence[TrainingJob]) -> list[Trained]:
    """Train all jobs with the same weights, batches and optimiser as the torch engine."""
    threads = max((job.threads for job in jobs), default=1)
    # one thread a network: the products of one are too small to share
    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda job: _train_one(mlp, job), jobs))


def _train_one(mlp: MLP, job: TrainingJob) -> Trained:
    generator = stream(job.seed, BATCHES)
    shapes = layer_shapes(job.X.shape[1], mlp.hidden)
    layers = initial_layers(shapes, generator)
    flat = np.concatenate([part.numpy().ravel() for layer in layers for part in layer])
    X, y = np.ascontiguousarray(job.X, dtype=np.float32), np.ascontiguousarray(job.y, dtype=np.float32)
    widths = np.array([job.X.shape[1], *mlp.hidden, 1])
    size = min(mlp.batch_size, len(X))
    penalty = PENALTIES[penalty_of(job.regularizer) or "none"]
    vectors = _singular_vectors(layers) if penalty in (kernel.PRODUCT, kernel.SUM) else np.empty(0, np.float32)
    room = np.empty((5, 2 * size * int(widths[:-1].sum())), np.float32)
    moments, steps = np.zeros((2, len(flat)), np.float32), 0
    how: tuple[Any, ...] = (size, widths, ACTIVATIONS[mlp.activation], penalty, np.float32(job.strength))
    for _ in range(mlp.epochs):
        order = torch.randperm(len(X), generator=generator).numpy()
        steps = kernel.train_epoch(flat, moments, steps, X, y, order, *how, mlp.learning_rate, vectors, room)
    return Trained(*_unpacked(flat, shapes))


def _singular_vectors(layers: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> Floats:
    """Return the exact leading singular vectors u, v of each layer, end to end."""
    parts = []
    for weight, _ in layers:
        u, _, vh = np.linalg.svd(weight.numpy(), full_matrices=False)
        parts += [u[:, 0], vh[0]]
    return np.concatenate(parts)


def _unpacked(flat: Floats, shapes: Sequence[tuple[int, int]]) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    sizes = [size for out, into in shapes for size in (out * into, out)]
    cuts = np.cumsum([0, *sizes])
    parts = [torch.from_numpy(flat[begin:end].copy()) for begin, end in pairwise(cuts)]
    weights = [part.reshape(shape) for part, shape in zip(parts[::2], shapes, strict=True)]
    return weights, parts[1::2]
