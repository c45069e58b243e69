"""`Adaptive`: a penalty whose strength may be found while the network trains."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from smoothdistill_core import Regularizer, Schedule
from smoothdistill_smoothness.schedules import JUDGED_ON_VALIDATION, SCHEDULES


class Adaptive(Regularizer):
    """A penalty with the option ``adapt``, which names one of this plugin's schedules."""

    adapt: Literal["hypergradient", "constrained", "balance"] | None = Field(
        None,
        description="find the strength in one training, from the recipe's on. hypergradient: descend on the validation "
        "error; constrained: as smooth as the lowest validation error allows; balance: pull half as hard as the error; "
        "left out, it stays",
    )

    def schedule(self) -> Schedule | None:
        """Return the schedule that ``adapt`` names."""
        return None if self.adapt is None else SCHEDULES[self.adapt]

    @property
    def needs_validation(self) -> bool:
        """Whether it adapts by the validation error."""
        return self.adapt in JUDGED_ON_VALIDATION

    def identity(self) -> dict[str, Any]:
        """Return what decides results; where the strength stays, ``adapt`` has no say."""
        said = super().identity()
        if self.adapt is None:
            del said["options"]["adapt"]
        return said
