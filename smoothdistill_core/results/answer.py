"""`Answer`: what a person takes from a run on one dataset: a formula of each size, and the one that is recommended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smoothdistill_core.errors import ResultError
from smoothdistill_core.recipe import Choose
from smoothdistill_core.results.formula_choice import choose_formula, merit
from smoothdistill_core.results.outcome import Outcome
from smoothdistill_core.searching import front

BEST = "best"
"""What tables and the command line call the recommended formula."""


WORTH = 1e-3
"""A longer formula is on the front where it lowers the error by more than this share."""


@dataclass(frozen=True)
class Answer:
    """The formulas of one trial, or of all trials of a dataset, whichever student and teacher they come from.

    ``front`` are those than which no other is both shorter and better on the part that is judged on, the shortest
    first; ``recommended`` is the one of them that the recipe's rule chooses. ``trials`` is on the rows of how many
    trials they were judged.
    """

    front: tuple[Outcome, ...]
    recommended: Outcome
    trials: int = 1

    def at(self, size: int) -> Outcome:
        """Return the most accurate formula of at most ``size`` nodes; raises `ResultError` where each has more."""
        short = [outcome for outcome in self.front if outcome.nodes <= size]
        if not short:
            sizes = ", ".join(str(outcome.nodes) for outcome in self.front)
            raise ResultError(f"no formula has at most {size} nodes; they have {sizes}")
        return short[-1]


def answer_of(formulas: Sequence[Outcome], choose: Choose) -> Answer | None:
    """Return the front of formulas, each an outcome whose chosen entry it is, and what the rule chooses of it.

    None where no formula has a finite score on the part that is judged on.
    """
    merged = front(
        formulas,
        size=lambda outcome: outcome.nodes,
        error=lambda outcome: 1.0 - merit(outcome.chosen, choose),
        worth=WORTH,
    )
    if not merged:
        return None
    chosen = choose_formula([outcome.chosen for outcome in merged], choose, formulas[0].trial.rows(choose.part))
    return Answer(tuple(merged), next(outcome for outcome in merged if outcome.chosen is chosen))
