"""What a student finds: formulas, their operators, and how they are evaluated, rewritten and written."""

from smoothdistill_core.formula.constants import constants, sensitivity, with_constants
from smoothdistill_core.formula.description_length import description_length
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant, Node, Variable
from smoothdistill_core.formula.notation import readable
from smoothdistill_core.formula.operators.operator import Operator
from smoothdistill_core.formula.operators.table import OPERATORS
from smoothdistill_core.formula.ranges.poles import bounds, first_pole
from smoothdistill_core.formula.ranges.trends import Direction, WrongSlope, first_wrong_slope
from smoothdistill_core.formula.rewriting.affine import rewritten, tidied
from smoothdistill_core.formula.rounding import rounded
from smoothdistill_core.formula.standard_errors import standard_errors

__all__ = [
    "OPERATORS",
    "Constant",
    "Direction",
    "Formula",
    "Node",
    "Operator",
    "Variable",
    "WrongSlope",
    "bounds",
    "constants",
    "description_length",
    "first_pole",
    "first_wrong_slope",
    "readable",
    "rewritten",
    "rounded",
    "sensitivity",
    "standard_errors",
    "tidied",
    "with_constants",
]
