"""The stream of batches that pretraining sees, made in a process of its own: a batch depends on its number alone."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.queues import Queue

import numpy as np
from numpy.typing import NDArray

from smoothdistill_equate.expression import tokens
from smoothdistill_equate.features import features_of
from smoothdistill_equate.generating import Generator

Batch = tuple[NDArray[np.float32], list[tuple[str, ...]]]

ROWS = 64
AHEAD = 8
"""How many batches are made in advance."""


def batch(generator: Generator, seed: int, number: int, size: int) -> Batch:
    """Return features (size, 64, 23) and texts of batch ``number``."""
    rng = np.random.default_rng((seed, number))
    sets = [generator.draw(rng) for _ in range(size)]
    return np.stack([features_of(one.X, one.y) for one in sets]), [tokens(one.skeleton) for one in sets]


def _make(queue: Queue[Batch], seed: int, first: int, size: int, draws: int) -> None:
    generator = Generator(seed, draws, ROWS)
    number = first
    while True:
        queue.put(batch(generator, seed, number, size))
        number += 1


@contextmanager
def stream(seed: int, first: int, size: int, draws: int) -> Iterator[Iterator[Batch]]:
    """Yield the batches from number ``first`` on; the process that makes them ends with the block."""
    context = multiprocessing.get_context("spawn")
    queue: Queue[Batch] = context.Queue(AHEAD)
    maker = context.Process(target=_make, args=(queue, seed, first, size, draws), daemon=True)
    maker.start()
    try:
        yield iter(queue.get, None)
    finally:
        maker.terminate()
        maker.join()
