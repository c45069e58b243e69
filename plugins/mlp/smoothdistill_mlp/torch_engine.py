"""The torch engine: any penalty, any device, many networks at once, each exactly as if it were alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from smoothdistill_mlp.course import Course, courses, results
from smoothdistill_mlp.torch_loss import StackLoss
from smoothdistill_mlp.torch_stack import Stack
from smoothdistill_mlp.trained import Trained

if TYPE_CHECKING:
    from smoothdistill_core import Deadline, TrainingJob
    from smoothdistill_mlp.network_teacher import NetworkTeacher

HEIGHT = 12
"""At most this many networks in a stack: more gain nothing, and memory stays bounded."""


def train(teacher: NetworkTeacher, jobs: Sequence[TrainingJob]) -> list[Trained]:
    """Train all jobs, those of one penalty and one data shape together; results in the order of the jobs."""
    on = courses(teacher, jobs)
    stacks = []
    alike = partial(_alike, teacher)
    for _, group in groupby(sorted(on, key=alike), key=alike):
        together = list(group)
        stacks += [together[start : start + HEIGHT] for start in range(0, len(together), HEIGHT)]
    for place, stack in enumerate(stacks):
        _train_stack(teacher, stack, stack[0].job.deadline.part(1.0 / (len(stacks) - place)))
    return results(on, jobs)


def _alike(teacher: NetworkTeacher, course: Course) -> tuple[Any, ...]:
    """Return what the networks of a stack have in common; with the length of their courses they end together."""
    job = course.job
    shared = (repr(teacher.first_layer(job)), job.weights is not None, job.loss)
    return str(job.regularizer.identity()), job.X.shape, job.y.shape, _known_to_penalty(job), *shared, len(job.path)


def _train_stack(teacher: NetworkTeacher, on: Sequence[Course], deadline: Deadline) -> None:
    jobs = [course.job for course in on]
    # a product of one matrix rounds otherwise than a product of many: a lone network gets a companion
    stacked = [*jobs, jobs[0]] if len(jobs) == 1 else jobs
    stack = Stack(stacked, teacher.hidden, teacher.learning_rate, teacher.device, teacher.first_layer(jobs[0]))
    data = [(_tensor(job.X, teacher.device), _tensor(job.y, teacher.device)) for job in stacked]
    weights = [_tensor(job.weights, teacher.device) for job in stacked if job.weights is not None]
    loss = StackLoss(teacher, jobs[0], stack)
    while not all(course.done for course in on):  # one that is done is trained on beside the others, in vain
        now = [course.strength for course in on]
        strengths = torch.tensor(now * (len(stacked) // len(on)), dtype=torch.float32, device=teacher.device)
        for rows in deadline.within(_batches(stack.batches, len(jobs[0].X), teacher.batch_size)):
            x = torch.stack([X[choice] for (X, _), choice in zip(data, rows, strict=True)])
            y = torch.stack([y[choice] for (_, y), choice in zip(data, rows, strict=True)])
            shares = [torch.stack([own[choice] for own, choice in zip(weights, rows, strict=True)])] if weights else []
            stack.step(loss(x, y, shares, strengths))
        if deadline.cut:
            for k, course in enumerate(on):
                course.cut(partial(_copy, stack, k, loss))
            return
        for k, course in enumerate(on):
            go_on_from = None if course.done else course.after_epoch(partial(_copy, stack, k, loss))
            if go_on_from is not None:
                stack.put(k, go_on_from.weights, go_on_from.biases)


def _copy(stack: Stack, k: int, loss: StackLoss) -> Trained:
    return Trained(*stack.trained(k), loss.notes)


def _batches(generators: Sequence[torch.Generator], rows: int, size: int) -> Iterator[Sequence[Tensor]]:
    """Yield, batch after batch of an epoch, the rows that each network sees; every network shuffles for itself."""
    shuffled = [torch.randperm(rows, generator=generator).split(size) for generator in generators]
    yield from zip(*shuffled, strict=True)


def _known_to_penalty(job: TrainingJob) -> str:
    """Return what the networks of one stack have in common where their penalty knows its context."""
    return repr(job.scaling) if job.regularizer.takes_context() else ""


def _tensor(values: Any, device: str) -> Tensor:
    return torch.as_tensor(values, dtype=torch.float32, device=device)
