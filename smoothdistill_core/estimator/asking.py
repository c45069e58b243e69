"""Asking a finished model for the target, where a fit is given none: the formula is to explain the model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Table, TrainedTeacher, TrainingJob
from smoothdistill_core.errors import DataError
from smoothdistill_core.estimator.as_recipe import PrepareWithoutTest
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Recipe

Array = NDArray[np.float64]

AGAIN = 100
"""So many rows are asked for twice, since a model that answers by chance has no formula."""

SAME = 1e-4
"""Two answers to a row that differ by less than this share of the range of all answers are the same."""


def answers_of(recipe: Recipe, table: Table) -> Table:
    """Return the table with the predictions of the recipe's teacher, a finished model, as its target.

    The model is asked as it is in a study, and for every row; raises what its plugin says of unusable answers, and
    `DataError` where it answers otherwise when it is asked again.
    """
    everything = PrepareWithoutTest(validation=0.0, target="none")
    scaling = prepare(table, everything, recipe.trials.first_seed).facts.scaling
    scaling = replace(scaling, mean=0.0, scale=1.0)  # the target is what the model says, as it says it
    X = scaling.standardised(scaling.inputs(table.frame))
    job = TrainingJob(
        X, np.zeros(len(X)), recipe.regularizer[0].regularizer, 0.0, recipe.trials.first_seed, scaling=scaling
    )
    (model,) = recipe.teacher[0].train([job])
    answers = model.predict(X)
    _check_again(model, X[:AGAIN], answers)
    return replace(table, frame=table.frame.assign(**{table.target: answers}))


def _check_again(model: TrainedTeacher, X: Array, answers: Array) -> None:
    """Raise `DataError` where a model changes its answer to some rows (n, d), the first of ``answers`` (m,)."""
    first, again = answers[: len(X)], model.predict(X)
    other = np.flatnonzero(~(np.abs(again - first) <= SAME * np.ptp(answers)))
    if len(other):
        row = int(other[0])
        raise DataError(
            f"the model changes its answer between calls: to data row {row + 1} first {first[row]:g}, then "
            f"{again[row]:g}; give one that answers the same twice, its seed fixed or its chance averaged out"
        )
