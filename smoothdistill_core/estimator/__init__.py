"""The scikit-learn face: a regressor that trains smooth teachers and keeps the formula distilled from them."""

from smoothdistill_core.estimator.distiller import SymbolicDistiller
from smoothdistill_core.estimator.teacher import FittedTeacher

__all__ = ["FittedTeacher", "SymbolicDistiller"]
