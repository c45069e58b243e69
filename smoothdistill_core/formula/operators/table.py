"""`Operator`: what a formula's inner nodes are, and `OPERATORS`, the table of all of them.

Each is defined once, in the file of its family, by its value, derivatives, bounds and notation.
"""

from __future__ import annotations

from smoothdistill_core.formula.operators.arithmetic import ARITHMETIC
from smoothdistill_core.formula.operators.elementary import ELEMENTARY
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.operators.protected import PROTECTED

OPERATORS: dict[str, Operator] = {operator.name: operator for operator in (*ARITHMETIC, *ELEMENTARY, *PROTECTED)}
"""All operators by name."""
