"""`Judging`: formulas that are judged together, beyond what each search did, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from smoothdistill_core.components import MetricFacts, digest
from smoothdistill_core.judging import Judgement
from smoothdistill_core.recipe import Choose
from smoothdistill_core.results.answer import Answer, answer_of
from smoothdistill_core.results.outcome import Outcome
from smoothdistill_core.store import JudgedFormula, JudgementRecord

REVISION = 3
"""Raise it when formulas are judged otherwise than before."""

Judged = Mapping[tuple[str, str], JudgementRecord]
"""The judgements of a run, by dataset and by trial; that of all trials has an empty one."""


@dataclass(frozen=True)
class Judging:
    """Formulas that are to be judged on the same rows; ``trial`` is empty where those of all trials are."""

    dataset: str
    trial: str
    formulas: tuple[Outcome, ...]
    determined_by: str
    """Stands for everything that the judgement depends on."""

    @classmethod
    def of(cls, dataset: str, trial: str, formulas: Iterable[Outcome], metrics: Sequence[MetricFacts]) -> Judging:
        """Return the task of judging formulas, each an outcome whose chosen entry it is."""
        formulas = tuple(formulas)
        scored_by = sorted((metric.label, metric.identity) for metric in metrics)
        which = [identity_of(outcome) for outcome in formulas]
        return cls(dataset, trial, formulas, digest({"revision": REVISION, "formulas": which, "scored_by": scored_by}))

    def record(self, judged: Iterable[Judgement]) -> JudgementRecord:
        """Return what is kept of the judgements, given in the order of the formulas."""
        found = (
            JudgedFormula(
                outcome.cell.key,
                outcome.place,
                its.errors,
                {metric: score for (_, metric), score in its.scores.items()},
            )
            for outcome, its in zip(self.formulas, judged, strict=True)
        )
        return JudgementRecord(self.dataset, self.trial, self.determined_by, tuple(found))

    def done(self, judged: Judged) -> bool:
        """Say whether the judgement is there, of these formulas."""
        record = judged.get((self.dataset, self.trial))
        if record is None or record.judged != self.determined_by:
            return False
        wanted = [(outcome.cell.key, outcome.place) for outcome in self.formulas]
        return [(found.cell, found.candidate) for found in record.formulas] == wanted

    def answer(self, judged: Judged, choose: Choose) -> Answer | None:
        """Return the answer by the judgement; None where it is not there, and where no formula has a finite score."""
        if not self.done(judged):
            return None
        record = judged[self.dataset, self.trial]
        answer = answer_of([_as_judged(*each) for each in zip(self.formulas, record.formulas, strict=True)], choose)
        trials = {outcome.trial.key for outcome in self.formulas}
        return None if answer is None else replace(answer, trials=len(trials))


def identity_of(outcome: Outcome) -> tuple[str, int, str]:
    """Return what tells a formula from all others of a run: a cell that was cut and is done anew has other ones."""
    return outcome.cell.key, outcome.place, outcome.formula.to_json()


def _as_judged(outcome: Outcome, judged: JudgedFormula) -> Outcome:
    """Return a formula with the scores and errors of the judgement in place of those on its own validation rows."""
    scores = {at: value for at, value in outcome.scores.items() if at[0] != "validation"}
    scores |= {("validation", metric): value for metric, value in judged.scores.items()}
    entry = replace(outcome.chosen, scores=scores, errors=judged.errors)
    return replace(outcome, chosen=entry, front=(entry,))
