"""What a model returned becomes one float64 number a row, or an error that says what came instead."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core import DataError

Array = NDArray[np.float64]

WANTED = "a model returns one number a row, of shape (n,) or (n, 1)"


def one_number_a_row(answer: Any, rows: int, who: str, column: int | None = None) -> Array:
    """Return an answer of a model to ``rows`` rows as an array (rows,); raises `DataError` for any other answer.

    Arrays, tensors, lists, series and tables of one column are taken, and with ``column`` those of several, of which
    it is the place. What is not finite stays as it is.
    """
    numbers = _numbers(answer)
    if numbers is None:
        raise DataError(f"the black box {who} returned {_described(answer)} in place of numbers; {WANTED}")
    if column is not None:
        if numbers.ndim != 2 or len(numbers) != rows or column >= numbers.shape[1]:
            raise DataError(
                f"the black box {who} returned the shape {numbers.shape} for {rows} rows, which has no column "
                f"{column}; columns count from 0"
            )
        return numbers[:, column]
    if numbers.shape not in ((rows,), (rows, 1)) and not (rows == 1 and numbers.size == 1):
        remedy = WANTED
        if numbers.ndim == 2 and len(numbers) == rows and numbers.shape[1] > 1:
            remedy += f": give a function that picks one of the {numbers.shape[1]}"
        elif numbers.ndim == 0:
            remedy += ": it has to take many rows at once"
        raise DataError(f"the black box {who} returned the shape {numbers.shape} for {rows} rows; {remedy}")
    return numbers.reshape(rows)


def numbers_a_row(answer: Any) -> int:
    """Return how many numbers a row an answer has: of anything but a table of numbers, one."""
    numbers = _numbers(answer)
    return numbers.shape[1] if numbers is not None and numbers.ndim == 2 else 1


def _numbers(answer: Any) -> Array | None:
    if hasattr(answer, "detach"):
        answer = answer.detach().cpu()
        answer = (answer.double() if answer.is_floating_point() else answer).numpy()  # numpy has no bfloat16
    try:
        values = np.asarray(answer)
        return values.astype(np.float64) if answer is not None and values.dtype.kind in "iufO" else None
    except (TypeError, ValueError):
        return None


def _described(answer: Any) -> str:
    if answer is None:
        return "nothing"
    kind = getattr(answer, "dtype", None)
    return type(answer).__name__ if kind is None else f"{type(answer).__name__} of {kind}"
