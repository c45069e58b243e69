"""What a student finds: formulas, their operators, and how they are evaluated and written."""

from smoothdistill_core.formula.formula import Constant, Formula, Node, Variable, readable
from smoothdistill_core.formula.operator import Operator
from smoothdistill_core.formula.operators import OPERATORS

__all__ = ["OPERATORS", "Constant", "Formula", "Node", "Operator", "Variable", "readable"]
