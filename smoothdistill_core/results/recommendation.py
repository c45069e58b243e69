"""Recommending one formula a trial: the best of all, unless a baseline is as good as far as the data can tell."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from smoothdistill_core.components import Role
from smoothdistill_core.recipe import Choose
from smoothdistill_core.recipe.defaults import ACCURACY
from smoothdistill_core.results.outcome import Outcome
from smoothdistill_core.results.strength_choice import highest

BEST = "best"
"""What tables and the command line call it."""

STANDARD_ERRORS = 2.0
"""By how many standard errors a formula has to beat a baseline. The best of many looks better than it is."""


def recommend(outcomes: Iterable[Outcome], choose: Choose) -> list[Outcome]:
    """Return the formula to take of each trial.

    It is the best of all students on the part that is judged on; but a baseline (ridge regression, for
    instance) that is no worse by two standard errors of their paired squared errors is preferred, because
    on few rows the best of many formulas is often best by luck (compare Breiman et al. 1984, the rule of one
    standard error). Errors are paired on the validation part; where that is not judged on, the best is taken.
    """
    trials: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        trials[outcome.trial.key].append(outcome)
    return [_of_trial(found, choose) for found in trials.values()]


def weighs_chance(choose: Choose) -> bool:
    """Say whether a baseline may be preferred to a better formula: only where errors were kept that tell of chance."""
    return choose.part == "validation" and choose.score == ACCURACY


def _of_trial(outcomes: Sequence[Outcome], choose: Choose) -> Outcome:
    winner = highest(outcomes, choose)
    baselines = [outcome for outcome in outcomes if outcome.role is Role.BASELINE]
    if not baselines or not weighs_chance(choose):
        return winner
    baseline = highest(baselines, choose)
    return winner if _leads_by_more_than_chance(winner, baseline) else baseline


def _leads_by_more_than_chance(winner: Outcome, baseline: Outcome) -> bool:
    """Say whether the errors of ``winner`` are lower by more than chance explains."""
    ours, theirs = winner.chosen.errors, baseline.chosen.errors
    if len(ours) < 2 or len(ours) != len(theirs) or not math.isfinite(sum(theirs)):
        return True
    gains = np.subtract(theirs, ours)
    error = float(gains.std(ddof=1)) / math.sqrt(len(gains))
    return bool(gains.mean() > STANDARD_ERRORS * error)
