"""`Operator`: what a formula's inner nodes are, and `OPERATORS`, the table of all of them.

Each is defined once, in the file of its family, by its value, derivatives, bounds and notation.
"""

from __future__ import annotations

from smoothdistill_core.formula.arithmetic import ARITHMETIC
from smoothdistill_core.formula.elementary import ELEMENTARY
from smoothdistill_core.formula.guarded import GUARDED
from smoothdistill_core.formula.operator import Operator

OPERATORS: dict[str, Operator] = {operator.name: operator for operator in (*ARITHMETIC, *ELEMENTARY, *GUARDED)}
"""All operators by name."""
