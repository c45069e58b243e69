"""`Together`: datasets that are several targets of the same rows, and which of their teachers learn them together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from smoothdistill_core.components import Dataset, Regularizer, Teacher
from smoothdistill_core.preparation import Preparation
from smoothdistill_core.trial.log_odds import has_log_odds

MOST_NAMED = 5
"""Of more targets than this the first and the last are named."""


@dataclass(frozen=True)
class Prepared:
    """A dataset of a plan as its first trial has it, and the fingerprint of its table."""

    dataset: Dataset
    learnt: Preparation
    data: str


@dataclass(frozen=True)
class Together:
    """All ``targets`` of the same rows, and why none of their teachers can learn them together, if so."""

    targets: tuple[Prepared, ...]
    apart: str = ""

    @property
    def data(self) -> tuple[str, ...]:
        """The fingerprint of each target's table."""
        return tuple(target.data for target in self.targets)

    def why_not(self, teacher: Teacher, regularizer: Regularizer) -> str:
        """Say why a teacher with a penalty has one training a target; nothing where it learns them together."""
        if self.apart:
            return self.apart
        if not teacher.several_outputs:
            return f"the teacher {teacher.name!r} learns one target at a time"
        if regularizer.strengths and not regularizer.several_outputs:
            return f"the penalty {regularizer.name!r} is for networks of one output"
        return ""

    def said(self, why: str) -> str:
        """Say that teachers are trained once a target."""
        names = [target.dataset.label for target in self.targets]
        shown = ", ".join(names) if len(names) <= MOST_NAMED else f"{names[0]} to {names[-1]}, {len(names)} targets"
        return f"{shown}: trained once for each, not together: {why}"


def together(prepared: Iterable[Prepared]) -> dict[str, Together]:
    """Return the targets that have their rows in common, by the label of each one's dataset; others have none."""
    groups: dict[str, list[Prepared]] = {}
    for each in prepared:
        if each.dataset.rows_of_targets:
            groups.setdefault(each.dataset.rows_of_targets, []).append(each)
    found = [Together(tuple(targets), _apart(targets)) for targets in groups.values() if len(targets) > 1]
    return {target.dataset.label: group for group in found for target in group.targets}


def _apart(targets: Sequence[Prepared]) -> str:
    """Say why targets cannot be learnt together by any teacher; nothing where they can."""
    first = targets[0].learnt
    for target in targets:
        learnt = target.learnt
        if has_log_odds(learnt.facts):
            return f"the target {target.dataset.label!r} has two values"
        if learnt.options.screen is not None:
            return "screening keeps the inputs that matter for each"
        same = learnt.places.keys() == first.places.keys() and all(
            np.array_equal(places, first.places[part]) for part, places in learnt.places.items()
        )
        if not same or learnt.facts.scaling.features != first.facts.scaling.features:
            return f"{targets[0].dataset.label!r} and {target.dataset.label!r} have other rows or inputs"
    return ""
