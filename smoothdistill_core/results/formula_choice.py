"""Choosing one formula of a front, by the rule that the recipe names; never on the test part."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from smoothdistill_core.formula import description_length
from smoothdistill_core.judging import TOO_FEW_ROWS
from smoothdistill_core.preparation import SplitFacts
from smoothdistill_core.recipe import Choose
from smoothdistill_core.recipe.defaults import ACCURACY, EXPLAINED_LOG_LOSS
from smoothdistill_core.results.shortest import shortest
from smoothdistill_core.results.trends import wrong_way
from smoothdistill_core.store import CellRecord, TrialRecord
from smoothdistill_core.trial import FrontEntry

EXACT = 1e-9
"""A formula that leaves a smaller share of the variance, on rows that it was fitted to and on others, is a law."""

UNRELIABLE = "can lack a value, or have one out of all proportion, within the range of the inputs"
"""What is said of a formula that has a pole; the part of it that can do so, or the place, stands before."""


def choose_formula(front: Sequence[FrontEntry], choose: Choose, rows: int) -> FrontEntry | None:
    """Return the entry that the rule chooses; ``rows`` is the size of the part that is judged on.

    Entries that cannot be judged are out: None where no other is left. So should be those that are refused.
    """
    judged = sorted((e for e in front if can_be_judged(e, choose)), key=lambda entry: entry.nodes)
    if not judged:
        return None
    best = max(judged, key=lambda entry: merit(entry, choose))
    rule = rule_of(choose)
    if rule == "shortest":
        return shortest(judged, best)
    if rule == "simplest":
        return next(entry for entry in judged if merit(entry, choose) >= merit(best, choose) - choose.within)
    if rule == "knee":
        return _knee(judged[: judged.index(best) + 1], choose)
    if rule == "description_length":
        return min(
            judged, key=lambda entry: description_length(entry.formula, max(1.0 - merit(entry, choose), 0.0), rows)
        )
    return best


def refusal(entry: FrontEntry, choose: Choose, facts: SplitFacts | None) -> str:
    """Say why the recipe does not let an entry be chosen, as a sentence; empty where it does.

    ``facts`` are those of its trial, which know the units and the ranges of the data.
    """
    if choose.poles == "forbid" and entry.pole and not _is_exact(entry):
        return f"{entry.pole} {UNRELIABLE}"
    if choose.units == "forbid" and facts is not None and (breaks := entry.breaks_units(facts.scaling)):
        return f"units are broken, as {breaks}"
    if facts is not None and (way := wrong_way(entry, choose.monotone, facts.scaling)) is not None:
        return str(way)
    return ""


def _is_exact(entry: FrontEntry) -> bool:
    """Say whether a formula is a law of the data: no other is as near, whatever values it may lack elsewhere."""
    shares = [1.0 - score for (part, metric), score in entry.scores.items() if metric == ACCURACY and part != "test"]
    return bool(shares) and max(shares) < EXACT


def rule_of(choose: Choose) -> str:
    """Return the rule that formulas are chosen by: where nothing tells of chance, the shortest is the best."""
    return "best" if choose.formula == "shortest" and not weighs_chance(choose) else choose.formula


def weighs_chance(choose: Choose) -> bool:
    """Say whether formulas are judged by the errors that were kept of each row, which tell of chance."""
    return choose.part == "validation" and choose.score == ACCURACY


def by_cross_validation(trial: TrialRecord, choose: Choose) -> bool:
    """Say whether formulas of a trial are judged by cross-validation: it has too few validation rows for more."""
    return weighs_chance(choose) and 0 < trial.rows("validation") < TOO_FEW_ROWS


def can_be_judged(entry: FrontEntry, choose: Choose) -> bool:
    """Say whether the entry has a finite score on the part judged on.

    No other part decides, least of all the test part: a formula without a value there stays the choice, and its
    score is missing.
    """
    return math.isfinite(merit(entry, choose))


def as_judged(record: CellRecord, choose: Choose) -> CellRecord:
    """Return a cell as it counts: a student that found nothing but formulas that cannot be judged has failed."""
    if record.state != "done" or not record.front or any(can_be_judged(entry, choose) for entry in record.front):
        return record
    score = "R2" if choose.score == ACCURACY else choose.score
    return replace(record, state="failed", reason=f"no formula has a finite {score} on the {choose.part} part")


def _knee(front: Sequence[FrontEntry], choose: Choose) -> FrontEntry:
    """Return the entry farthest above the line from the simplest to the best (Satopaa et al., 2011)."""
    first, last = front[0], front[-1]
    nodes = last.nodes - first.nodes
    gain = merit(last, choose) - merit(first, choose)
    if nodes == 0 or gain <= 0.0:
        return last if nodes == 0 else first

    def height(entry: FrontEntry) -> float:
        along = (entry.nodes - first.nodes) / nodes
        return (merit(entry, choose) - merit(first, choose)) / gain - along

    return max(front, key=height)


def merit(entry: FrontEntry, choose: Choose) -> float:
    """Return what the formula is judged by; a student on the data has no fidelity, and is judged by R2.

    Of a target with two values the share of the log-loss that is explained stands in place of R2.
    """
    accuracy = (EXPLAINED_LOG_LOSS, ACCURACY)
    judges = accuracy if choose.score == ACCURACY else (choose.score, *accuracy)
    scores = (entry.scores.get((choose.part, judge)) for judge in judges)
    return next((score for score in scores if score is not None), math.nan)
