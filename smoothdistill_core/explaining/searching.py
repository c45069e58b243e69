"""`searched`: the formulas of one output of a model, found in a study in memory that holds rows back."""

from __future__ import annotations

import time
from dataclasses import dataclass

from joblib import effective_n_jobs

from smoothdistill_core.components import Table
from smoothdistill_core.errors import DataError, ResultError
from smoothdistill_core.estimator.as_recipe import recipe_of
from smoothdistill_core.estimator.asking import answers_of
from smoothdistill_core.estimator.columns import Columns
from smoothdistill_core.estimator.distiller import SymbolicDistiller
from smoothdistill_core.estimator.fitting import run
from smoothdistill_core.estimator.in_memory import InMemory
from smoothdistill_core.portrait import Portrait
from smoothdistill_core.preparation import Preparation, learn
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.registry import Registry
from smoothdistill_core.results import Answer
from smoothdistill_core.results.answer import BEST


@dataclass(frozen=True)
class Searched:
    """The front of one output and its portrait on the held-out rows; ``learnt`` holds the rows themselves."""

    answer: Answer
    portrait: Portrait
    learnt: Preparation
    notes: tuple[str, ...]


def searched(
    parameters: SymbolicDistiller, table: Table, columns: Columns, held_out: float, registry: Registry
) -> Searched:
    """Let the model that ``parameters`` have as teacher answer, and find formulas for its answers.

    A share ``held_out`` of the rows is kept for the scores. Raises what a fit raises.
    """
    began, seed = time.monotonic(), int(parameters.random_state)
    recipe = recipe_of(parameters.get_params(deep=False), [InMemory.of(table)], seed, registry, "explain")
    answers = answers_of(recipe, table)
    _check_differs(answers)
    held = InMemory.of(answers).model_copy(update={"units": recipe.dataset[0].units})
    prepare = Prepare(**{**dict(recipe.prepare), "test": held_out})
    recipe = recipe.model_copy(update={"dataset": (held,), "prepare": prepare})
    workers = int(effective_n_jobs(parameters.n_jobs))
    _, (fitted,) = run(recipe, registry, columns, BEST, workers, parameters.progress, imitate=True, began=began)
    if not fitted.results.portraits:
        raise ResultError("the answer could not be drawn at the rows that were held out; a warning says why")
    (portrait,) = fitted.results.portraits.values()
    notes = (*fitted.doubts, *fitted.outcome.chosen.notes)
    return Searched(fitted.answer, portrait, learn(answers, prepare, seed), notes)


def _check_differs(answers: Table) -> None:
    """Raise `DataError` where a model gives one number for all rows."""
    given = answers.frame[answers.target]
    if given.nunique() == 1:
        raise DataError(
            f"the model is constant, {given.iloc[0]:g} at all {len(given)} rows: nothing to explain; give rows at "
            "which its answers differ, or, around a row, a larger radius"
        )
