"""The two spaces in which a network can see data: their logarithms, where laws are sums, or the data themselves."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core import DataError, DistillationTask
from smoothdistill_core.searching import training_box

Floats = NDArray[np.float64]
Kind = Literal["log", "raw"]

BELOW = 1e-9
"""A target below this share of its spread cannot be told from 0, since standardising rounds: its logarithm is noise."""

FEW = 0.1
"""The share of rows whose target may be that small, or by noise of the other sign, where log space is tried: training
there leaves them out, and the last fit, of exp(output) to the target itself, has them again."""


@dataclass(frozen=True, eq=False)
class Space:
    """How inputs and target of a task are turned into what circuits compute with.

    In log space an input is ln(x * scale + shift), and the target ln(y * spread + mean); of a target that is negative,
    ``spread`` and ``mean`` have their signs turned. In raw space both are taken as they are.
    """

    kind: Kind
    scales: Floats
    shifts: Floats
    spread: float
    mean: float
    box: tuple[tuple[float, float], ...]
    """The range of each standardised input, in which guards must be there or proven inactive."""

    @classmethod
    def of(cls, kind: Kind, task: DistillationTask) -> Space:
        """Return the space of a task; where it has no ``scaling``, its arrays are the data themselves."""
        columns = task.X.shape[1]
        box = tuple(training_box(task))
        plain = cls(kind, np.ones(columns), np.zeros(columns), 1.0, 0.0, box)
        if kind == "raw":
            return plain
        if task.scaling is not None:
            scales, shifts = np.array([_way_back(f.scale, f.mean) for f in task.scaling.features]).T
            plain = cls(kind, scales, shifts, task.scaling.scale, task.scaling.mean, box)
        is_negative = np.mean(plain.target(task.y) < 0.0) >= 1.0 - FEW
        return replace(plain, spread=-plain.spread, mean=-plain.mean) if is_negative else plain

    def raw(self, X: Floats) -> Floats:
        """Return inputs (n, d) in the data's own units, or as they are in raw space."""
        return X * self.scales + self.shifts

    def features(self, X: Floats) -> Floats:
        """Return the constant 1 and the inputs as circuits read them, shape (1 + d, n)."""
        with np.errstate(all="ignore"):
            inputs = np.log(self.raw(X)) if self.kind == "log" else X
        return np.ascontiguousarray(np.vstack([np.ones(len(X)), inputs.T]))

    def target(self, y: Floats) -> Floats:
        """Return what exp(output), or in raw space the output, is to be: shape (n,)."""
        return y * self.spread + self.mean

    def visible(self, y: Floats) -> NDArray[np.bool_]:
        """Say which rows training can use: all, but for targets in log space that cannot be told from 0."""
        if self.kind == "raw":
            return np.ones(len(y), dtype=bool)
        target = self.target(y)
        return np.asarray(target > BELOW * target.max())


def _way_back(scale: float, mean: float) -> tuple[float, float]:
    """Return scale and mean, changed in the last digit so that standardising cancels them to nothing.

    Standardising is written as x * (1 / scale) - mean * (1 / scale), and its rounding would stay as x + 4e-16.
    """
    inverse = 1.0 / scale
    near = restoring(1.0, inverse)
    return near, near * inverse * mean


def restoring(value: float, scale: float) -> float:
    """Return the number that times ``scale`` is ``value`` to the last digit, where there is one."""
    near = value / scale
    for guess in (near, math.nextafter(near, math.inf), math.nextafter(near, -math.inf)):
        if guess * scale == value:
            return guess
    return near


def spaces(asked: Literal["auto", "log", "raw"], task: DistillationTask) -> list[Space]:
    """Return the spaces to search: log first where data allow it and ``asked`` does.

    Raises `DataError` where log space is asked for, and an input is not positive, or the target not
    of one sign.
    """
    log, raw = Space.of("log", task), Space.of("raw", task)
    if asked == "raw":
        return [raw]
    obstacle = _obstacle(log, task, strict=asked == "log")
    if asked == "log":
        if obstacle:
            raise DataError(
                f"log space needs inputs above 0 and a target of one sign in the data: {obstacle}; use space: raw"
            )
        return [log]
    return [raw] if obstacle else [log, raw]


def _obstacle(log: Space, task: DistillationTask, strict: bool) -> str:
    """Return what has no logarithm, with a value of it, or nothing; ``strict`` takes no target of both signs."""
    least = log.raw(task.X).min(axis=0)
    for column, value in enumerate(least.tolist()):
        if value <= 0.0:
            name = f"x{column}" if task.scaling is None else task.scaling.names[column]
            return f"the input {name} has the least value {value:.6g}"
    target = log.target(task.y)
    most, low = float(target.max()), float(target.min())
    few = float(np.mean(target <= BELOW * most)) <= FEW
    if most <= 0.0 or not few or (strict and low < -BELOW * most):
        least_or_greatest = "least" if log.spread > 0.0 else "greatest"
        return f"{_target_name(task)} has the {least_or_greatest} value {math.copysign(1.0, log.spread) * low:.6g}"
    return ""


def _target_name(task: DistillationTask) -> str:
    """Name what log space takes the logarithm of: the target, the teacher's, or what is prepared of it."""
    if task.scaling is None:
        return "the target"
    name = "the target" if task.teacher is not None else f"the target {task.scaling.target}"
    return name if task.scaling.transform == "none" else f"{name}, as prepared by {task.scaling.transform},"
