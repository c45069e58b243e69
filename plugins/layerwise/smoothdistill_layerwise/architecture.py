"""`Architecture`: the layers of the student's network, from the options and the task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smoothdistill_layerwise.kinds import KINDS, Units

if TYPE_CHECKING:
    from smoothdistill_layerwise.student import LayerwiseStudent


@dataclass(frozen=True)
class Architecture:
    """``inputs`` columns, and the kinds of the units of each hidden layer, from the input on.

    Every layer reads the units before it and a constant 1, by a linear map; so does the output.
    """

    inputs: int
    layers: tuple[Units, ...]

    @classmethod
    def of(cls, student: LayerwiseStudent, inputs: int, depth: int) -> Architecture:
        """Return the architecture with ``depth`` hidden layers; logarithms and quotients only in the last."""
        hidden: Units = (
            *("identity",) * student.identities,
            *("square",) * student.squares,
            *("product",) * student.products,
            *("sine",) * student.sines,
            *("exponential",) * student.exponentials,
        )
        last = (*hidden, *("logarithm",) * student.logarithms, *("quotient",) * student.quotients)
        return cls(inputs, (*(hidden,) * (depth - 1), last))

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """The (rows, columns) of each linear map, the output's last; the last column belongs to the constant."""
        widths = [self.inputs, *(len(units) for units in self.layers)]
        rows = [*(sum(KINDS[kind].arity for kind in units) for units in self.layers), 1]
        return [(row, width + 1) for row, width in zip(rows, widths, strict=True)]
