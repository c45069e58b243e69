"""Any finished model explained by formulas: `explain`, and what it returns."""

from smoothdistill_core.explaining.display import ExplanationDisplay
from smoothdistill_core.explaining.explaining import explain
from smoothdistill_core.explaining.model_explanation import ModelExplanation

__all__ = ["ExplanationDisplay", "ModelExplanation", "explain"]
