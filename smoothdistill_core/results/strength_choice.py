"""Choosing a strength on the training or validation part, by the rule that the recipe names."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable

from smoothdistill_core.components import Part
from smoothdistill_core.recipe import Choose
from smoothdistill_core.results.results import DIRECT, Outcome, Results

SWEET_SPOT = "sweet spot"


def chosen(results: Results) -> list[tuple[str, Outcome]]:
    """Return (label, outcome) for every choice in every trial.

    Rule ``best``: of each penalty's strengths, the student with the highest score. Rule ``sweet_spot``:
    of all smooth teachers that beat ``direct`` in both accuracy and smoothness, the one with the best
    student; a trial without such a teacher has no choice. Strength 0 is never a candidate.
    """
    part = results.choose.part
    swept = [outcome for outcome in results.outcomes if outcome.teacher_scores is not None and outcome.strength > 0]
    if results.choose.rule == "sweet_spot":
        direct = {_place(outcome): outcome for outcome in results.outcomes if outcome.penalty == DIRECT}
        smooth = [outcome for outcome in swept if _beats(outcome, direct.get(_place(outcome)), part)]
        return [(SWEET_SPOT, best(group, results.choose)) for group in _grouped(smooth, with_penalty=False)]
    return [(group[0].penalty, best(group, results.choose)) for group in _grouped(swept, with_penalty=True)]


def best(outcomes: Iterable[Outcome], choose: Choose) -> Outcome:
    """Return the outcome whose formula has the highest score on the part judged on; of equal ones, the first."""

    def merit(outcome: Outcome) -> float:
        value = outcome.score(choose.score, choose.part)
        return -math.inf if math.isnan(value) else value

    return max(outcomes, key=merit)


def _beats(outcome: Outcome, direct: Outcome | None, part: Part) -> bool:
    """Say whether a teacher is both more accurate and smoother than the formula found on the data itself."""
    return (
        direct is not None
        and outcome.teacher_score("r2", part) > direct.score("r2", part)
        and outcome.teacher_score("jacobian_norm", part) < direct.score("jacobian_norm", part)
    )


def _place(outcome: Outcome) -> tuple[str, str]:
    return outcome.trial.key, outcome.student


def _grouped(outcomes: Iterable[Outcome], *, with_penalty: bool) -> list[list[Outcome]]:
    groups: dict[Hashable, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[_place(outcome), (outcome.teacher, outcome.penalty) if with_penalty else None].append(outcome)
    return list(groups.values())
