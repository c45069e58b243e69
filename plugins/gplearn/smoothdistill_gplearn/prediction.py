"""What gplearn's programs predict, to the last bit as gplearn's own numpy evaluation says."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from gplearn.functions import _function_map

from smoothdistill_gplearn import interpreter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_gplearn.individual import Individual

    Floats = NDArray[np.float64]
    Key = tuple[tuple[Any, ...], tuple[type, ...]]

COMPILED = {
    _function_map[name]: getattr(interpreter, name.upper())
    for name in ("add", "sub", "mul", "div", "max", "min", "abs", "neg", "inv", "sqrt")
}
"""The functions that IEEE 754 defines to the last bit, and their codes in the interpreter."""

KNOWN = frozenset(_function_map.values())
"""All others of these are numpy's to compute: no two libraries agree on the last bit of a sine or a logarithm."""

SHARED_NUMBERS = 2**22
"""Values of numpy's functions that a generation shares, in numbers: 32 MB."""


class Predictor:
    """Runs programs on the rows of ``X`` (n, d), many at a time; may be called from many threads."""

    def __init__(self, X: Any) -> None:
        self.X, self.rows = X, len(X)
        self._columns = np.ascontiguousarray(X.T)
        self._shared: dict[Key, Floats] = {}

    def forget(self) -> None:
        """Let go of values kept for programs that share them."""
        self._shared.clear()

    def __call__(self, batch: Sequence[Individual]) -> Sequence[Floats] | Floats:
        """Return what each program predicts, (k, n); functions and numbers unknown here are gplearn's to run."""
        if self.X.dtype != np.float64 or not all(_is_known(individual.program) for individual in batch):
            return [individual.execute(self.X) for individual in batch]
        return self._run([self._with_columns(individual.program) for individual in batch])

    def _with_columns(self, program: list[Any]) -> list[Any]:
        """Return ``program`` with each subtree that ends in one of numpy's functions replaced by its values, (n,)."""
        if all(node in COMPILED for node in program if callable(node)):
            return program
        stack: list[tuple[list[Any], int]] = []  # what is left of a subtree, and where it ends in the program
        for start in reversed(range(len(program))):
            node = program[start]
            if not callable(node):
                stack.append(([node], start + 1))
                continue
            arguments, ends = zip(*(stack.pop() for _ in range(node.arity)), strict=True)
            if node in COMPILED:
                stack.append(([node, *chain.from_iterable(arguments)], ends[-1]))
            else:
                stack.append(([self._column(key(program[start : ends[-1]]), *arguments)], ends[-1]))
        return stack.pop()[0]

    def _column(self, subtree: Key, *arguments: list[Any]) -> Floats:
        column = self._shared.get(subtree)
        if column is None:
            column = subtree[0][0](*map(self._values, arguments))
            if len(self._shared) < SHARED_NUMBERS // self.rows:
                self._shared[subtree] = column
        return column

    def _values(self, program: list[Any]) -> Floats:
        """Return the values of an argument in the very form, strides included, in which gplearn passes it."""
        node = program[0]
        if isinstance(node, float):
            return np.repeat(node, self.rows)
        if isinstance(node, int):
            column: Floats = self.X[:, node]
            return column
        return node if isinstance(node, np.ndarray) else self._run([program])[0]

    def _run(self, programs: list[list[Any]]) -> Floats:
        more_columns: list[Floats] = []
        codes: list[int] = []
        values: list[float] = []
        ends: list[int] = []
        for program in programs:
            for node in program:
                value = 0.0
                if isinstance(node, int):
                    code = node
                elif isinstance(node, float):
                    code, value = interpreter.CONSTANT, node
                elif isinstance(node, np.ndarray):
                    code = len(self._columns) + len(more_columns)
                    more_columns.append(node)
                else:
                    code = COMPILED[node]
                codes.append(code)
                values.append(value)
            ends.append(len(codes))
        out = np.empty((len(programs), self.rows))
        extra = np.array(more_columns) if more_columns else np.empty((0, self.rows))
        interpreter.run(
            np.array(codes, np.int64), np.array(values), np.array(ends, np.int64), self._columns, extra, out
        )
        return out


def key(nodes: list[Any]) -> Key:
    """Return what tells programs apart: types too, because feature 1 equals the constant 1.0."""
    return tuple(nodes), tuple(map(type, nodes))


def _is_known(program: list[Any]) -> bool:
    return all(node in KNOWN for node in program if callable(node))
