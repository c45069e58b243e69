"""`GivenTeacher`: what the teachers that are not trained have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from smoothdistill_core import Teacher, TrainedTeacher, TrainingJob

if TYPE_CHECKING:
    from smoothdistill_blackbox.given_model import GivenModel


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
    label: str = Field("", description="what tables call it; left out, the name of its file or of its class")

    def train(self, jobs: Sequence[TrainingJob]) -> list[TrainedTeacher]:
        """Ask the model for the training rows of each job; raises `DataError` for answers that cannot be used."""
        from smoothdistill_blackbox.asked import asked

        model = self._model_now()
        return [asked(model, job, self.step) for job in jobs]

    def load(self, data: bytes) -> TrainedTeacher:
        """Read what `AskedTeacher.save` wrote."""
        from smoothdistill_blackbox.asked import AskedTeacher
        from smoothdistill_core.scaling import Scaling

        scaling, model = AskedTeacher.parts(data)
        return AskedTeacher(self._model_from(model), Scaling.from_json(scaling), self.step)

    @abstractmethod
    def _model_now(self) -> GivenModel:
        """Return the model."""

    @abstractmethod
    def _model_from(self, saved: bytes) -> GivenModel:
        """Return the model that wrote ``saved``."""
