"""`GivenModel`: any model, asked in one way; and those that live in Python: functions and fitted regressors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_blackbox.answers import one_number_a_row
from smoothdistill_blackbox.questions import columns_called, listed, table
from smoothdistill_core import DataError, PluginError, SmoothdistillError
from smoothdistill_core.errors import one_line

if TYPE_CHECKING:
    from smoothdistill_core.scaling import Scaling

    Array = NDArray[np.float64]

TAKEN = "give a function predict(X), a fitted regressor or another object with predict, or a torch.nn.Module"


class GivenModel(ABC):
    """A model that works in the data's own units; ``name`` is what messages call it."""

    name: str

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
        return one_number_a_row(answer, len(X), self.name)

    def gradient(self, X: Array, scaling: Scaling) -> Array | None:
        """Return the exact gradient (n, d) of the standardised target at standardised rows, or None."""
        return None

    def notes(self) -> tuple[str, ...]:
        """Return what the user should know of how the model is asked."""
        return ()

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

    @abstractmethod
    def ask(self, X: Any) -> Any:
        """Return whatever the model returns for rows as a caller has them."""

    def ask_rows(self, X: Any) -> Array:
        """Return the target (n,) for rows as a caller has them; raises `DataError` as `predict` does."""
        try:
            answer = self.ask(X)
        except SmoothdistillError:
            raise
        except Exception as error:
            raise self._failed(error, f"{type(X).__name__} of shape {np.shape(X)}") from error
        return one_number_a_row(answer, len(X), self.name)


class CalledModel(LiveModel):
    """A function, or an object with ``predict``."""

    def __init__(self, model: Any, takes: str) -> None:
        self.name = name_of(model)
        self._call = getattr(model, "predict", model)
        self._takes = takes
        self._names = [str(name) for name in getattr(model, "feature_names_in_", ())]
        self._inputs: int | None = getattr(model, "n_features_in_", None)

    def ask(self, X: Any) -> Any:
        """Call the model; a table becomes an array where it takes arrays, and the other way round."""
        import pandas as pd

        if self._takes == "array":
            X = np.asarray(X, dtype=np.float64)
        elif self._takes == "frame" and not isinstance(X, pd.DataFrame):
            X = pd.DataFrame(X, columns=[f"x{place}" for place in range(np.shape(X)[1])])
        return self._call(X)

    def _answer(self, X: Array, scaling: Scaling) -> Any:
        if self._names and self._takes != "array":
            return self._call(columns_called(self._names, X, scaling, self.name))
        if self._takes == "frame":
            return self._call(table(X, scaling))
        if self._inputs not in (None, X.shape[1]):
            columns = list(dict.fromkeys(feature.column for feature in scaling.features))
            if self._takes == "auto" and self._inputs == len(columns):
                return self._call(table(X, scaling).to_numpy())
            raise DataError(
                f"the black box {self.name} takes {self._inputs} inputs, and the data have {X.shape[1]}: "
                f"{listed(scaling.names)}; leave out the columns that it was not fitted on"
            )
        return self._call(scaling.raw(X))

    def _remedy(self) -> str:
        if self._takes == "frame" or self._names:
            return "give a function that takes such a table, or say takes='array'"
        return "give a function that takes such an array, or say takes='frame'"


def live_model(model: Any, takes: str) -> LiveModel:
    """Return the way to ask a model in memory; raises `PluginError` for what cannot be asked."""
    if isinstance(model, type):
        raise PluginError(f"{model.__name__} is a class; give an instance of it that was fitted")
    if _is_torch_module(model):
        from smoothdistill_blackbox.torch_model import TorchModel

        if takes == "frame":
            raise PluginError("a torch module takes no DataFrame; leave takes='frame' out")
        return TorchModel(model)
    if not callable(getattr(model, "predict", model)):
        raise PluginError(f"{model!r} is no model; {TAKEN}")
    _check_regressor(model)
    return CalledModel(model, takes)


def name_of(model: Any) -> str:
    """Return what a model is called: the name of a function, the class of anything else."""
    name = getattr(model, "__name__", type(model).__name__)
    return "function" if name == "<lambda>" else str(name)


def _is_torch_module(model: Any) -> bool:
    """Say whether a model is a torch module; torch is not imported for one that is not."""
    if not any(base.__module__.startswith("torch.") for base in type(model).__mro__):
        return False
    import torch

    return isinstance(model, torch.nn.Module)


def _check_regressor(model: Any) -> None:
    """Refuse scikit-learn's classifiers, and estimators of its own that are not fitted."""
    if not hasattr(model, "get_params"):
        return
    from sklearn.base import BaseEstimator, is_classifier
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    if not isinstance(model, BaseEstimator):
        return
    if is_classifier(model):
        raise PluginError(
            f"{name_of(model)} is a classifier, and formulas give numbers; give a function, such as "
            "lambda X: model.predict_proba(X)[:, 1]"
        )
    if type(model).__module__.startswith("sklearn."):  # others may keep what they learned elsewhere
        try:
            check_is_fitted(model)
        except NotFittedError:
            raise PluginError(f"{name_of(model)} is not fitted; call its fit before it is distilled") from None
