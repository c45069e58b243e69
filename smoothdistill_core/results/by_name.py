"""Finding one formula of a run by what people call it: its dataset and how it came about."""

from __future__ import annotations

from smoothdistill_core.components import at_strength
from smoothdistill_core.errors import ResultError, did_you_mean
from smoothdistill_core.results.answer import BEST
from smoothdistill_core.results.outcome import Outcome
from smoothdistill_core.results.results import Results
from smoothdistill_core.results.strength_choice import highest


def formula_by_name(
    results: Results, dataset: str | None = None, choice: str = BEST, size: int | None = None
) -> Outcome:
    """Return the formula that ``choice`` names, of several trials the best on the part that is judged on.

    With a ``size``, of all that the choice ``best`` chooses from, the most accurate of at most so many nodes.

    ``choice`` is ``best`` (see `Results.recommended`), ``direct``, a baseline (``linear``), a penalty (``jacobian``: at
    the strength that each trial chose), a penalty with a strength (``jacobian 0.3``; ``jacobian 0.3 (path)`` where one
    network went through several), or ``sweet spot`` where the
    recipe's rule is that. Raises `ResultError` with the known names for any other, and
    where a size does not fit.
    """
    datasets = list(dict.fromkeys(outcome.trial.dataset for outcome in results.outcomes))
    if not datasets:
        raise ResultError(f"the run {results.name!r} has no formula yet; run its recipe to the end")
    if dataset is None and len(datasets) > 1:
        raise ResultError(f"the run {results.name!r} has several datasets; choose one: {', '.join(datasets)}")
    if dataset is not None and dataset not in datasets:
        raise ResultError(f"the run has no formula for a dataset {dataset!r}; {did_you_mean(dataset, datasets)}")
    if size is not None:
        if choice != BEST:
            raise ResultError(f"a size is that of the formulas {BEST!r} chooses from; leave out the choice {choice!r}")
        return results.answers[dataset or datasets[0]].at(size)
    named = formulas_by_name(results, dataset or datasets[0])
    if choice not in named:
        raise ResultError(f"the run has no choice {choice!r}; {did_you_mean(choice, named)}")
    return highest(named[choice], results.choose)


def formulas_by_name(results: Results, dataset: str) -> dict[str, list[Outcome]]:
    """Return the outcomes that each name of a choice stands for, on one dataset."""
    named: dict[str, list[Outcome]] = {}
    for outcome in results.outcomes:
        if outcome.trial.dataset == dataset:
            named.setdefault(at_strength(outcome.penalty, outcome.strength), []).append(outcome)
    for outcome in results.recommended:
        if outcome.trial.dataset == dataset:
            named.setdefault(BEST, []).append(outcome)
    for label, outcome in results.chosen:
        if outcome.trial.dataset == dataset:
            named.setdefault(label, []).append(outcome)
    return named
