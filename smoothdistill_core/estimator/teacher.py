"""`FittedTeacher`: the teacher of a fit, which predicts for the caller's own rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from smoothdistill_core.components import Teacher
    from smoothdistill_core.estimator.columns import Columns
    from smoothdistill_core.results import Results
    from smoothdistill_core.scaling import Scaling
    from smoothdistill_core.store import CellRecord

Array = NDArray[np.float64]


@dataclass(frozen=True)
class FittedTeacher:
    """A trained teacher: its component, its ``penalty`` and ``strength``, and its weights as the component saves them.

    ``scores`` holds its score by part and metric, ``("validation", "r2")`` for instance.
    """

    component: Teacher
    weights: bytes
    penalty: str
    strength: float
    scores: dict[Any, float]
    columns: Columns
    scaling: Scaling

    def predict(self, X: Any) -> Array:
        """Predict the target (n,) in its own unit for a table or an array (n, d) like that of ``fit``."""
        rows = self.scaling.inputs(self.columns.frame(X))
        return self.scaling.restore(self.component.load(self.weights).predict(self.scaling.standardised(rows)))

    def __str__(self) -> str:
        from smoothdistill_core.components import at_strength

        return f"{self.component}, {at_strength(self.penalty, self.strength)}"


def most_accurate(results: Results) -> CellRecord | None:
    """Return the teacher with the highest R2 on the part that is judged on; of equal ones, the first; None of none.

    Of probabilities it is the one that explains most of the log-loss.
    """
    from smoothdistill_core.recipe.defaults import ACCURACY, EXPLAINED_LOG_LOSS

    judges = (EXPLAINED_LOG_LOSS, ACCURACY)
    return max(
        results.teachers.values(),
        key=lambda record: next(
            (record.scores[at] for metric in judges if (at := (results.choose.part, metric)) in record.scores), -np.inf
        ),
        default=None,
    )
