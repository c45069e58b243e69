"""`Formula`: an immutable expression tree over the inputs x0..x{d-1}, and what can be asked of it.

The tree is held flat, in prefix order (an operator, then its arguments), so every walk is a loop: no
formula is too deep to evaluate, compare, pickle or store.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeVar

import numpy as np

from smoothdistill_core.errors import FormulaError, did_you_mean
from smoothdistill_core.formula.evaluation import blocks, leaf, parts_of, rows
from smoothdistill_core.formula.gradients import Tape
from smoothdistill_core.formula.nodes import Constant, Node, Variable
from smoothdistill_core.formula.notation import Written, number, readable, written
from smoothdistill_core.formula.operators.operator import CALL, Array, Operator
from smoothdistill_core.formula.operators.table import OPERATORS

Result = TypeVar("Result")

MOST_NODES = 100_000
"""What is stored has no more: writing a formula with its brackets takes time that grows as their square."""

INPUT = re.compile(r"x(0|[1-9][0-9]{0,8})")
"""How inputs are written in JSON."""


@dataclass(frozen=True, slots=True, repr=False)
class Formula:
    """An expression over the columns of X, exactly as a student found it.

    Build it from parts: ``Formula.apply("add", Formula.variable(0), Formula.constant(2.0))``.
    """

    nodes: tuple[Node, ...]

    @classmethod
    def variable(cls, index: int) -> Formula:
        """Return the formula that is input number ``index``; a negative one raises `FormulaError`."""
        if index < 0:
            raise FormulaError(f"inputs are counted from 0, and this is {index}")
        return cls((Variable(index),))

    @classmethod
    def constant(cls, value: float) -> Formula:
        """Return the constant formula; a value that is not finite raises `FormulaError`."""
        if not _is_finite(value):
            raise FormulaError(f"a formula's constants must be finite numbers, not {value!r}")
        return cls((Constant(float(value)),))

    @classmethod
    def apply(cls, operator: str, *arguments: Formula) -> Formula:
        """Return ``operator`` applied to formulas; raises `FormulaError` for an unknown one or a wrong count."""
        return cls((_operator(operator, len(arguments)), *(node for part in arguments for node in part.nodes)))

    @classmethod
    def linear(cls, coefficients: Sequence[float], intercept: float) -> Formula:
        """Return ``intercept + sum(coefficient * x_i)``, leaving out the inputs whose coefficient is 0."""
        terms = [
            cls.apply("mul", cls.constant(coefficient), cls.variable(index))
            for index, coefficient in enumerate(coefficients)
            if coefficient != 0
        ]
        return reduce(lambda left, right: cls.apply("add", left, right), terms, cls.constant(intercept))

    @property
    def complexity(self) -> int:
        """The number of nodes; a protected operator is one node."""
        return len(self.nodes)

    @property
    def inputs(self) -> frozenset[int]:
        """The numbers of the inputs that occur."""
        return frozenset(node.index for node in self.nodes if isinstance(node, Variable))

    @property
    def arguments(self) -> tuple[Formula, ...]:
        """What its outermost operator is applied to; nothing of an input or a constant."""
        return tuple(map(Formula, parts_of(self.nodes)))

    def fold(self, leaf: Callable[[Variable | Constant], Result], apply: Callable[..., Result]) -> Result:
        """Compute from the leaves up: ``leaf(node)`` for each leaf, ``apply(operator, *results)`` above."""
        stack: list[Result] = []
        for node in reversed(self.nodes):
            if isinstance(node, Operator):
                arguments = stack[: -node.arity - 1 : -1]
                del stack[-node.arity :]
                stack.append(apply(node, *arguments))
            else:
                stack.append(leaf(node))
        return stack[0]

    def predict(self, X: Array) -> Array:
        """Return the formula's value for each row of ``X`` of shape (n, d), as float64 of shape (n,)."""
        X = rows(self.nodes, X)
        values = np.empty(len(X))
        for block in blocks(len(X)):
            with np.errstate(all="ignore"):
                values[block] = self._values(X[block])
        return values

    def gradient(self, X: Array) -> Array:
        """Return the exact input gradient at each row of ``X``: shape (n, d), by reverse accumulation.

        A protected operator is flat inside its guard; at a kink the derivative of one side is taken.
        """
        X = rows(self.nodes, X)
        gradient = np.zeros(X.shape)
        for block in blocks(len(X)):
            with np.errstate(all="ignore"):
                for variable, adjoint in Tape(self.nodes, X[block]).adjoints(Variable):
                    gradient[block, variable.index] += adjoint
        return gradient

    def _values(self, X: Array) -> Array:
        return self.fold(lambda node: leaf(node, X), lambda operator, *parts: operator.value(*parts))

    def text(self, names: Sequence[str] | None = None, digits: int | None = None) -> str:
        """Write the formula for reading, with the given input names and significant digits.

        A name that is no single word stands in quotes, so that none can be taken for a part of the formula.
        ``pdiv``, ``plog``, ``psqrt`` and ``pinv`` are gplearn's protected operators.
        """

        def write(node: Variable | Constant) -> Written:
            if isinstance(node, Variable):
                return (f"x{node.index}" if names is None else readable(names[node.index])), CALL
            return number(node.value, digits)

        return self.fold(write, written)[0]

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"Formula({self.text()!r})"

    def to_json(self) -> str:
        """Write the tree as a JSON array in prefix order: operator names, ``"x0"`` for inputs, numbers."""
        return json.dumps([_token(node) for node in self.nodes], separators=(",", ":"))

    def __reduce__(self) -> tuple[Callable[[str], Formula], tuple[str]]:
        """Pickle and copy a formula as its JSON: operators are functions, and go by their names."""
        return Formula.from_json, (self.to_json(),)

    @classmethod
    def from_json(cls, text: str) -> Formula:
        """Read what `to_json` wrote; nothing is evaluated. Raises `FormulaError` for anything else."""
        try:
            tokens = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise FormulaError(f"a formula is a JSON array; this text is not: {error}") from None
        if not isinstance(tokens, list) or not tokens:
            raise FormulaError("a formula is a JSON array of at least one operator, input or number")
        _check_count(len(tokens))
        return cls.from_prefix(_node(token) for token in tokens)

    @classmethod
    def from_prefix(cls, nodes: Iterable[Node]) -> Formula:
        """Build a formula from nodes in prefix order; raises `FormulaError` unless they make one tree."""
        found: list[Node] = []
        missing = 1
        for node in nodes:
            if missing == 0:
                raise FormulaError(f"the formula is complete before its node {len(found)}")
            missing += node.arity - 1 if isinstance(node, Operator) else -1
            found.append(node)
        if missing:
            raise FormulaError(f"the formula ends early: {missing} arguments are missing")
        return cls(tuple(found))


def check_size(formula: Formula) -> None:
    """Raise `FormulaError` for a formula of more than `MOST_NODES`, which could be stored and not read again."""
    _check_count(len(formula.nodes))


def _check_count(nodes: int) -> None:
    if nodes > MOST_NODES:
        raise FormulaError(f"a formula of {nodes:,} nodes is too large; at most {MOST_NODES:,} are read")


def _operator(name: str, arguments: int) -> Operator:
    if name not in OPERATORS:
        raise FormulaError(f"there is no operator {name!r}; {did_you_mean(name, OPERATORS)}")
    operator = OPERATORS[name]
    if operator.arity != arguments:
        raise FormulaError(f"operator {name!r} takes {operator.arity} arguments, not {arguments}")
    return operator


def _token(node: Node) -> str | float:
    if isinstance(node, Operator):
        return node.name
    return f"x{node.index}" if isinstance(node, Variable) else node.value


def _node(token: object) -> Node:
    if isinstance(token, str):
        if INPUT.fullmatch(token):
            return Variable(int(token[1:]))
        if token not in OPERATORS:
            raise FormulaError(f"there is no operator {token!r}; {did_you_mean(token, OPERATORS)}")
        return OPERATORS[token]
    if isinstance(token, (int, float)) and not isinstance(token, bool) and _is_finite(token):
        return Constant(float(token))
    raise FormulaError(f"{str(token)[:50]!r} is no operator, input or finite number")


def _is_finite(value: float) -> bool:
    """Say whether a number, which may be an int of any length, is one that float64 holds."""
    return abs(value) <= sys.float_info.max
