"""What gplearn's programs predict, to the last bit as gplearn's own numpy evaluation says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from gplearn.functions import _function_map

from smoothdistill_gplearn import interpreter
from smoothdistill_gplearn.adding import leaves
from smoothdistill_gplearn.interpreter import NUMPYS, PREDICT, Table
from smoothdistill_gplearn.subtrees import CONSTANT, FORGET, FUNCTIONS, Subtrees

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smoothdistill_gplearn.breeding import Programs

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    OverThreads = Callable[[Callable[[Any], Any], list[Any], int], Any]

COMPILED = {
    _function_map[name]: getattr(interpreter, name.upper())
    for name in ("add", "sub", "mul", "div", "max", "min", "abs", "neg", "inv", "sqrt")
}
"""The functions that IEEE 754 defines to the last bit, and their codes in the interpreter."""

KNOWN = frozenset(_function_map.values())
"""All others of these are numpy's to compute: no two libraries agree on the last bit of a sine or a logarithm."""

SHARED_NUMBERS = 2**22
"""Values of numpy's functions that are kept for other programs, in numbers: 32 MB."""


class Predictor:
    """Runs programs of ``functions`` on the rows of ``X`` (n, d), and compares them with ``y`` (n,) by ``weights``.

    Only where it ``is_exact``: functions and numbers unknown here are gplearn's to run.
    """

    def __init__(self, X: Any, y: Any, weights: Any, functions: Sequence[Any]) -> None:
        self.X, self.functions = X, functions
        numbers = X.dtype == np.float64 and np.result_type(y, weights, np.float64) == np.float64
        self.is_exact = numbers and KNOWN.issuperset(functions)
        self._operations = np.array([COMPILED.get(function, NUMPYS) for function in functions], np.int64)
        self._all_compiled = NUMPYS not in self._operations
        if self.is_exact:
            columns, target, weights = (np.ascontiguousarray(each, np.float64) for each in (X.T, y, weights))
            ends, merges = leaves(len(X))
            self._table = Table(columns, target, weights, ends, merges)
        self.forget()

    def is_full(self) -> bool:
        """Return whether it is time to forget."""
        return self._subtrees.count > FORGET

    def forget(self) -> None:
        """Let go of all that is known of programs."""
        self._subtrees = Subtrees(np.array([function.arity for function in self.functions], np.int64))
        self._column_of = np.empty(0, np.int64)
        self._forget_columns()

    def _forget_columns(self) -> None:
        self._column_of[:] = -1
        self._columns = np.empty((0, len(self.X)))
        self._kept = 0

    def roots(self, programs: Programs) -> list[int]:
        """Return a number for each of the ``programs``, the same for the same program."""
        roots: list[int] = self._subtrees.roots(programs.codes, programs.values, programs.ends).tolist()
        return roots

    def batches(self, tasks: list[Any]) -> Iterator[list[Any]]:
        """Yield as many of the ``tasks`` at a time as `prepare` should have."""
        size = max(1, len(tasks) if self._all_compiled else SHARED_NUMBERS // len(self.X))
        for start in range(0, len(tasks), size):
            yield tasks[start : start + size]

    def prepare(self, roots: list[int], over_threads: OverThreads) -> None:
        """Let numpy compute what is numpy's to compute in the programs ``roots``; do this before you run them."""
        nodes = self._subtrees.nodes
        self._column_of = np.append(self._column_of, np.full(len(nodes.codes) - len(self._column_of), -1))
        if self._all_compiled or not self.is_exact:
            return
        if self._kept * len(self.X) > SHARED_NUMBERS:
            self._forget_columns()
        wanted = np.array(roots, np.int64)
        while len(found := interpreter.waiting(wanted, nodes, self._operations, self._column_of)):
            needed = self._kept + len(found)
            if needed > len(self._columns):
                larger = np.empty((2 * needed, len(self.X)))
                larger[: self._kept] = self._columns[: self._kept]
                self._columns = larger
            places = range(self._kept, needed)
            tasks = list(zip(found.tolist(), places, strict=True))
            over_threads(self._compute_columns, tasks, SHARED_NUMBERS // len(self.X))
            self._column_of[found] = places
            self._kept = needed

    def _compute_columns(self, batch: Sequence[tuple[int, int]]) -> tuple[()]:
        codes = self._subtrees.nodes.codes
        arguments = self._subtrees.nodes.left[[node for node, _ in batch]]
        inner = arguments[(codes[arguments] <= FUNCTIONS) & (self._column_of[arguments] < 0)].tolist()
        computed = dict(zip(inner, self.run(inner, PREDICT), strict=True))
        for (node, place), argument in zip(batch, arguments.tolist(), strict=True):
            values = computed[argument] if argument in computed else self._given(argument)
            self._columns[place] = self.functions[FUNCTIONS - int(codes[node])](values)
        return ()

    def _given(self, node: int) -> Floats:
        """Return the values of a leaf or a kept column in the form, strides included, in which gplearn passes it."""
        code = int(self._subtrees.nodes.codes[node])
        if code == CONSTANT:
            return np.repeat(self._subtrees.nodes.values[node], len(self.X))
        if code <= FUNCTIONS:
            kept: Floats = self._columns[self._column_of[node]]
            return kept
        column: Floats = self.X[:, code]
        return column

    def run(self, roots: list[int], wanted: int) -> Floats:
        """Return what is ``wanted`` of programs, (k, n) predictions or (k, 1) sums of errors; from any thread."""
        out = np.empty((len(roots), len(self.X) if wanted == PREDICT else 1))
        numbers = np.array(roots, np.int64)
        nodes = self._subtrees.nodes
        interpreter.run(numbers, nodes, self._operations, self._columns, self._column_of, self._table, wanted, out)
        return out
