"""The compiled engine: perceptrons with the built-in penalties on the CPU, one after the other, in cache."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from smoothdistill_mlp.compiled_kernel import train_epoch
from smoothdistill_mlp.compiled_kernel_inputs import Adam, Data, Memory, Penalty, Perceptron
from smoothdistill_mlp.course import Course, courses, results
from smoothdistill_mlp.seeding import BATCHES, initial_layers, layer_shapes, stream
from smoothdistill_mlp.trained import Trained

if TYPE_CHECKING:
    from smoothdistill_core import Deadline, TrainingJob
    from smoothdistill_mlp.teacher import MLP


BATCHES_AT_ONCE = 64
"""Between so many batches it looks at the time."""


def train(mlp: MLP, jobs: Sequence[TrainingJob]) -> list[Trained]:
    """Train all jobs with the same weights, batches and optimiser as the torch engine."""
    threads = max((job.threads for job in jobs), default=1)
    # one thread a network: the products of one are too small to share; where weights decay, the optimiser's numbers
    # end up so small that processors are slow with them, and are 0 in these threads
    pool = ThreadPoolExecutor(threads, initializer=torch.set_flush_denormal, initargs=(True,))
    with threadpool_limits(limits=1, user_api="blas"), pool:
        on = courses(mlp, jobs)
        shares = [min(1.0, threads / left) for left in range(len(on), 0, -1)]  # of what is left by then
        try:
            list(pool.map(lambda course, share: _train_one(mlp, course, course.job.deadline.part(share)), on, shares))
        except BaseException:  # Ctrl-C, which ends no threads
            for job in jobs:
                job.deadline.end_now()
            raise
    return results(on, jobs)


def _train_one(mlp: MLP, course: Course, deadline: Deadline) -> None:
    job = course.job
    generator = stream(job.seed, BATCHES)
    shapes = layer_shapes(job.X.shape[1], mlp.hidden)
    layers = initial_layers(shapes, generator)
    network, penalty, data = Perceptron.of(mlp, layers, job.loss), Penalty.of(job, layers), Data.of(job)
    adam, memory = Adam.of(mlp, network), Memory.of(network, min(mlp.batch_size, len(data.y)))
    steps = 0
    while not course.done:
        order = torch.randperm(len(data.y), generator=generator).numpy()
        strength = penalty._replace(strength=np.float32(course.strength))
        for begin in range(0, len(order), mlp.batch_size * BATCHES_AT_ONCE):
            if steps and deadline.is_over():
                course.cut(lambda: _unpacked(network, shapes))
                return
            rows = order[begin : begin + mlp.batch_size * BATCHES_AT_ONCE]
            steps = train_epoch(network, strength, adam, steps, data, rows, memory)
        if (go_on_from := course.after_epoch(lambda: _unpacked(network, shapes))) is not None:
            network.parameters[:] = Perceptron.of(mlp, list(zip(*go_on_from[:2], strict=True))).parameters


def _unpacked(network: Perceptron, shapes: Sequence[tuple[int, int]]) -> Trained:
    sizes = [size for out, into in shapes for size in (out * into, out)]
    cuts = np.cumsum([0, *sizes])
    parts = [torch.from_numpy(network.parameters[begin:end].copy()) for begin, end in pairwise(cuts)]
    weights = [part.reshape(shape) for part, shape in zip(parts[::2], shapes, strict=True)]
    return Trained(weights, parts[1::2])
