"""What a teacher promises that says it learns several targets together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from smoothdistill_core.components import Teacher
from smoothdistill_core.testing.contracts import Contract
from smoothdistill_core.testing.training_jobs import job

OUTPUTS = Contract(
    "a teacher with several_outputs learns y (n, k): predict(X) is (n, k), and outputs() are teachers of the columns",
    "return one teacher a column of y, in their order, from outputs(); or leave several_outputs False",
)

ROUNDING = 1e-6
"""A column may be computed in another order than all together."""


def check_learns_several_targets(component: Teacher) -> None:
    """Check the model of three targets, where the teacher says that it learns several, and those of each as saved."""
    if not component.several_outputs:
        return
    one = job()
    given = replace(one, y=np.column_stack([one.y, -one.y, one.y[::-1]]), validation=None)
    if one.validation is not None:
        X, y = one.validation
        given = replace(given, validation=(X, np.column_stack([y, -y, y[::-1]])))
    with OUTPUTS.kept_by(component, "training on three targets"):
        (model,) = component.train([given])
        together, outputs = model.predict(given.X), list(model.outputs())
    if together.shape != given.y.shape:
        raise OUTPUTS.broken(component, f"for y {given.y.shape} predict returned the shape {together.shape}")
    if len(outputs) != given.y.shape[1]:
        raise OUTPUTS.broken(component, f"of three targets there are {len(outputs)} outputs")
    for place, output in enumerate(outputs):
        with OUTPUTS.kept_by(component, "saving and loading an output"):
            alone = component.load(output.save()).predict(given.X)
        if alone.shape != one.y.shape or not np.allclose(alone, together[:, place], rtol=ROUNDING, atol=ROUNDING):
            raise OUTPUTS.broken(component, f"output {place}, saved and loaded, predicts another column")
