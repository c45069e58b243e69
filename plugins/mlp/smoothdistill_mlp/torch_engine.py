"""The torch engine: any penalty, any device, many networks at once, each exactly as if it were alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from smoothdistill_mlp.torch_loss import StackLoss
from smoothdistill_mlp.torch_stack import Stack
from smoothdistill_mlp.trained import Trained

if TYPE_CHECKING:
    from smoothdistill_core import TrainingJob
    from smoothdistill_mlp.teacher import MLP

HEIGHT = 12
"""At most this many networks in a stack: more gain nothing, and memory stays bounded."""


def train(mlp: MLP, jobs: Sequence[TrainingJob]) -> list[Trained]:
    """Train all jobs, those of one penalty and one data shape together; results in the order of the jobs."""
    results: dict[int, Trained] = {}
    keys = [(str(job.regularizer.identity()), job.X.shape, _known_to_penalty(job)) for job in jobs]
    order = sorted(range(len(jobs)), key=lambda place: keys[place])
    for _, group in groupby(order, key=lambda place: keys[place]):
        places = list(group)
        for start in range(0, len(places), HEIGHT):
            chosen = places[start : start + HEIGHT]
            results |= zip(chosen, _train_stack(mlp, [jobs[place] for place in chosen]), strict=True)
    return [results[place] for place in range(len(jobs))]


def _train_stack(mlp: MLP, jobs: Sequence[TrainingJob]) -> list[Trained]:
    # a product of one matrix rounds otherwise than a product of many: a lone network gets a companion
    stacked = [*jobs, jobs[0]] if len(jobs) == 1 else jobs
    stack = Stack(stacked, mlp.hidden, mlp.learning_rate, mlp.device)
    data = [(_tensor(job.X, mlp.device), _tensor(job.y, mlp.device)) for job in stacked]
    strengths = torch.tensor([job.strength for job in stacked], dtype=torch.float32, device=mlp.device)
    loss = StackLoss(mlp, jobs[0], stack)
    for rows in _batches(stack.batches, len(jobs[0].X), mlp.batch_size, mlp.epochs):
        x = torch.stack([X[choice] for (X, _), choice in zip(data, rows, strict=True)])
        y = torch.stack([y[choice] for (_, y), choice in zip(data, rows, strict=True)])
        stack.step(loss(x, y, strengths))
    return [Trained(*stack.trained(k), loss.notes) for k in range(len(jobs))]


def _batches(generators: Sequence[torch.Generator], rows: int, size: int, epochs: int) -> Iterator[Sequence[Tensor]]:
    """Yield, batch after batch, the row numbers that each network sees; every network shuffles for itself."""
    for _ in range(epochs):
        shuffled = [torch.randperm(rows, generator=generator).split(size) for generator in generators]
        yield from zip(*shuffled, strict=True)


def _known_to_penalty(job: TrainingJob) -> str:
    """Return what the networks of one stack have in common where their penalty knows its context."""
    return repr(job.scaling) if job.regularizer.takes_context() else ""


def _tensor(values: Any, device: str) -> Tensor:
    return torch.as_tensor(values, dtype=torch.float32, device=device)
