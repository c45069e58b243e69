"""What a student finds: formulas, their operators, and how they are evaluated, rewritten and written."""

from smoothdistill_core.formula.affine import folded, rewritten
from smoothdistill_core.formula.constants import constants, sensitivity, with_constants
from smoothdistill_core.formula.description import description_length
from smoothdistill_core.formula.formula import Formula
from smoothdistill_core.formula.nodes import Constant, Node, Variable
from smoothdistill_core.formula.notation import readable
from smoothdistill_core.formula.operator import Operator
from smoothdistill_core.formula.operators import OPERATORS
from smoothdistill_core.formula.poles import bounds, first_pole
from smoothdistill_core.formula.refit import refitted
from smoothdistill_core.formula.rounding import rounded

__all__ = [
    "OPERATORS",
    "Constant",
    "Formula",
    "Node",
    "Operator",
    "Variable",
    "bounds",
    "constants",
    "description_length",
    "first_pole",
    "folded",
    "readable",
    "refitted",
    "rewritten",
    "rounded",
    "sensitivity",
    "with_constants",
]
