"""Asking a finished model for the target, where a fit is given none: the formula is to explain the model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from smoothdistill_core.components import Table, TrainingJob
from smoothdistill_core.estimator.as_recipe import PrepareWithoutTest
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Recipe


def answers_of(recipe: Recipe, table: Table) -> Table:
    """Return the table with the predictions of the recipe's teacher, a finished model, as its target.

    The model is asked as it is in a study, and for every row; raises what its plugin says of unusable answers.
    """
    everything = PrepareWithoutTest(validation=0.0, target="none")
    scaling = prepare(table, everything, recipe.trials.first_seed).facts.scaling
    scaling = replace(scaling, mean=0.0, scale=1.0)  # the target is what the model says, as it says it
    X = scaling.standardised(scaling.inputs(table.frame))
    job = TrainingJob(
        X, np.zeros(len(X)), recipe.regularizer[0].regularizer, 0.0, recipe.trials.first_seed, scaling=scaling
    )
    (model,) = recipe.teacher[0].train([job])
    return replace(table, frame=table.frame.assign(**{table.target: model.predict(X)}))
