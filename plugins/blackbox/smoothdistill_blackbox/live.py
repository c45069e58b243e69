"""`LiveBlackBox`: a teacher that is a model in the memory of this process."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, PrivateAttr

from smoothdistill_blackbox.given import GivenTeacher
from smoothdistill_core import PluginError

if TYPE_CHECKING:
    from smoothdistill_blackbox.given_model import LiveModel


class LiveBlackBox(GivenTeacher):
    """A finished model in memory, distilled as it is; made by `BlackBox.of`.

    Nothing is known of such a model but that it is itself: each call of `of` has an identity of its own, which
    its copies and its pickles share.
    """

    takes: Literal["auto", "array", "frame"] = Field(
        "auto",
        description="array: rows of numbers, categories as indicators; frame: a DataFrame of the data's own columns; "
        "auto: what the model was fitted on",
    )

    _model: Any = PrivateAttr(None)
    _token: str = PrivateAttr("")

    @classmethod
    def of(cls, model: Any, **options: Any) -> LiveBlackBox:
        """Return a teacher that asks ``model``; see `BlackBox.of`."""
        from smoothdistill_blackbox.live_model import live_model

        box = cls(**options)
        live_model(model, box.takes)  # refuses what is no model here, not in a worker process
        box._model = model
        box._token = secrets.token_hex(16)
        return box

    def identity(self) -> dict[str, Any]:
        """Return the options and the model's own token."""
        return {**super().identity(), "model": self._token}

    def __str__(self) -> str:
        from smoothdistill_blackbox.given_model import name_of

        return f"{self.name}({self.label or name_of(self._model)})"

    def __eq__(self, other: object) -> bool:
        """Say whether both ask the same model in the same way; models themselves compare in too many ways."""
        return isinstance(other, LiveBlackBox) and self.identity() == other.identity()

    def __hash__(self) -> int:
        return hash(self._token)

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> LiveBlackBox:
        return self  # it cannot change, and its model is only asked

    def _model_now(self) -> LiveModel:
        from smoothdistill_blackbox.live_model import live_model

        if not self._token:
            raise PluginError("this black box holds no model; make it by BlackBox.of(model)")
        model = live_model(self._model, self.takes)
        model.token = self._token
        return model

    def _model_from(self, saved: bytes) -> LiveModel:
        if saved.decode() != self._token:
            raise PluginError("this was saved by another black box; load it by the one that was trained")
        return self._model_now()
