"""The nodes of a formula's tree: operators, inputs and constants."""

from __future__ import annotations

from dataclasses import dataclass

from smoothdistill_core.formula.operators.operator import Operator


@dataclass(frozen=True, slots=True)
class Variable:
    """Input number ``index``, counted from 0."""

    index: int


@dataclass(frozen=True, slots=True)
class Constant:
    """A finite number."""

    value: float


Node = Operator | Variable | Constant
