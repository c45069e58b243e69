"""`Shown`: the answer on one dataset, and on which part of the data its errors are shown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from smoothdistill_core.components import Part
from smoothdistill_core.portrait import Portrait, Portrayed
from smoothdistill_core.recipe.defaults import ACCURACY, ERROR, LOG_LOSS
from smoothdistill_core.report.answer.three_sizes import three_sizes
from smoothdistill_core.results import Answer, Outcome, Results
from smoothdistill_core.results.formula_choice import weighs_chance
from smoothdistill_core.wording.accuracy import of_fitted
from smoothdistill_core.wording.names import shortened
from smoothdistill_core.wording.numbers import plural, quantity

LETTERS = 20
"""An axis has so many letters of the target's name."""


@dataclass(frozen=True, eq=False)
class Shown:
    """The ``answer`` on a ``dataset``, and its ``portrait``, None where there is none yet."""

    dataset: str
    answer: Answer
    portrait: Portrait | None
    results: Results

    @classmethod
    def of(cls, dataset: str, results: Results) -> Shown | None:
        """Return the answer on a dataset; None where there is none yet."""
        answer = results.answers.get(dataset)
        return None if answer is None else cls(dataset, answer, results.portraits.get(dataset), results)

    @cached_property
    def part(self) -> Part:
        """The test part, where no choice saw it; else the part that the formulas were judged on."""
        if self.portrait is not None:
            return self.portrait.part
        tested = math.isfinite(self.answer.recommended.score(ACCURACY, "test"))
        return "test" if tested else self.results.choose.part

    @property
    def rows(self) -> int:
        """How many rows the part has."""
        return self.answer.recommended.trial.rows(self.part) if self.portrait is None else self.portrait.rows

    @property
    def rows_in_words(self) -> str:
        """The rows of the part that dots and tables show."""
        drawn = self.rows if self.portrait is None else len(self.portrait.actual)
        of = f"{drawn:,} of the {self.rows:,}" if drawn < self.rows else f"the {self.rows:,}"
        return f"{of} {self.part} rows"

    @property
    def target(self) -> str:
        """What is predicted: the target, or the probability of one of its two values."""
        return self.answer.recommended.scaling.shown

    @property
    def has_classes(self) -> bool:
        """Whether it is a probability."""
        return self.answer.recommended.scaling.classes is not None

    @property
    def judged(self) -> str:
        """Which rows the formulas of all sizes were compared on."""
        results, trial = self.results, self.answer.recommended.trial
        choose = results.choose
        trials = [other for other in results.trials.values() if other.dataset == self.dataset]
        if any(map(results.is_cross_validated, trials if self.answer.trials > 1 else [trial])):
            rows = trial.rows("train") + trial.rows("validation")
            return f"the {plural(rows, 'row')} of training and validation, by cross-validation"
        part = "training" if choose.part == "train" else "validation"
        if len(trials) > 1 and weighs_chance(choose):
            judged = self.answer.trials
            of = f"all {judged}" if judged == len(trials) else f"{judged} of {len(trials)}"
            return f"the validation rows of {of} seeds"
        return f"the {plural(trial.rows(choose.part), f'{part} row')}"

    def portrayed(self, outcome: Outcome) -> Portrayed | None:
        """Return what the portrait has of a formula."""
        return None if self.portrait is None else self.portrait.of(outcome.cell.key, outcome.place)

    def amount(self, value: float) -> str:
        """Write so much of the target, with its unit where that is known."""
        unit = self.answer.recommended.scaling.unit
        return f"{quantity(value)} {unit}" if unit and math.isfinite(value) else quantity(value)

    def error(self, outcome: Outcome) -> float:
        """Return RMSE in units of the target on the part, of the drawn rows where no metric of the recipe has it.

        Of a probability it is the log-loss.
        """
        if self.has_classes:
            return outcome.score(LOG_LOSS, self.part)
        known, portrayed = outcome.score(ERROR, self.part), self.portrayed(outcome)
        if math.isfinite(known) or portrayed is None or self.portrait is None:
            return known
        squares = [(was - said) ** 2 for was, said in zip(self.portrait.actual, portrayed.predicted, strict=True)]
        return math.sqrt(sum(squares) / len(squares)) if squares else math.nan

    def r2(self, outcome: Outcome) -> float:
        """Return R2 on the part."""
        return outcome.score(ACCURACY, self.part)

    @property
    def has_errors(self) -> bool:
        """Whether errors are known in units of the target; else R2 stands in their place."""
        return any(math.isfinite(self.error(outcome)) for outcome in self.answer.front)

    @property
    def axis(self) -> str:
        """What errors are, as it stands at an axis."""
        if self.has_classes:
            return f"log-loss on the {self.part} part"
        if self.has_errors:
            return f"RMSE on the {self.part} part, {shortened(self.target, LETTERS)}"
        return f"R²{of_fitted(self.answer.recommended.scaling)} on the {self.part} part"

    @cached_property
    def choices(self) -> Mapping[int, str]:
        """What the three sizes are called, by their place in the front."""
        return three_sizes(self.answer, self.results.choose)
