"""`OnnxModel`: a model from an ONNX file, run by ONNX Runtime on one thread of the CPU."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_blackbox.given_model import GivenModel
from smoothdistill_blackbox.questions import columns_called, in_own_units, listed, scaling_of_rows
from smoothdistill_core import DataError
from smoothdistill_core.errors import did_you_mean, one_line

if TYPE_CHECKING:
    from smoothdistill_core.scaling import Scaling

    Array = NDArray[np.float64]

ROWS_AT_ONCE = 8_192
"""Rows go through the model in slices of this many, which bounds their memory."""

NUMBERS: dict[str, Any] = {
    "tensor(float16)": np.float16,
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    **{f"tensor({name})": np.dtype(name).type for name in ("int8", "int16", "int32", "int64")},
    **{f"tensor({name})": np.dtype(name).type for name in ("uint8", "uint16", "uint32", "uint64")},
}
"""ONNX types of numbers, and numpy's."""

TEXT = "tensor(string)"


class OnnxModel(GivenModel):
    """A model with one input of rows (n, d), or with one input a column, (n, 1) or (n,), found by name."""

    def __init__(self, data: bytes, output: str, name: str) -> None:
        self.name = name
        self._data = data
        self._output = output

    @property
    def sha256(self) -> str:
        """The fingerprint of the file."""
        return sha256(self._data).hexdigest()

    def check(self) -> None:
        """Raise `DataError` unless the model can be asked, as far as can be told without data."""
        for given in self._session.get_inputs():
            if given.type not in NUMBERS and given.type != TEXT:
                raise self._wrong(f"its input {given.name!r} is a {given.type}", "use inputs of numbers or of text")
        if not self._takes_columns and self._session.get_inputs()[0].type == TEXT:
            raise self._wrong("its one input holds text", "use one input a column, called like the column")
        if self._answers.type not in NUMBERS:
            raise self._wrong(f"its output {self._answers.name!r} is a {self._answers.type}", "use one of numbers")

    def notes(self) -> tuple[str, ...]:
        """Say which inputs are rounded."""
        whole = [given.name for given in self._session.get_inputs() if "int" in given.type]
        return (f"blackbox: rounded to whole numbers, which the model takes: {', '.join(whole)}",) if whole else ()

    def saved(self) -> bytes:
        """Return the file."""
        return self._data

    def __reduce__(self) -> tuple[type[OnnxModel], tuple[bytes, str, str], dict[str, Any]]:
        # a session of ONNX Runtime does not pickle
        return OnnxModel, (self._data, self._output, self.name), {"column": self.column, "columns": self.columns}

    def ask(self, X: Any) -> Any:
        """Run the file on an array or a table of numbers."""
        raw = np.asarray(X, dtype=np.float64)
        return self._answer(raw, scaling_of_rows(raw, list(getattr(X, "columns", ()))))

    def _answer(self, X: Array, scaling: Scaling) -> Any:
        self.check()
        rows = self._fixed_rows or ROWS_AT_ONCE
        answers = []
        for begin in range(0, max(len(X), 1), rows):
            part = X[begin : begin + rows]
            short = (self._fixed_rows or 0) - len(part)
            if short > 0:  # a file of a fixed number of rows takes that many, always
                part = np.concatenate([part, np.repeat(part[-1:], short, axis=0)])
            (answer,) = self._session.run([self._answers.name], self._inputs(part, scaling))
            answers.append(answer[:-short] if short > 0 and len(answer) == len(part) else answer)
        return np.concatenate(answers) if answers[0].ndim else answers[0]

    def _inputs(self, X: Array, scaling: Scaling) -> dict[str, NDArray[Any]]:
        given = self._session.get_inputs()
        if not self._takes_columns:
            taken = given[0].shape[1]
            if isinstance(taken, int) and taken != X.shape[1]:
                raise self._wrong(
                    f"it takes {taken} inputs, and the data have {X.shape[1]}: {listed(scaling.names)}",
                    "leave out the columns that it was not made for",
                )
            return {given[0].name: _as(given[0].type, in_own_units(X, scaling))}
        frame = columns_called([one.name for one in given], X, scaling, self.name)
        inputs = {}
        for one in given:
            column = frame[one.name].to_numpy()
            if one.type == TEXT:
                values = np.array([str(value) for value in column], dtype=object)
            elif column.dtype.kind in "OUT":
                raise self._wrong(f"its input {one.name!r} takes numbers, and that column holds text", "use text there")
            else:
                values = _as(one.type, column)
            inputs[one.name] = values.reshape(-1, 1) if len(one.shape) == 2 else values
        return inputs

    @property
    def _takes_columns(self) -> bool:
        """Whether there is one input for each column; else there is one for all of them."""
        given = self._session.get_inputs()
        return len(given) > 1 or len(given[0].shape) == 1 or given[0].shape[1:] == [1]

    @property
    def _fixed_rows(self) -> int | None:
        """The number of rows that the file takes at a time, if it takes no other."""
        shape = self._session.get_inputs()[0].shape
        return shape[0] if shape and isinstance(shape[0], int) and shape[0] > 0 else None

    @property
    def _answers(self) -> Any:
        """The output that predicts."""
        outputs = {output.name: output for output in self._session.get_outputs()}
        if not self._output and len(outputs) > 1:
            raise self._wrong(f"it has the outputs {', '.join(outputs)}", "choose one by the option output")
        if self._output and self._output not in outputs:
            raise self._wrong(f"it has no output {self._output!r}", did_you_mean(self._output, outputs))
        return outputs[self._output] if self._output else next(iter(outputs.values()))

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # the same digits on every machine's cores
        options.log_severity_level = 4
        try:
            return onnxruntime.InferenceSession(self._data, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise self._wrong(
                f"ONNX Runtime cannot load it ({one_line(error)})",
                "give a complete ONNX file that holds its own weights, for this version of onnxruntime or an older one",
            ) from error

    def _wrong(self, wrong: str, remedy: str) -> DataError:
        return DataError(f"the ONNX file {self.name} cannot be used: {wrong}; {remedy}")


def _as(kind: str, values: NDArray[Any]) -> NDArray[Any]:
    """Return numbers in the type that an input takes."""
    numbers = np.asarray(values, dtype=np.float64)
    typed: NDArray[Any] = (np.rint(numbers) if "int" in kind else numbers).astype(NUMBERS[kind])
    return typed
