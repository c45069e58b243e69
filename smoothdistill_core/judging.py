"""`judge`: formulas of several trials of one dataset on rows that they did not see, their constants fitted anew.

A split is a matter of luck. The formulas that the trials of a dataset found are therefore compared on the validation
rows of all; and where these are few, by cross-validation of their constants. The test part is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Metric, ScoringContext
from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.likelihood import probability, smoothed
from smoothdistill_core.preparation import Preparation, learn
from smoothdistill_core.searching import refitted
from smoothdistill_core.searching.drawn import drawn
from smoothdistill_core.trial import Scores, Trial, score_on_part
from smoothdistill_core.trial.log_odds import has_log_odds
from smoothdistill_core.trial.row_errors import block_errors, log_loss_errors, squared_errors
from smoothdistill_core.trial.scoring import restoring

Array = NDArray[np.float64]
Places = NDArray[np.intp]

FEW_ROWS = 50
"""What is chosen on fewer validation rows may be luck, which is said."""

TOO_FEW_ROWS = 20
"""A validation part with fewer rows decides nothing by itself."""

FOLDS = 5

EVALUATIONS = 15
"""How many sets of constants are tried on other rows: they begin where they were found, and end nearby."""

MOST_ROWS = 2_000
"""Constants are fitted anew on at most so many rows, drawn by chance: enough to compare formulas."""


@dataclass(frozen=True)
class Judgement:
    """How far a formula is off on rows that its constants were not fitted to.

    ``errors`` are the squared errors, in units of the first trial's training variance, or log-losses, as a front entry
    has them;
    ``scores`` are those of the same predictions, on the part ``validation``.
    """

    errors: tuple[float, ...]
    scores: Scores


@dataclass(frozen=True)
class _Ground:
    """Rows to fit constants on, and rows to judge by; ``trials`` are those whose own parts these are."""

    fit: Places
    judged: Places
    trials: frozenset[int] = frozenset()


def judge(
    trials: Sequence[Trial], formulas: Sequence[tuple[int, Formula]], metrics: Sequence[Metric]
) -> list[Judgement]:
    """Judge ``formulas``, each given with the place of its trial, over that trial's standardised inputs.

    All are judged on the same rows: the validation rows of every trial, with constants fitted to that trial's training
    rows; of a trial's own formulas the constants stay. A split by time is that of all trials, and its rows count once.
    Where a trial has fewer than `TOO_FEW_ROWS` validation rows, it is by cross-validation of the constants over the
    first trial's training and validation rows. The search saw most of these, so of n rows an error counts
    n / (n - nodes) times: each node may fit noise, as each parameter does in generalised cross-validation (Golub,
    Heath, Wahba, 1979). Returns the judgements in the order of the formulas.
    """
    table = trials[0].table()
    learnt = [learn(table, trial.prepare, trial.seed, trial.test_seed) for trial in trials]
    grounds = list(_grounds(learnt, trials[0].seed))
    unit = learnt[0].facts.scaling.scale
    return [_judged(formula, place, learnt[place], grounds, unit, metrics) for place, formula in formulas]


def _grounds(learnt: Sequence[Preparation], seed: int) -> Iterator[_Ground]:
    if min(len(each.places["validation"]) for each in learnt) >= TOO_FEW_ROWS:
        if learnt[0].options.split == "time":
            yield _Ground(learnt[0].places["train"], learnt[0].places["validation"], frozenset(range(len(learnt))))
            return
        for place, each in enumerate(learnt):
            yield _Ground(each.places["train"], each.places["validation"], frozenset([place]))
        return
    for fit, judged in learnt[0].folds(FOLDS, seed):
        yield _Ground(fit, judged)


def _judged(
    formula: Formula,
    trial: int,
    learnt: Preparation,
    grounds: Sequence[_Ground],
    unit: float,
    metrics: Sequence[Metric],
) -> Judgement:
    predictions = []
    log_odds = has_log_odds(learnt.facts)
    for ground in grounds:
        fitted = formula
        if trial not in ground.trials:
            fit = drawn(ground.fit, MOST_ROWS)
            X, y, weights = learnt.inputs_at(fit), learnt.target_at(fit), learnt.weights_at(fit)
            aim = smoothed(y, weights) if log_odds else y
            fitted = refitted(formula, X, aim, weights, evaluations=EVALUATIONS, log_odds=log_odds)
        predictions.append(fitted.predict(learnt.inputs_at(ground.judged)))
    rows = np.concatenate([ground.judged for ground in grounds])
    X, y, prediction = learnt.inputs_at(rows), learnt.target_at(rows), np.concatenate(predictions)
    weights = learnt.weights_at(rows)
    scaling = learnt.facts.scaling
    seen = not grounds[0].trials
    if log_odds:
        errors = log_loss_errors(prediction, y, learnt.y("train"), learnt.weights_at(learnt.places["train"]))
        errors = errors * len(rows) / max(len(rows) - formula.complexity, 1) if seen else errors
    else:
        if seen:
            prediction = y + (prediction - y) * len(rows) / max(len(rows) - formula.complexity, 1)
        errors = squared_errors(prediction, y, scaling.scale / unit)
    context = ScoringContext(
        model=formula,
        part="validation",
        X=X,
        y=y,
        prediction=probability(prediction) if log_odds else prediction,
        restore=restoring(learnt.facts),
        gradient=partial(formula.gradient, X),
        scaling=scaling,
        law=learnt.law,
        weights=weights,
        log_odds=prediction if log_odds else None,
    )
    scores: Scores = {}
    score_on_part(context, [metric for metric in metrics if not metric.needs_teacher], scores)
    return Judgement(block_errors(errors, weights), scores)
