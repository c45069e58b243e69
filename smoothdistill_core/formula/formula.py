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
from smoothdistill_core.formula.operator import CALL, POWER, SIGN, SUM, Array, Operator
from smoothdistill_core.formula.operators import OPERATORS

Result = TypeVar("Result")

ROWS_AT_ONCE = 16_384
"""Gradients are computed in blocks of this many rows: every node's values are in memory at once."""

INPUT = re.compile(r"x(0|[1-9][0-9]{0,8})")
"""How inputs are written in JSON."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Input number ``index``, counted from 0."""

    index: int


@dataclass(frozen=True, slots=True)
class Constant:
    """A finite number."""

    value: float


Node = Operator | Variable | Constant


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

    def fold(self, leaf: Callable[[Variable | Constant], Result], apply: Callable[..., Result]) -> Result:
        """Compute from the leaves up: ``leaf(node)`` for each leaf, ``apply(operator, *results)`` above."""
        stack: list[Result] = []
        for node in reversed(self.nodes):
            if isinstance(node, Operator):
                stack.append(apply(node, *(stack.pop() for _ in range(node.arity))))
            else:
                stack.append(leaf(node))
        return stack[0]

    def predict(self, X: Array) -> Array:
        """Return the formula's value for each row of ``X`` of shape (n, d), as float64 of shape (n,)."""
        X = self._checked(X)
        with np.errstate(all="ignore"):
            value = self.fold(lambda node: _leaf(node, X), lambda operator, *parts: operator.value(*parts))
        return np.array(np.broadcast_to(value, (len(X),)))

    def gradient(self, X: Array) -> Array:
        """Return the exact input gradient at each row of ``X``: shape (n, d), by reverse accumulation.

        A protected operator is flat inside its guard; at a kink the derivative of one side is taken.
        """
        X = self._checked(X)
        gradient = np.zeros(X.shape)
        for begin in range(0, len(X), ROWS_AT_ONCE):
            block = slice(begin, begin + ROWS_AT_ONCE)
            self._accumulate(X[block], gradient[block])
        return gradient

    def text(self, names: Sequence[str] | None = None, digits: int | None = None) -> str:
        """Write the formula for reading, with the given input names and significant digits.

        A name that is no single word stands in quotes, so that none can be taken for a part of the formula.
        ``pdiv``, ``plog``, ``psqrt`` and ``pinv`` are gplearn's protected operators.
        """

        def leaf(node: Variable | Constant) -> tuple[str, int]:
            if isinstance(node, Variable):
                return (f"x{node.index}" if names is None else readable(names[node.index])), CALL
            number = repr(node.value) if digits is None else f"{node.value:.{digits}g}"
            return number, SIGN if number.startswith("-") else CALL

        return self.fold(leaf, _written)[0]

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"Formula({self.text()!r})"

    def to_json(self) -> str:
        """Write the tree as a JSON array in prefix order: operator names, ``"x0"`` for inputs, numbers."""
        return json.dumps([_token(node) for node in self.nodes], separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Formula:
        """Read what `to_json` wrote; nothing is evaluated. Raises `FormulaError` for anything else."""
        try:
            tokens = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise FormulaError(f"a formula is a JSON array; this text is not: {error}") from None
        if not isinstance(tokens, list) or not tokens:
            raise FormulaError("a formula is a JSON array of at least one operator, input or number")
        return cls.from_prefix(_node(token) for token in tokens)

    @classmethod
    def from_prefix(cls, nodes: Iterable[Node]) -> Formula:
        """Build a formula from nodes in prefix order; raises `FormulaError` unless they make one tree."""
        nodes = tuple(nodes)
        missing = 1
        for position, node in enumerate(nodes):
            if missing == 0:
                raise FormulaError(f"the formula is complete before its node {position}")
            missing += node.arity - 1 if isinstance(node, Operator) else -1
        if missing:
            raise FormulaError(f"the formula ends early: {missing} arguments are missing")
        return cls(nodes)

    def _accumulate(self, X: Array, gradient: Array) -> None:
        """Add the input gradient at the rows of ``X`` to ``gradient``, both (n, d)."""
        with np.errstate(all="ignore"):
            children, values = self._tape(X)
            adjoints: list[Array | float] = [0.0] * len(self.nodes)
            adjoints[0] = np.ones(len(X))
            for position, node in enumerate(self.nodes):
                if isinstance(node, Variable):
                    gradient[:, node.index] += adjoints[position]
                elif isinstance(node, Operator):
                    arguments = children[position]
                    partials = node.partials(values[position], *(values[child] for child in arguments))
                    for child, partial in zip(arguments, partials, strict=True):
                        # an argument that does not reach the output contributes 0, even where its slope is infinite
                        adjoint = adjoints[position]
                        adjoints[child] = np.where(np.equal(adjoint, 0.0), 0.0, adjoint * partial)

    def _tape(self, X: Array) -> tuple[list[tuple[int, ...]], list[Array]]:
        """Return, for each node, the positions of its arguments and its value at the rows of X."""
        children: list[tuple[int, ...]] = [()] * len(self.nodes)
        values: list[Array] = [X[:0, 0]] * len(self.nodes)
        stack: list[int] = []
        for position in range(len(self.nodes) - 1, -1, -1):
            node = self.nodes[position]
            if isinstance(node, Operator):
                children[position] = tuple(stack.pop() for _ in range(node.arity))
                values[position] = node.value(*(values[child] for child in children[position]))
            else:
                values[position] = np.broadcast_to(_leaf(node, X), (len(X),))
            stack.append(position)
        return children, values

    def _checked(self, X: Array) -> Array:
        X = np.asarray(X, dtype=np.float64)
        needed = max(self.inputs, default=-1) + 1
        if X.ndim != 2 or X.shape[1] < needed:
            raise FormulaError(f"this formula reads {needed} inputs: X must have shape (n, {needed}), not {X.shape}")
        return X


def readable(name: str) -> str:
    """Write a name of an input or target: as it is where it is one word or ``[column = category]``, else quoted."""
    shown = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in name)
    if shown.isidentifier() or (shown.startswith("[") and shown.endswith("]") and " = " in shown):
        return shown
    return '"' + shown.replace('"', '\\"') + '"'


def _operator(name: str, arguments: int) -> Operator:
    if name not in OPERATORS:
        raise FormulaError(f"there is no operator {name!r}; {did_you_mean(name, OPERATORS)}")
    operator = OPERATORS[name]
    if operator.arity != arguments:
        raise FormulaError(f"operator {name!r} takes {operator.arity} arguments, not {arguments}")
    return operator


def _written(operator: Operator, *parts: tuple[str, int]) -> tuple[str, int]:
    """Write an operator over written parts (text and binding) with no more brackets than needed."""
    if operator.binding == CALL:
        return operator.notation.format(*(text for text, _ in parts)), CALL
    if operator.binding == SUM and parts[1][1] > SUM and parts[1][0].startswith("-"):
        sign = "-" if operator.name == "add" else "+"  # a + -2*b reads a - 2*b
        return f"{parts[0][0]} {sign} {parts[1][0][1:]}", SUM
    texts = []
    for side, (text, binding) in enumerate(parts):
        follows_sign = text.startswith("-") and (side == 1 or operator.binding == SIGN)
        goes_on = side == 0 and binding == operator.binding != POWER  # a - b - c, but (a^b)^c
        stands_alone = binding > operator.binding or goes_on
        texts.append(text if stands_alone and not follows_sign else f"({text})")
    return operator.notation.format(*texts), operator.binding


def _leaf(node: Variable | Constant, X: Array) -> Array:
    return X[:, node.index] if isinstance(node, Variable) else np.asarray(node.value)


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
