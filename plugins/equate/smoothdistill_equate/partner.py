"""`Partner`: a second process that draws and learns from its part of each batch, so that two cores are in use."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from smoothdistill_equate.learning import Pretraining

Floats = NDArray[np.float32]


class Partner:
    """The process, and the pipe by which weights go there and gradients come back."""

    def __init__(self, process: BaseProcess, connection: Connection) -> None:
        self.process = process
        self._connection = connection

    def begin(self, step: int, weights: Floats) -> None:
        """Let it compute the gradient of its part of a batch at these weights."""
        try:
            self._connection.send(step)
            self._connection.send_bytes(weights.tobytes())
        except OSError as error:
            raise SystemExit(DIED) from error

    def gradient(self) -> Floats:
        """Return that gradient; raises `SystemExit` where the process has died."""
        try:
            return np.frombuffer(self._connection.recv_bytes(), np.float32)
        except (EOFError, OSError) as error:
            raise SystemExit(DIED) from error


DIED = "the second process of pretraining died; start again with the same folder to go on from the last checkpoint"


@contextmanager
def partner(run: Pretraining) -> Iterator[Partner]:
    """Yield a process that works on the second part of each batch; it ends with the block."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_work, args=(run, there), daemon=True)
    process.start()
    there.close()  # so that the pipe ends when the process does
    try:
        yield Partner(process, here)
    finally:
        here.close()
        process.terminate()
        process.join()


def _work(run: Pretraining, connection: Connection) -> None:
    from smoothdistill_equate.learning import Learning

    learning = Learning(run)
    while True:
        try:
            step = connection.recv()
            learning.put(np.frombuffer(connection.recv_bytes(), np.float32))
        except EOFError:  # pretraining is over
            return
        gradient, _ = learning.gradient(step, part=1)
        connection.send_bytes(gradient.tobytes())
