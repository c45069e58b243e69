"""The summary of a run: one line for each penalty and strength, its scores averaged over the trials."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from smoothdistill_core.components import Role
from smoothdistill_core.recipe.defaults import (
    ACCURACY,
    DEFAULTS,
    ERRORS,
    ERRORS_OF_LOG,
    FIDELITY,
    ORIGINAL_ACCURACY,
    SMOOTHNESS,
)
from smoothdistill_core.results.answer import BEST
from smoothdistill_core.results.outcome import Outcome
from smoothdistill_core.results.results import Results
from smoothdistill_core.results.strength_choice import highest
from smoothdistill_core.scaling import TargetTransform
from smoothdistill_core.store import Cell

CHOSEN = "chosen"
"""What stands in place of a strength where each trial chose its own."""

Of = Literal["target", "log"]
"""What an R2 is of: the target itself, or its logarithm."""


@dataclass(frozen=True)
class Line:
    """One line: means over ``trials`` of the test part; ``formula`` is that of the best trial.

    ``smoothness`` is that of the teacher by the metric of `Results.smoothness`, or that of the formula itself where
    there is no teacher;
    ``teacher_r2`` and ``fidelity`` are NaN there. The line ``best`` holds what `Results.recommended` takes of each
    trial, whichever student and teacher it came from; it names neither. ``others`` are the scores of the formula by
    metrics without a field: its errors, then what a recipe does not have by itself.

    ``teacher_r2``, ``r2`` and ``fidelity`` are of the target as it is fitted: of its logarithm where ``transform`` is
    log1p. There ``teacher_r2_original`` and ``r2_original`` are those of the target itself; elsewhere NaN.
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
    nodes: float
    formula: str
    formula_seed: int
    others: dict[str, float] = field(default_factory=dict)
    transform: TargetTransform = "none"
    teacher_r2_original: float = math.nan
    r2_original: float = math.nan

    def r2_of(self, of: Of) -> float:
        """Return R2 of the target itself or of its logarithm, NaN where it is not known."""
        return self._which(of, self.r2, self.r2_original)

    def teacher_r2_of(self, of: Of) -> float:
        """Return the same of the teacher."""
        return self._which(of, self.teacher_r2, self.teacher_r2_original)

    def _which(self, of: Of, fitted: float, original: float) -> float:
        if self.transform != "log1p":
            return fitted if of == "target" else math.nan
        return fitted if of == "log" else original


def known_of(lines: Sequence[Line]) -> list[Of]:
    """Return what the R2 of some line is of: of the target itself, of its logarithm, or of both."""
    log: list[Of] = ["log"] if any(line.transform == "log1p" for line in lines) else []
    itself = not log or any(not math.isnan(line.r2_of("target")) for line in lines)
    return ["target", *log] if itself else log


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
        nodes=_mean([float(outcome.nodes) for outcome in outcomes]),
        formula=exemplar.text,
        formula_seed=exemplar.trial.seed,
        others={metric: _mean([outcome.score(metric) for outcome in outcomes]) for metric in _others(results)},
        transform=exemplar.scaling.transform,
        teacher_r2_original=math.nan if mixed else _mean([o.teacher_score(ORIGINAL_ACCURACY) for o in outcomes]),
        r2_original=_mean([outcome.score(ORIGINAL_ACCURACY) for outcome in outcomes]),
    )


def _others(results: Results) -> list[str]:
    """Return the errors and the metrics beyond those of every recipe that formulas were scored by, these by name.

    The metric that smoothness is shown by has a column of its own; the usual one stands here where another is that.
    """
    scored = {metric for outcome in results.outcomes for part, metric in outcome.scores if part == "test"}
    shown = set(DEFAULTS["metric"])
    if results.smoothness is not None and results.smoothness.label != SMOOTHNESS:
        shown = shown - {SMOOTHNESS} | {results.smoothness.label}
    errors = [metric for metric in (*ERRORS, *ERRORS_OF_LOG) if metric in scored]
    return errors + sorted(scored - shown)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
