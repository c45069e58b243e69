"""`GivenTeacher`: what the teachers that are not trained have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, PrivateAttr

from smoothdistill_core import Teacher, TrainedTeacher, TrainingJob

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_blackbox.all_columns import AllColumns
    from smoothdistill_blackbox.given_model import GivenModel
    from smoothdistill_core import Table

    Array = NDArray[np.float64]


class GivenTeacher(Teacher):
    """A finished model that works in the data's own units, distilled as it is."""

    name = "blackbox"
    weighs_rows = True

    step: float = Field(
        0.1,
        gt=0,
        description="half the distance of finite differences, in standard deviations of an input; a smooth model can "
        "do with less",
    )
    column: int | None = Field(
        None,
        ge=0,
        description="of a model that returns several numbers a row, the place of the one that is the target, from 0",
    )
    label: str = Field("", description="what tables call it; left out, the name of its file or of its class")

    _columns: AllColumns | None = PrivateAttr(None)

    def train(self, jobs: Sequence[TrainingJob]) -> list[TrainedTeacher]:
        """Ask the model for the training rows of each job; raises `DataError` for answers that cannot be used."""
        from smoothdistill_blackbox.asked import asked

        model = self._as_asked(self._model_now())
        return [asked(model, job, self.step) for job in jobs]

    def load(self, data: bytes) -> TrainedTeacher:
        """Read what `AskedTeacher.save` wrote."""
        from smoothdistill_blackbox.asked import AskedTeacher
        from smoothdistill_core.scaling import Scaling

        scaling, model = AskedTeacher.parts(data)
        return AskedTeacher(self._as_asked(self._model_from(model)), Scaling.from_json(scaling), self.step)

    def ask(self, X: Any) -> Array:
        """Return the model's target (n,) for rows as a caller has them, in the data's own units.

        An array or a table goes to the model as it is, unless ``takes`` names the other. Raises `DataError` where
        the model raises, or returns anything but one number a row.
        """
        return self._as_asked(self._model_now()).ask_rows(X)

    def answers(self, X: Any) -> Any:
        """Return whatever the model returns for rows as a caller has them; raises `DataError` where it raises."""
        return self._model_now().answers(X)

    def width(self, X: Any) -> int:
        """Return how many numbers a row the model returns for rows as a caller has them; raises as `ask` does."""
        return self._model_now().width(X)

    def with_columns_of(self, table: Table) -> Self:
        """Return this teacher for a model that takes all columns of a table, whichever of them are inputs.

        One that has a single value where a study trains is none; the model gets its commonest value in the table.
        """
        from smoothdistill_blackbox.all_columns import AllColumns

        teacher = self.model_copy()
        teacher._columns = AllColumns.of(table)
        return teacher

    def _as_asked(self, model: GivenModel) -> GivenModel:
        model.column, model.columns = self.column, self._columns
        return model

    @abstractmethod
    def _model_now(self) -> GivenModel:
        """Return the model."""

    @abstractmethod
    def _model_from(self, saved: bytes) -> GivenModel:
        """Return the model that wrote ``saved``."""
