"""Choosing a strength on the training or validation part, by the rule that the recipe names."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

from smoothdistill_core.components import MetricFacts, Part, Role
from smoothdistill_core.recipe import Choose
from smoothdistill_core.recipe.defaults import ACCURACY, EXPLAINED_LOG_LOSS
from smoothdistill_core.results.outcome import Outcome

SWEET_SPOT = "sweet spot"


def choose_strengths(
    outcomes: Sequence[Outcome], choose: Choose, accuracy: MetricFacts | None, smoothness: MetricFacts | None
) -> list[tuple[str, Outcome]]:
    """Return (label, outcome) for every choice in every trial.

    Rule ``best``: of each penalty's strengths, the student with the highest score. Rule ``sweet_spot``:
    of all smooth teachers that beat the same student on the data itself in both ``accuracy`` and ``smoothness``, the
    one with the best student; a trial without such a teacher has no choice. Strength 0 is never a candidate.
    """
    swept = [outcome for outcome in outcomes if outcome.role is Role.TAUGHT and outcome.strength > 0]
    if choose.rule == "sweet_spot":
        on_data = {_place(outcome): outcome for outcome in outcomes if outcome.role is not Role.TAUGHT}
        axes = [metric for metric in (accuracy, smoothness) if metric is not None]
        if len(axes) < 2:
            return []
        sweet = [outcome for outcome in swept if _is_sweet(outcome, on_data.get(_place(outcome)), axes, choose.part)]
        return [(SWEET_SPOT, highest(group, choose)) for group in _grouped(sweet, with_penalty=False)]
    return [(group[0].penalty, highest(group, choose)) for group in _grouped(swept, with_penalty=True)]


def highest(outcomes: Iterable[Outcome], choose: Choose) -> Outcome:
    """Return the outcome whose formula has the highest score on the part judged on; of equal ones, the first."""

    def merit(outcome: Outcome) -> float:
        facts = outcome.trial.facts
        has_classes = facts is not None and facts.scaling.classes is not None
        judge = EXPLAINED_LOG_LOSS if has_classes and choose.score == ACCURACY else choose.score
        value = outcome.score(judge, choose.part)
        return -math.inf if math.isnan(value) else value

    return max(outcomes, key=merit)


def _is_sweet(outcome: Outcome, on_data: Outcome | None, axes: Iterable[MetricFacts], part: Part) -> bool:
    """Say whether a teacher is both more accurate and smoother than the formula found on the data itself."""
    return on_data is not None and all(
        metric.better(outcome.teacher_score(metric.label, part), on_data.score(metric.label, part)) for metric in axes
    )


def _place(outcome: Outcome) -> tuple[str, str]:
    return outcome.trial.key, outcome.student


def _grouped(outcomes: Iterable[Outcome], *, with_penalty: bool) -> list[list[Outcome]]:
    groups: dict[Hashable, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[_place(outcome), (outcome.teacher, outcome.penalty) if with_penalty else None].append(outcome)
    return list(groups.values())
