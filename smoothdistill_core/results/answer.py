"""`Answer`: what a person takes from a run on one dataset: a formula of each size, and the one that is recommended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from smoothdistill_core.errors import ResultError
from smoothdistill_core.recipe import Choose
from smoothdistill_core.results.formula_choice import choose_formula, merit
from smoothdistill_core.results.outcome import Outcome
from smoothdistill_core.results.strength_choice import highest
from smoothdistill_core.searching import front

BEST = "best"
"""What tables and the command line call the recommended formula."""


@dataclass(frozen=True)
class Answer:
    """The formulas of one trial, whichever student and teacher they come from.

    ``front`` are those than which no other is both shorter and better on the part that is judged on, the shortest
    first; ``recommended`` is the one of them that the recipe's rule chooses.
    """

    front: tuple[Outcome, ...]
    recommended: Outcome

    def at(self, size: int) -> Outcome:
        """Return the most accurate formula of at most ``size`` nodes; raises `ResultError` where each has more."""
        short = [outcome for outcome in self.front if outcome.formula.complexity <= size]
        if not short:
            sizes = ", ".join(str(outcome.formula.complexity) for outcome in self.front)
            raise ResultError(f"no formula has at most {size} nodes; they have {sizes}")
        return short[-1]


def answers_of_trials(outcomes: Iterable[Outcome], choose: Choose) -> dict[str, Answer]:
    """Return the answer of each trial, by its key."""
    trials: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        trials[outcome.trial.key].append(outcome)
    return {key: _answer(found, choose) for key, found in trials.items()}


def answers_of_datasets(answers: Iterable[Answer], choose: Choose) -> dict[str, Answer]:
    """Return, for each dataset, the answer of the trial whose recommended formula is best on the part judged on."""
    groups: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        groups[answer.recommended.trial.dataset].append(answer)
    found = {}
    for dataset, group in groups.items():
        taken = highest([answer.recommended for answer in group], choose)
        found[dataset] = next(answer for answer in group if answer.recommended is taken)
    return found


def _answer(outcomes: Sequence[Outcome], choose: Choose) -> Answer:
    """Merge the fronts of a trial's students, and choose."""
    formulas = [
        replace(outcome, chosen=entry)
        for outcome in outcomes
        for entry in outcome.front
        if choose.poles != "forbid" or not entry.pole
    ]
    merged = front(
        formulas,
        size=lambda outcome: outcome.formula.complexity,
        error=lambda outcome: 1.0 - merit(outcome.chosen, choose),
    )
    rows = outcomes[0].trial.rows(choose.part)
    chosen = choose_formula([outcome.chosen for outcome in merged], choose, rows)
    return Answer(tuple(merged), next(outcome for outcome in merged if outcome.chosen is chosen))
