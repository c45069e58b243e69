"""`OpenFormula`: a formula of which some constants are open, as compiled code runs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Constant, Formula, Operator, Variable, constants
from smoothdistill_core.formula.evaluation import arguments_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class OpenFormula:
    """The ``code`` of a formula (m, 4), its ``constants`` (k,) in prefix order, and which are ``free`` (p,)."""

    code: NDArray[np.int64]
    constants: Floats
    free: NDArray[np.int64]

    @classmethod
    def of(cls, formula: Formula, free: Sequence[bool] | NDArray[np.bool_] = ()) -> OpenFormula:
        """Return the formula with those constants open that are ``free``, in prefix order; none of them unless told."""
        from smoothdistill_core.searching.compiled_formula import CONSTANT, INPUT
        from smoothdistill_core.searching.compiled_operators import NUMBERS

        nodes, arguments = formula.nodes, arguments_of(formula.nodes)
        numbers = np.flatnonzero(free)
        parameter = {int(number): place for place, number in enumerate(numbers)}
        code = [(0, 0, 0, -1)] * len(nodes)
        constant = sum(isinstance(node, Constant) for node in nodes)
        for place in range(len(nodes) - 1, -1, -1):
            node, of_it = nodes[place], arguments[place]
            if isinstance(node, Operator):
                open_below = max(code[argument][3] for argument in of_it)
                code[place] = NUMBERS[node.name], of_it[0], of_it[-1], open_below
            elif isinstance(node, Variable):
                code[place] = INPUT, node.index, 0, -1
            else:
                constant -= 1
                code[place] = CONSTANT, constant, 0, parameter.get(constant, -1)
        return cls(np.array(code, dtype=np.int64), constants(formula), numbers)
