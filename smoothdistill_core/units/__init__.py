"""Units of measure: what a recipe may write, and what they say about a formula."""

from smoothdistill_core.units.check import ConstantUnit, UnitCheck, check_units
from smoothdistill_core.units.unit import DataUnits, Unit

__all__ = ["ConstantUnit", "DataUnits", "Unit", "UnitCheck", "check_units"]
