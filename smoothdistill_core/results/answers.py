"""`find_answers`: the answer of each trial and of each dataset, and what is still to be judged for them.

A trial with few validation rows is judged by cross-validation, and a dataset with several trials on the validation rows
of all. As long as that was not done, the front of a trial is that of its own validation rows, and a dataset has the
answer of the trial whose recommended formula is best there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from smoothdistill_core.components import MetricFacts
from smoothdistill_core.recipe import Choose
from smoothdistill_core.results.answer import Answer, answer_of
from smoothdistill_core.results.formula_choice import by_cross_validation, refusal, weighs_chance
from smoothdistill_core.results.judging import Judged, Judging
from smoothdistill_core.results.outcome import Outcome
from smoothdistill_core.results.strength_choice import highest


@dataclass(frozen=True)
class Answers:
    """The answers of the trials, by their keys, and of the datasets, and the judgements that they still lack."""

    of_trials: dict[str, Answer]
    of_datasets: dict[str, Answer]
    to_judge: tuple[Judging, ...]


def find_answers(
    outcomes: Iterable[Outcome], choose: Choose, metrics: Sequence[MetricFacts], judged: Judged, *, shared_test: bool
) -> Answers:
    """Return the answers to what was found; ``shared_test``: all trials of a dataset have one test part.

    Where they have not, the formula of several trials has no test score: the others' choices saw its test rows.
    """
    trials: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        trials[outcome.trial.key].append(outcome)
    to_judge: list[Judging] = []
    of_trials: dict[str, Answer] = {}
    datasets: dict[str, list[Answer]] = defaultdict(list)
    for key, found in trials.items():
        trial, formulas = found[0].trial, _formulas(found, choose)
        answer = answer_of(formulas, choose)
        if by_cross_validation(trial, choose):
            judging = Judging.of(trial.dataset, key, formulas, metrics)
            to_judge += [] if judging.done(judged) else [judging]
            answer = judging.answer(judged, choose) or answer
        if answer is not None:
            of_trials[key] = answer
            datasets[trial.dataset].append(answer)
    of_datasets: dict[str, Answer] = {}
    for dataset, answers in datasets.items():
        of_datasets[dataset] = _best(answers, choose)
        if len(answers) > 1 and weighs_chance(choose):
            formulas = [outcome for answer in answers for outcome in answer.front]
            judging = Judging.of(dataset, "", formulas if shared_test else map(_untested, formulas), metrics)
            waits = any(other.dataset == dataset for other in to_judge)
            to_judge += [] if waits or judging.done(judged) else [judging]
            of_datasets[dataset] = judging.answer(judged, choose) or of_datasets[dataset]
    return Answers(of_trials, of_datasets, tuple(to_judge))


def _formulas(found: Iterable[Outcome], choose: Choose) -> list[Outcome]:
    """Return every formula of a trial's students that may be chosen, each as the chosen one of an outcome."""
    return [
        replace(outcome, chosen=entry, place=place)
        for outcome in found
        for place, entry in enumerate(outcome.front)
        if not refusal(entry, choose, outcome.trial.facts)
    ]


def _untested(outcome: Outcome) -> Outcome:
    scores = {at: value for at, value in outcome.scores.items() if at[0] != "test"}
    return replace(outcome, chosen=replace(outcome.chosen, scores=scores))


def _best(answers: Sequence[Answer], choose: Choose) -> Answer:
    taken = highest([answer.recommended for answer in answers], choose)
    return next(answer for answer in answers if answer.recommended is taken)
