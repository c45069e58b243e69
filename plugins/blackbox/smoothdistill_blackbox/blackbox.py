"""`BlackBox`: the teacher that is an ONNX file, and the door for models that live in Python."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from smoothdistill_blackbox.given import GivenTeacher
from smoothdistill_core import DataError, RecipePath
from smoothdistill_core.files import read_regular

if TYPE_CHECKING:
    from smoothdistill_blackbox.live import LiveBlackBox
    from smoothdistill_blackbox.onnx_model import OnnxModel


MOST_BYTES = 2**31
"""No ONNX file is larger."""


class BlackBox(GivenTeacher):
    """A finished model from an ONNX file, distilled as it is; it works in the data's own units.

    In Python, `BlackBox.of` takes a function, a fitted regressor or a torch module instead.
    """

    libraries = ("onnxruntime",)

    onnx: RecipePath = Field(description="the ONNX file")
    output: str = Field("", description="name of the ONNX output that predicts; needed where there are several")

    _sha256: str = PrivateAttr("")

    @staticmethod
    def of(
        model: Any,
        *,
        takes: Literal["auto", "array", "frame"] = "auto",
        step: float = 0.1,
        label: str = "",
        column: int | None = None,
    ) -> LiveBlackBox:
        """Return a teacher that asks ``model``.

        It is a function ``predict(X)``, a fitted regressor, a torch module, or a session of ONNX Runtime.

        The model gets rows in the data's own units, as an array (n, d) with categories as indicators, or as
        a DataFrame of the data's own columns, and returns the target in its own units: (n,) or (n, 1).
        ``takes`` auto: a DataFrame for a regressor that was fitted on one, else an array. Of a model that returns
        several numbers a row, ``column`` is the place of the target. Raises
        `PluginError` for what is no such model, for a regressor that is not fitted, and for a classifier.
        """
        from smoothdistill_blackbox.live import LiveBlackBox

        return LiveBlackBox.of(model, takes=takes, step=step, label=label, column=column)

    @model_validator(mode="after")
    def _read_file(self) -> Self:
        if find_spec("onnxruntime") is None:
            raise ValueError('reading ONNX files needs onnxruntime; pip install "smoothdistill[onnx]"')
        try:
            self._sha256 = self._file().sha256
            self._file().check()
        except DataError as error:
            raise ValueError(str(error)) from error
        return self

    def identity(self) -> dict[str, Any]:
        """Return all that decides the results: what the file holds counts, not where it lies."""
        identity = super().identity()
        identity["options"] = {name: value for name, value in identity["options"].items() if name != "onnx"}
        return {**identity, "sha256": self._sha256}

    def __str__(self) -> str:
        said = [self.label or self.onnx.name]
        said += [f"output={self.output}"] if self.output else []
        said += [] if self.column is None else [f"column={self.column}"]
        return f"{self.name}({', '.join(said)})"

    def _file(self) -> OnnxModel:
        from smoothdistill_blackbox.onnx_model import OnnxModel

        try:
            data = read_regular(self.onnx, MOST_BYTES)
        except DataError as error:
            wrong, _, remedy = str(error).replace(": cannot", " cannot").partition("; ")
            raise DataError(f"the ONNX file {wrong}; {remedy}; its path is relative to the recipe") from None
        return OnnxModel(data, self.output, self.onnx.name)

    def _model_now(self) -> OnnxModel:
        model = self._file()
        if model.sha256 != self._sha256:
            raise DataError(f"the ONNX file {self.onnx} changed since it was checked; run it again")
        return model

    def _model_from(self, saved: bytes) -> OnnxModel:
        from smoothdistill_blackbox.onnx_model import OnnxModel

        return OnnxModel(saved, self.output, self.onnx.name)
