"""Teachers that learn several targets of the same rows together, each of which is distilled by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from smoothdistill_core.components import Part, Teacher, TrainedTeacher, TrainingJob
from smoothdistill_core.errors import DataError, PluginError
from smoothdistill_core.preparation import Split


def on_all_targets(job: TrainingJob, splits: Sequence[Split]) -> TrainingJob:
    """Return the job of the first split with the targets of all, (n, k); raises `DataError` where rows differ."""
    for other in splits[1:]:
        for part in ("train", "validation"):
            if not _same_inputs(splits[0], other, part):
                first, second = splits[0].facts.scaling.target, other.facts.scaling.target
                raise DataError(f"{first!r} and {second!r} are learnt together, and their {part} parts have other rows")
    validation = None
    if job.validation is not None:
        validation = job.validation[0], np.column_stack([split.parts["validation"].y for split in splits])
    return replace(job, y=np.column_stack([split.parts["train"].y for split in splits]), validation=validation)


def of_each_target(model: TrainedTeacher, teacher: Teacher, targets: int) -> Sequence[TrainedTeacher]:
    """Return a model's teachers of each target; raises `PluginError` where they are not as many."""
    each = model.outputs()
    if len(each) != targets:
        raise PluginError(f"teacher {teacher.name!r} returned {len(each)} outputs for {targets} targets")
    return each


def said_of_targets(teacher: Teacher, targets: int) -> tuple[str, ...]:
    """Say that a model learnt several targets together; nothing of one."""
    return (f"{teacher.name}: one model learnt {targets} targets together",) if targets > 1 else ()


def _same_inputs(first: Split, other: Split, part: Part) -> bool:
    if part not in first.parts or part not in other.parts:
        return (part in first.parts) == (part in other.parts)
    return np.array_equal(first.parts[part].X, other.parts[part].X)
