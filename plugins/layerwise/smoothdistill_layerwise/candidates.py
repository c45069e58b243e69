"""From a task to candidates: what the student is shown, what becomes of its networks, and the front that is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from smoothdistill_core import Candidate, DataError, Deadline, DistillationTask
from smoothdistill_layerwise.architecture import Architecture
from smoothdistill_layerwise.front import front_of
from smoothdistill_layerwise.hints import depth_and_activations, hints
from smoothdistill_layerwise.network import Network
from smoothdistill_layerwise.rows import Prepared
from smoothdistill_layerwise.training import Examples, trained

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_layerwise.student import LayerwiseStudent

    Array = NDArray[np.float64]

ATTEMPTS = 2
"""Where all restarts diverge, as many more are begun once."""

TRAINING = 0.5
"""The share of a time limit in which networks are trained; then they are pruned."""


def candidates(task: DistillationTask, student: LayerwiseStudent) -> Sequence[Candidate]:
    """Return the best constant, and unless the target is one, the front of the student's networks."""
    seed = task.seed % 2**64
    rows = Prepared.of(task, student.validation, seed)
    depth, activations = depth_and_activations(task.teacher, rows.X, student)
    if rows.constant.is_exact:
        return [rows.constant.candidate]
    with threadpool_limits(limits=1, user_api="blas"):  # a sum that is split among threads rounds otherwise
        networks = _networks(rows, student, depth, activations, seed, task.deadline.part(TRAINING))
        found = front_of(networks, rows, student.fit_rows, student.max_complexity, task.deadline)
    return [rows.constant.candidate, *(Candidate(member.formula, member.network.predict) for member in found)]


def _networks(
    rows: Prepared,
    student: LayerwiseStudent,
    depth: int,
    activations: Sequence[Array],
    seed: int,
    deadline: Deadline,
) -> list[Network]:
    """Return the trained networks of the restarts that did not diverge; raise `DataError` where all did."""
    architecture = Architecture.of(student, rows.X.shape[1], depth)
    shown = tuple(layer[rows.fitting] for layer in activations)
    widths = [len(units) for units in architecture.layers] if shown else []
    weights = rows.weights[rows.fitting]
    learnt = hints(shown, weights, widths, student.variance)
    examples = Examples(rows.X[rows.fitting], rows.y[rows.fitting], weights, learnt)
    for attempt in range(ATTEMPTS):
        numbers = range(attempt * student.restarts, (attempt + 1) * student.restarts)
        found = trained(examples, architecture, student, seed, numbers, deadline)
        networks = [Network.of(architecture.layers, maps) for maps in found if maps is not None]
        if networks:
            return networks
    raise DataError(
        f"student 'layerwise': all {ATTEMPTS * student.restarts} networks diverged; lower learning_rate "
        f"(it is {student.learning_rate:g}), or look for values far outside of the others in inputs and target"
    )
