"""`BestFormula`: the best formula that a running study has found so far, dataset by dataset."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from smoothdistill_core.components import Part
from smoothdistill_core.explanation import Explanation
from smoothdistill_core.formula import readable
from smoothdistill_core.preparation import SplitFacts
from smoothdistill_core.recipe import Choose
from smoothdistill_core.recipe.defaults import ACCURACY, AREA, ERROR, LOG_LOSS
from smoothdistill_core.results.formula_choice import choose_formula, refusal
from smoothdistill_core.store import Store
from smoothdistill_core.study.plan import Plan
from smoothdistill_core.study.tasks import Distillation
from smoothdistill_core.trial import FrontEntry


@dataclass(frozen=True)
class BestFormula:
    """Of the formulas that were found on a dataset so far, the best on the ``part`` that is judged on.

    ``explanation`` is the formula in the data's own units and names; its ``short`` form is what one reads. ``r2`` and
    ``rmse``, in the unit of the target, are its scores on that part, and of a probability ``log_loss`` and ``auc``;
    None where the recipe has no such metric. ``seed`` is that of its trial, on whose rows it was found and judged.
    """

    dataset: str
    seed: int
    part: Part
    explanation: Explanation
    r2: float | None = None
    rmse: float | None = None
    log_loss: float | None = None
    auc: float | None = None

    @property
    def text(self) -> str:
        """The target and its formula, with the fewest parts and digits that keep R2 on the training rows."""
        scaling, short = self.explanation.scaling, self.explanation.short or self.explanation.formula
        return f"{readable(scaling.shown)} = {Explanation(short, scaling).text()}"


class BestFormulas:
    """The best formula of each dataset, compared as students finish, by the recipe's rule of choosing from fronts."""

    def __init__(self, choose: Choose) -> None:
        self._choose = choose
        self._best: dict[str, tuple[float, BestFormula]] = {}
        self._dataset = ""

    @property
    def latest(self) -> BestFormula | None:
        """The best of the dataset that the student worked on which finished last; None if it has no formula yet."""
        return self._best[self._dataset][1] if self._dataset in self._best else None

    def read(self, plan: Plan, store: Store) -> None:
        """Take the formulas that a store holds of a plan; of a large run few are read, and only the scores of all."""
        choose, trials = self._choose, store.trials()
        highest = store.highest_scores(choose.part, choose.score)
        done = {key for key, state in store.states().items() if state.state == "done"}
        students = [task for task in plan.distillations if task.key in done]
        for task in sorted(students, key=lambda task: -highest.get(task.key, -math.inf)):
            best = self._best.get(task.trial.dataset.label)
            facts = trials[task.trial_key].facts
            if facts is not None and (best is None or highest.get(task.key, -math.inf) > best[0]):
                self.take(task, store.front(task.key), facts)
        if students:
            self._dataset = students[-1].trial.dataset.label

    def take(self, task: Distillation, front: Sequence[FrontEntry], facts: SplitFacts) -> None:
        """Compare what a student found with the best before."""
        choose, self._dataset = self._choose, task.trial.dataset.label
        allowed = [entry for entry in front if not refusal(entry, choose, facts)]
        entry = choose_formula(allowed, choose, facts.rows.get(choose.part, 0))
        if entry is None:
            return
        merit = entry.scores.get((choose.part, choose.score), math.nan)
        merit = -math.inf if math.isnan(merit) else merit  # on the data itself there is no fidelity
        if self._dataset in self._best and merit <= self._best[self._dataset][0]:
            return
        explanation = Explanation(entry.explained, facts.scaling, entry.rounded)
        scores = (_finite(entry.scores.get((choose.part, metric))) for metric in (ACCURACY, ERROR, LOG_LOSS, AREA))
        best = BestFormula(self._dataset, task.trial.seed, choose.part, explanation, *scores)
        self._best[self._dataset] = merit, best


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
