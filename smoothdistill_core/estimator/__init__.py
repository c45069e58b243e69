"""The scikit-learn face: estimators that train smooth teachers and keep the formula distilled from them."""

from smoothdistill_core.estimator.classifier import SymbolicClassifier
from smoothdistill_core.estimator.distiller import SymbolicDistiller
from smoothdistill_core.estimator.teacher import FittedTeacher

__all__ = ["FittedTeacher", "SymbolicClassifier", "SymbolicDistiller"]
