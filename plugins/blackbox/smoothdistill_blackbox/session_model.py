"""`SessionModel`: an ONNX model that a program has loaded already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smoothdistill_blackbox.given_model import LiveModel
from smoothdistill_blackbox.onnx_model import OnnxModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_core.scaling import Scaling

    Array = NDArray[np.float64]


class SessionModel(LiveModel):
    """A session of ONNX Runtime, asked as a file is; it works with the providers and threads that it was made with."""

    def __init__(self, session: Any) -> None:
        self.name = "session"
        self._model = OnnxModel(b"", "", self.name)
        self._model.__dict__["_session"] = session  # in place of the one that it would load
        self._model.check()

    def notes(self) -> tuple[str, ...]:
        """Say which inputs are rounded."""
        return self._model.notes()

    def ask(self, X: Any) -> Any:
        """Run the session on an array or a table of numbers."""
        return self._model.ask(X)

    def _answer(self, X: Array, scaling: Scaling) -> Any:
        return self._model._answer(X, scaling)
