"""`score_methods`: the methods of a study, and for each trial the test score of a method or why it has none."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from smoothdistill_core.components import Role, without_options
from smoothdistill_core.errors import ResultError, did_you_mean
from smoothdistill_core.recipe import Choose
from smoothdistill_core.recipe.defaults import UNPENALISED
from smoothdistill_core.results.outcome import Outcome, label_of
from smoothdistill_core.results.strength_choice import SWEET_SPOT
from smoothdistill_core.store import Cell, CellRecord


@dataclass(frozen=True)
class Method:
    """A way to come by a formula.

    ``label`` is a penalty at the strength that each trial chose, ``sweet spot``, a penalty that takes no strength
    (``none``), ``best teacher``, ``direct``, or a baseline (``linear``). ``teacher`` is empty where there is none,
    and for the sweet spot of several.
    """

    label: str
    student: str
    teacher: str = ""
    role: Role = Role.TAUGHT

    def __str__(self) -> str:
        return self.label

    @classmethod
    def of(cls, cell: Cell, label: str = "") -> Method:
        """Return the method that a student's cell belongs to, or the choice that ``label`` names."""
        if label == SWEET_SPOT:
            return cls(label, cell.student)
        return cls(label or label_of(cell), cell.student, cell.teacher, cell.role)

    @property
    def is_baseline(self) -> bool:
        """Whether this is a student that stands beside every other student."""
        return self.role is Role.BASELINE

    @property
    def is_control(self) -> bool:
        """Whether every penalty is compared with it: the teacher without one, no teacher, no search."""
        return self.role is not Role.TAUGHT or self.answers(UNPENALISED)

    def answers(self, name: str) -> bool:
        """Say whether ``name`` means this method: its label, with options or without."""
        return name in (self.label, without_options(self.label))

    def belongs_with(self, other: Method) -> bool:
        """Say whether the two differ in one thing only: the same student on one teacher, or a baseline beside it."""
        if self == other:
            return False
        if self.is_baseline or other.is_baseline:
            return True
        return self.student == other.student and (
            not self.teacher or not other.teacher or self.teacher == other.teacher
        )


MethodScores = dict[Method, dict[str, float | str]]
"""For each method and each planned trial (by key) the score, or the reason why there is none."""


def score_methods(
    cells: Sequence[CellRecord],
    outcomes: Sequence[Outcome],
    chosen: Iterable[tuple[str, Outcome]],
    without_formula: Collection[CellRecord],
    choose: Choose,
    metric: str,
) -> MethodScores:
    """Return the scores of all methods on the test part: penalties first, then what they are compared with.

    ``cells`` are all that were planned, ``chosen`` the choices among strengths, ``without_formula`` the students none
    of whose formulas can be chosen. A score that is not finite is none. Raises `ResultError` for a metric that no
    formula was scored by.
    """
    if outcomes:
        known = {name for outcome in outcomes for part, name in outcome.scores if part == "test"}
        if metric not in known:
            raise ResultError(f"no formula was scored by a metric {metric!r}; {did_you_mean(metric, known)}")
    planned: dict[Method, dict[str, list[CellRecord]]] = defaultdict(lambda: defaultdict(list))
    swept = set()
    for record, method in _methods_of_cells(cells, choose):
        planned[method][record.cell.trial].append(record)
        if record.cell.strength > 0:
            swept.add(method)
    found = {(Method.of(outcome.cell, label), outcome.trial.key): outcome for label, outcome in chosen}
    for outcome in outcomes:
        method = Method.of(outcome.cell)
        if outcome.strength == 0 and method not in swept:
            found[method, outcome.trial.key] = outcome

    def score(method: Method, trial: str, records: Sequence[CellRecord]) -> float | str:
        if any(record.state == "planned" for record in records):
            return "not run yet"  # also where only some strengths are: the choice among them is still open
        if any(record.state == "spared" for record in records):
            return "spared, as the first search left nothing to find"
        outcome = found.get((method, trial))
        if outcome is None:
            return _why_none(method, records, without_formula, choose)
        value = outcome.score(metric)
        return value if math.isfinite(value) else f"its {metric} is {value}"

    scores = {
        method: {trial: score(method, trial, records) for trial, records in trials.items()}
        for method, trials in planned.items()
    }
    return dict(sorted(scores.items(), key=lambda item: _place(item[0])))


def _methods_of_cells(cells: Sequence[CellRecord], choose: Choose) -> Iterator[tuple[CellRecord, Method]]:
    """Yield every planned student that counts, with the method it belongs to."""
    students = [record for record in cells if record.cell.role is not Role.TEACHER]
    swept = {sweep_of(record.cell) for record in students if record.cell.strength > 0}
    for record in students:
        cell = record.cell
        if cell.strength > 0:
            yield record, Method.of(cell, SWEET_SPOT if choose.rule == "sweet_spot" else "")
        elif cell.role is not Role.TAUGHT or sweep_of(cell) not in swept:
            yield record, Method.of(cell)  # strength 0 of a penalty with others is no candidate, and no method


def _why_none(
    method: Method, records: Sequence[CellRecord], without_formula: Collection[CellRecord], choose: Choose
) -> str:
    failed = [record for record in records if record.state == "failed"]
    if method.label == SWEET_SPOT and len(failed) < len(records):
        return "no teacher is a sweet spot"
    if failed:
        return failed[0].reason
    if all(record in without_formula for record in records):
        further = " or breaks units" if choose.units == "forbid" else ""
        further += " or may go a way that is not demanded" if choose.monotone.directions else ""
        return f"each of its formulas has a pole{further}"
    return "its teacher has no result" if method.teacher else "it has no formula"


def sweep_of(cell: Cell) -> tuple[str, str, str]:
    """Return what the strengths of one sweep have in common: student, teacher and penalty."""
    return cell.student, cell.teacher, cell.regularizer


def _place(method: Method) -> int:
    """Return what sorts methods: penalties, the teacher without one, no teacher, baselines."""
    if method.role is Role.TAUGHT:
        return int(method.is_control)
    return 3 if method.is_baseline else 2
