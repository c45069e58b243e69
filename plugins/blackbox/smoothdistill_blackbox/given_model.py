"""`GivenModel`: any model, asked in one way; and `LiveModel`: one in the memory of this process."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_blackbox.answers import numbers_a_row, one_number_a_row
from smoothdistill_blackbox.questions import listed
from smoothdistill_core import DataError, SmoothdistillError
from smoothdistill_core.errors import one_line

if TYPE_CHECKING:
    from smoothdistill_blackbox.all_columns import AllColumns
    from smoothdistill_core.scaling import Scaling

    Array = NDArray[np.float64]


class GivenModel(ABC):
    """A model that works in the data's own units; ``name`` is what messages call it.

    ``column`` is the place of the number that is the target, where the model returns several a row. ``columns`` are all
    that the model takes, where these are more than may be inputs.
    """

    name: str
    column: int | None = None
    columns: AllColumns | None = None

    def predict(self, X: Array, scaling: Scaling) -> Array:
        """Return the target (n,) in its own units for standardised rows (n, d).

        Raises `DataError` where the model raises, or returns anything but one number a row.
        """
        try:
            answer = self._answer(X, scaling)
        except SmoothdistillError:
            raise
        except Exception as error:
            raise self._failed(error, f"{len(X)} rows of {listed(scaling.names)}, in the data's own units") from error
        return one_number_a_row(answer, len(X), self.name, self.column)

    def gradient(self, X: Array, scaling: Scaling) -> Array | None:
        """Return the exact gradient (n, d) of the standardised target at standardised rows, or None."""
        return None

    def notes(self) -> tuple[str, ...]:
        """Return what the user should know of how the model is asked."""
        return ()

    def ask_rows(self, X: Any) -> Array:
        """Return the target (n,) for rows as a caller has them; raises `DataError` as `predict` does."""
        return one_number_a_row(self.answers(X), len(X), self.name, self.column)

    def width(self, X: Any) -> int:
        """Return how many numbers a row the model returns for rows as a caller has them."""
        return numbers_a_row(self.answers(X))

    def answers(self, X: Any) -> Any:
        """Return whatever the model returns for rows as a caller has them; raises `DataError` where it raises."""
        try:
            return self.ask(X)
        except SmoothdistillError:
            raise
        except Exception as error:
            raise self._failed(error, f"{type(X).__name__} of shape {np.shape(X)}") from error

    @abstractmethod
    def ask(self, X: Any) -> Any:
        """Return whatever the model returns for rows as a caller has them."""

    @abstractmethod
    def saved(self) -> bytes:
        """Return what stands for the model in a store."""

    @abstractmethod
    def _answer(self, X: Array, scaling: Scaling) -> Any:
        """Return whatever the model returns."""

    def _failed(self, error: Exception, given: str) -> DataError:
        if type(error).__name__ == "NotFittedError":
            return DataError(f"the black box {self.name} is not fitted; call its fit before it is distilled")
        return DataError(f"the black box {self.name} raised {one_line(error)}; it was given {given}; {self._remedy()}")

    def _remedy(self) -> str:
        return "give a model that takes those"


class LiveModel(GivenModel):
    """A model in memory, which ``token`` stands for."""

    token = ""

    def saved(self) -> bytes:
        """Return the token: the model itself stays where it is."""
        return self.token.encode()


def name_of(model: Any) -> str:
    """Return what a model is called: the name of a function, the class of anything else."""
    name = getattr(model, "__name__", type(model).__name__)
    return "function" if name == "<lambda>" else str(name)
