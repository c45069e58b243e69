"""`scores_of_methods`: the methods of a study, and for each trial the test score of a method or why it has none."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from smoothdistill_core.errors import ResultError, did_you_mean
from smoothdistill_core.results import Results, chosen
from smoothdistill_core.results.results import BEST_TEACHER, DIRECT
from smoothdistill_core.results.strength_choice import SWEET_SPOT
from smoothdistill_core.store import Cell, CellRecord

LINEAR = "linear"
"""What tables call linear regression on the data itself."""

BASELINES = ("none", DIRECT, LINEAR)
"""What every penalty is compared with: the same teacher without one, no teacher, no search."""


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

    def __str__(self) -> str:
        return self.label

    @property
    def baseline(self) -> bool:
        """Whether this is a student that stands beside every other student."""
        return self.label == self.student

    def answers(self, name: str) -> bool:
        """Say whether ``name`` means this method: its label, with options or without."""
        return name in (self.label, _without_options(self.label))

    def belongs_with(self, other: Method) -> bool:
        """Say whether the two differ in one thing only: the same student on one teacher, or a baseline beside it."""
        if self.student != other.student:
            return self.baseline or other.baseline
        return (
            self != other
            and not (self.baseline or other.baseline)
            and (not self.teacher or not other.teacher or self.teacher == other.teacher)
        )


MethodScores = dict[Method, dict[str, float | str]]
"""For each method and each planned trial (by key) the score, or the reason why there is none."""


def scores_of_methods(results: Results, metric: str = "r2") -> MethodScores:
    """Return the scores of all methods on the test part, penalties first, then `BASELINES`.

    A score that is not finite is none. Raises `ResultError` for a metric that no formula was scored by.
    """
    if results.outcomes:
        known = {name for outcome in results.outcomes for part, name in outcome.scores if part == "test"}
        if metric not in known:
            raise ResultError(f"no formula was scored by a metric {metric!r}; {did_you_mean(metric, known)}")
    cells: dict[Method, dict[str, list[CellRecord]]] = defaultdict(lambda: defaultdict(list))
    swept = set()
    for record, method in _methods_of_cells(results):
        cells[method][record.cell.trial].append(record)
        if record.cell.strength > 0:
            swept.add(method)
    found = {(_chosen_method(results, label, o.student, o.teacher), o.trial.key): o for label, o in chosen(results)}
    for outcome in results.outcomes:
        method = Method(outcome.penalty, outcome.student, outcome.teacher)
        if outcome.strength == 0 and method not in swept:
            found[method, outcome.trial.key] = outcome

    def score(method: Method, trial: str, records: Sequence[CellRecord]) -> float | str:
        if any(record.state == "planned" for record in records):
            return "not run yet"  # also where only some strengths are: the choice among them is still open
        outcome = found.get((method, trial))
        if outcome is None:
            return _why_none(method, records, results)
        value = outcome.score(metric)
        return value if math.isfinite(value) else f"its {metric} is {value}"

    scores = {
        method: {trial: score(method, trial, records) for trial, records in trials.items()}
        for method, trials in cells.items()
    }
    for method in [method for method in scores if method.label == DIRECT]:
        if _without_options(method.student) == LINEAR:  # the recipe lists it: it imitates teachers and is the baseline
            scores[Method(method.student, method.student)] = scores[method]
    return dict(sorted(scores.items(), key=lambda item: _place(item[0])))


def _methods_of_cells(results: Results) -> Iterator[tuple[CellRecord, Method]]:
    """Yield every planned student that counts, with the method it belongs to."""
    students = [record for record in results.cells if record.cell.kind == "student"]
    taught = {record.cell.student for record in students if record.cell.taught}
    swept = {_sweep(record.cell) for record in students if record.cell.strength > 0}
    for record in students:
        cell = record.cell
        if not cell.taught:
            yield record, Method(DIRECT if cell.student in taught else cell.student, cell.student)
        elif cell.strength > 0:
            yield record, _chosen_method(results, cell.regularizer, cell.student, cell.teacher)
        elif _sweep(cell) not in swept:  # strength 0 of a penalty with others is no candidate, and no method
            yield record, Method(cell.regularizer or BEST_TEACHER, cell.student, cell.teacher)


def _chosen_method(results: Results, label: str, student: str, teacher: str) -> Method:
    if results.choose.rule == "sweet_spot":
        return Method(SWEET_SPOT, student)
    return Method(label, student, teacher)


def _why_none(method: Method, records: Sequence[CellRecord], results: Results) -> str:
    failed = [record for record in records if record.state == "failed"]
    if method.label == SWEET_SPOT and len(failed) < len(records):
        return "no teacher is a sweet spot"
    if failed:
        return failed[0].reason
    if all(record in results.without_formula for record in records):
        return "each of its formulas has a pole"
    return "its teacher has no result" if method.teacher else "it has no formula"


def _sweep(cell: Cell) -> tuple[str, str, str]:
    return cell.student, cell.teacher, cell.regularizer


def _without_options(label: str) -> str:
    return label.partition("(")[0]


def _place(method: Method) -> int:
    places = [place for place, name in enumerate(BASELINES) if method.answers(name)]
    return places[0] if places else len(BASELINES) if method.baseline else -1
