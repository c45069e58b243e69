"""`live_model`: which of the ways to ask a model in memory fits it."""

from __future__ import annotations

from typing import Any

from smoothdistill_blackbox.called_model import CalledModel
from smoothdistill_blackbox.given_model import LiveModel, name_of
from smoothdistill_blackbox.session_model import SessionModel
from smoothdistill_blackbox.torch_model import TorchModel
from smoothdistill_core import PluginError

TAKEN = (
    "give a function predict(X), a fitted regressor or another object with predict, a torch.nn.Module, or a session of "
    "ONNX Runtime"
)


def live_model(model: Any, takes: str) -> LiveModel:
    """Return the way to ask a model in memory; raises `PluginError` for what cannot be asked."""
    if isinstance(model, type):
        raise PluginError(f"{model.__name__} is a class; give an instance of it that was fitted")
    if _is_torch_module(model):
        if takes == "frame":
            raise PluginError("a torch module takes no DataFrame; leave takes='frame' out")
        return TorchModel(model)
    if all(callable(getattr(model, method, None)) for method in ("run", "get_inputs", "get_outputs")):
        return SessionModel(model)
    if not callable(getattr(model, "predict", model)):
        raise PluginError(f"{model!r} is no model; {TAKEN}")
    _check_regressor(model)
    return CalledModel(model, takes)


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
