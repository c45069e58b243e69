"""Scoring by further metrics what a finished cell found: its formulas as stored, or its teacher as saved."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from smoothdistill_core.components import Metric, Teacher
from smoothdistill_core.formula import Formula
from smoothdistill_core.trial.scoring import Scores, score, score_all
from smoothdistill_core.trial.trial import Failure, Trial, failure


@dataclass(frozen=True)
class ScoringResult:
    """The scores of each formula of a cell, in their order, or those of its teacher."""

    scores: tuple[Scores, ...]
    seconds: float


def score_formulas(
    trial: Trial,
    formulas: Sequence[Formula],
    metrics: Sequence[Metric],
    teacher: Teacher | None = None,
    weights: bytes = b"",
) -> ScoringResult | Failure:
    """Score formulas over standardised inputs; ``teacher`` and its ``weights`` are given where a metric needs them."""
    began = time.monotonic()
    try:
        model = None if teacher is None else teacher.load(weights)
        scores = score_all(formulas, trial.split(), metrics, teacher=model)
    except Exception as error:  # noqa: BLE001 whatever a plugin raises is this cell's failure, not the study's
        return failure(error, began, teacher or trial.dataset, trial.dataset, *metrics)
    return ScoringResult(tuple(scores), time.monotonic() - began)


def score_teacher(trial: Trial, teacher: Teacher, weights: bytes, metrics: Sequence[Metric]) -> ScoringResult | Failure:
    """Score a saved teacher."""
    began = time.monotonic()
    try:
        scores = score(teacher.load(weights), trial.split(), metrics)
    except Exception as error:  # noqa: BLE001 as above
        return failure(error, began, teacher, trial.dataset, *metrics)
    return ScoringResult((scores,), time.monotonic() - began)
