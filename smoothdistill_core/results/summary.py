"""The summary of a run: one line for each penalty and strength, its scores averaged over the trials."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from smoothdistill_core.components import Role
from smoothdistill_core.recipe.defaults import ACCURACY, DEFAULTS, FIDELITY, SMOOTHNESS
from smoothdistill_core.results.answer import BEST
from smoothdistill_core.results.outcome import Outcome
from smoothdistill_core.results.results import Results
from smoothdistill_core.results.strength_choice import highest
from smoothdistill_core.store import Cell

CHOSEN = "chosen"
"""What stands in place of a strength where each trial chose its own."""


@dataclass(frozen=True)
class Line:
    """One line: means over ``trials`` of the test part; ``formula`` is that of the best trial.

    ``smoothness`` is that of the teacher by the metric of `Results.smoothness`, or that of the formula itself where
    there is no teacher;
    ``teacher_r2`` and ``fidelity`` are NaN there. The line ``best`` holds what `Results.recommended` takes of each
    trial, whichever student and teacher it came from; it names neither. ``others`` are the scores of the formula by
    the metrics that a recipe does not have by itself.
    """

    dataset: str
    student: str
    teacher: str
    penalty: str
    strength: float | str
    trials: int
    teacher_r2: float
    smoothness: float
    r2: float
    fidelity: float
    complexity: float
    formula: str
    formula_seed: int
    others: dict[str, float] = field(default_factory=dict)


def summarise(results: Results) -> list[Line]:
    """Return the lines of every dataset: baselines, each penalty's strengths, what was chosen, and the best of all."""
    lines = []
    for dataset in dict.fromkeys(trial.dataset for trial in results.trials.values()):
        groups: dict[tuple[str, str, str, float | str], list[Outcome]] = defaultdict(list)
        for outcome in _in_order_of_plan(results):
            if outcome.trial.dataset == dataset:
                strength = outcome.strength if outcome.strength > 0 else ""
                groups[outcome.student, outcome.teacher, outcome.penalty, strength].append(outcome)
        for label, outcome in results.chosen:
            if outcome.trial.dataset == dataset:
                groups[outcome.student, outcome.teacher, label, CHOSEN].append(outcome)
        for outcome in results.recommended:
            if outcome.trial.dataset == dataset:
                groups["", "", BEST, CHOSEN].append(outcome)
        lines += [_line(dataset, key, outcomes, results) for key, outcomes in groups.items()]
    return lines


def _in_order_of_plan(results: Results) -> list[Outcome]:
    """Return the outcomes as the recipe lists them, whichever of them failed in the first trial."""

    def labels(cell: Cell) -> tuple[str, str, str, float]:
        return cell.student, cell.teacher, cell.regularizer, cell.strength

    place = {label: number for number, label in enumerate(dict.fromkeys(labels(r.cell) for r in results.cells))}
    return sorted(results.outcomes, key=lambda outcome: place[labels(outcome.cell)])


def _line(dataset: str, key: tuple[str, str, str, float | str], outcomes: Sequence[Outcome], results: Results) -> Line:
    student, teacher, penalty, strength = key
    mixed = penalty == BEST  # of several students and teachers
    taught = outcomes[0].role is Role.TAUGHT
    exemplar = highest(outcomes, results.choose)
    axis = "" if results.smoothness is None else results.smoothness.label
    smoothness = [o.teacher_score(axis) if taught else o.score(axis) for o in outcomes]
    return Line(
        dataset=dataset,
        student=student,
        teacher=teacher,
        penalty=penalty,
        strength=strength,
        trials=len(outcomes),
        teacher_r2=math.nan if mixed else _mean([outcome.teacher_score(ACCURACY) for outcome in outcomes]),
        smoothness=math.nan if mixed else _mean(smoothness),
        r2=_mean([outcome.score(ACCURACY) for outcome in outcomes]),
        fidelity=math.nan if mixed else _mean([outcome.score(FIDELITY) for outcome in outcomes]),
        complexity=_mean([float(outcome.formula.complexity) for outcome in outcomes]),
        formula=exemplar.text,
        formula_seed=exemplar.trial.seed,
        others={metric: _mean([outcome.score(metric) for outcome in outcomes]) for metric in _others(results)},
    )


def _others(results: Results) -> list[str]:
    """Return the metrics beyond those of every recipe that formulas were scored by, in the order of their names.

    The metric that smoothness is shown by has a column of its own; the usual one stands here where another is that.
    """
    scored = {metric for outcome in results.outcomes for part, metric in outcome.scores if part == "test"}
    shown = set(DEFAULTS["metric"])
    if results.smoothness is not None and results.smoothness.label != SMOOTHNESS:
        shown = shown - {SMOOTHNESS} | {results.smoothness.label}
    return sorted(scored - shown)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
