"""The three phases in which one network is trained: base, oversampled, and strongly sparse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from smoothdistill_lies.architecture import Architecture, initial
from smoothdistill_lies.compiled_network import forward, room_for
from smoothdistill_lies.compiled_sums import total
from smoothdistill_lies.compiled_training import Data, Phase, State, train_epoch
from smoothdistill_lies.oversampling import worst_rows

if TYPE_CHECKING:
    from smoothdistill_core import Deadline
    from smoothdistill_lies.student import LIESStudent

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ATTEMPTS = 5
"""Networks whose weights are no longer finite start again, each time with another stream of random numbers."""

WORK = 1e10
"""Multiplications that one network may take: a large one gets fewer steps an epoch."""

MOST_THRESHOLD = 0.1
"""alpha / rho at most: more would set every weight to 0."""


def phases(student: LIESStudent, inputs: int) -> tuple[Phase, Phase, Phase]:
    """Return base, oversampled and strong phase; thresholds are alpha / rho, clamped.

    The strong phase's falls tenfold with each input above 5, as published: with many inputs the absolute sum of the
    weights is all that makes them sparse.
    """
    alpha = 5.0 * 10.0 ** (1 - inputs)
    found = (
        Phase(student.base_epochs, 0.05, 0.9, 5e-4 / 0.9, 0.9),
        Phase(student.oversampled_epochs, 0.05, 0.1, 5e-4 / 0.1, 0.9),
        Phase(student.strong_epochs, 0.01, 0.005, min(alpha / 0.005, MOST_THRESHOLD), 0.95),
    )
    return found if student.admm else tuple(phase._replace(rho=0.0) for phase in found)  # type: ignore[return-value]


def trained(
    student: LIESStudent, architecture: Architecture, data: Data, stream: tuple[int, ...], deadline: Deadline
) -> Floats | None:
    """Return the weights of one network; None where all its attempts diverged. A ``deadline`` ends each phase early."""
    for attempt in range(ATTEMPTS):
        generator = np.random.default_rng([*stream, attempt])
        theta = _attempt(student, architecture, data, generator, deadline)
        if theta is not None:
            return theta
    return None


def outputs(architecture: Architecture, theta: Floats, X: Floats) -> Floats:
    """Return the network's output for each row of ``X`` (n, d)."""
    room = room_for(architecture.layout, len(X))
    room.z[0], room.z[1 : 1 + X.shape[1]] = 1.0, X.T
    return forward(theta, architecture.layout, room)


def _attempt(
    student: LIESStudent, architecture: Architecture, data: Data, generator: np.random.Generator, deadline: Deadline
) -> Floats | None:
    base, oversampled, strong = phases(student, architecture.inputs)
    rows = np.arange(len(data.y))
    theta = initial(architecture, _centre(data), generator)
    if not _run(student, architecture, data, rows, base, theta, generator, deadline):
        return None
    if student.oversampling and not deadline.is_over():
        with np.errstate(all="ignore"):  # an error too large for a number is never the smaller one
            error = _errors(architecture, theta, data)
            more = np.concatenate([rows, worst_rows(data, error, generator)])
            warm = theta.copy()
            if _run(student, architecture, data, more, oversampled, warm, generator, deadline):
                after = _errors(architecture, warm, data)
                if total(data.weights * after) < total(data.weights * error):
                    theta, rows = warm, more
    return theta if _run(student, architecture, data, rows, strong, theta, generator, deadline) else None


def _centre(data: Data) -> float:
    return total(data.weights * data.y) / len(data.y)


def _errors(architecture: Architecture, theta: Floats, data: Data) -> Floats:
    """Return the squared error of each row."""
    return np.asarray((outputs(architecture, theta, data.X) - data.y) ** 2)


def _run(
    student: LIESStudent,
    architecture: Architecture,
    data: Data,
    rows: Ints,
    phase: Phase,
    theta: Floats,
    generator: np.random.Generator,
    deadline: Deadline,
) -> bool:
    """Train ``theta`` in place through one phase; say whether it is still finite."""
    size = min(student.batch_size, len(rows))
    steps = _steps(student, architecture, size)
    state, layout, rate = State.of(theta), architecture.layout, student.learning_rate
    for _ in range(phase.epochs):
        if deadline.is_over():
            break
        passes = -(-steps * size // len(rows))
        order = np.concatenate([generator.permutation(rows) for _ in range(passes)])[: steps * size]
        if not train_epoch(state, data, order, size, layout, phase, rate):
            return False
        rate *= phase.decay
    return True


def _steps(student: LIESStudent, architecture: Architecture, size: int) -> int:
    """Return the steps of an epoch: as many as asked for, as far as ``WORK`` allows."""
    epochs = student.base_epochs + student.strong_epochs
    epochs += student.oversampled_epochs if student.oversampling else 0
    possible = WORK / (3.0 * size * architecture.size * max(epochs, 1))
    return max(1, min(student.epoch_steps, int(possible)))
