"""The core of smoothdistill: knows the five kinds of component, never a concrete one.

Everything public is importable from here; a name is loaded when it is first used, so that importing
the core costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "components": (
        "Candidate Component Dataset Deadline DistillationTask Epoch Measure Metric Model Network PenaltyContext "
        "Proposal RecipePath Regularizer Schedule ScoringContext Secret Student Suite Table Teacher TrainedTeacher "
        "TrainingJob"
    ),
    "errors": "DataError ExecutorError FormulaError PluginError ResultError SmoothdistillError StoreError",
    "estimator": "SymbolicClassifier SymbolicDistiller",
    "executors": "LocalExecutor",
    "explaining": "ExplanationDisplay ModelExplanation explain",
    "explanation": "Explanation",
    "exports": "ExportFormat",
    "formula": "Formula",
    "formulas": "Formulas",
    "hookspecs": "hookimpl",
    "recipe": "Recipe RecipeError read_recipe recipe_from_data recipe_from_text recipe_schema",
    "registry": "Plugin Registry",
    "report_section": "ReportSection",
    "results": "Line Outcome Results formula_by_name summarise",
    "study": "Outlook Progress Study",
}

if TYPE_CHECKING:
    from smoothdistill_core.components import (
        Candidate,
        Component,
        Dataset,
        Deadline,
        DistillationTask,
        Epoch,
        Measure,
        Metric,
        Model,
        Network,
        PenaltyContext,
        Proposal,
        RecipePath,
        Regularizer,
        Schedule,
        ScoringContext,
        Secret,
        Student,
        Suite,
        Table,
        Teacher,
        TrainedTeacher,
        TrainingJob,
    )
    from smoothdistill_core.errors import (
        DataError,
        ExecutorError,
        FormulaError,
        PluginError,
        ResultError,
        SmoothdistillError,
        StoreError,
    )
    from smoothdistill_core.estimator import SymbolicClassifier, SymbolicDistiller
    from smoothdistill_core.executors import LocalExecutor
    from smoothdistill_core.explaining import ExplanationDisplay, ModelExplanation, explain
    from smoothdistill_core.explanation import Explanation
    from smoothdistill_core.exports import ExportFormat
    from smoothdistill_core.formula import Formula
    from smoothdistill_core.formulas import Formulas
    from smoothdistill_core.hookspecs import hookimpl
    from smoothdistill_core.recipe import (
        Recipe,
        RecipeError,
        read_recipe,
        recipe_from_data,
        recipe_from_text,
        recipe_schema,
    )
    from smoothdistill_core.registry import Plugin, Registry
    from smoothdistill_core.report_section import ReportSection
    from smoothdistill_core.results import Line, Outcome, Results, formula_by_name, summarise
    from smoothdistill_core.study import Outlook, Progress, Study

__all__ = [
    "Candidate",
    "Component",
    "DataError",
    "Dataset",
    "Deadline",
    "DistillationTask",
    "Epoch",
    "ExecutorError",
    "Explanation",
    "ExplanationDisplay",
    "ExportFormat",
    "Formula",
    "FormulaError",
    "Formulas",
    "Line",
    "LocalExecutor",
    "Measure",
    "Metric",
    "Model",
    "ModelExplanation",
    "Network",
    "Outcome",
    "Outlook",
    "PenaltyContext",
    "Plugin",
    "PluginError",
    "Progress",
    "Proposal",
    "Recipe",
    "RecipeError",
    "RecipePath",
    "Registry",
    "Regularizer",
    "ReportSection",
    "ResultError",
    "Results",
    "Schedule",
    "ScoringContext",
    "Secret",
    "SmoothdistillError",
    "StoreError",
    "Student",
    "Study",
    "Suite",
    "SymbolicClassifier",
    "SymbolicDistiller",
    "Table",
    "Teacher",
    "TrainedTeacher",
    "TrainingJob",
    "explain",
    "formula_by_name",
    "hookimpl",
    "read_recipe",
    "recipe_from_data",
    "recipe_from_text",
    "recipe_schema",
    "summarise",
]


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names.split():
            return getattr(import_module(f"smoothdistill_core.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Name what is public, loaded or not: `dir` and `help` ask for it."""
    return list(__all__)
