"""The hooks of this plugin: data made by known laws, and whether a formula is the law of its data."""

from __future__ import annotations

from smoothdistill_core import Dataset, Metric, hookimpl
from smoothdistill_laws.drawn_law import DrawnLaw
from smoothdistill_laws.drawn_laws import DrawnLaws
from smoothdistill_laws.exact_recovery import ExactRecovery
from smoothdistill_laws.law import Law
from smoothdistill_laws.law_r2 import LawR2
from smoothdistill_laws.laws import Laws
from smoothdistill_laws.symbolic_equality import SymbolicEquality
from smoothdistill_laws.symbolic_solution import SymbolicSolution
from smoothdistill_laws.trajectory import Trajectory


@hookimpl
def smoothdistill_datasets() -> list[type[Dataset]]:
    """Return the datasets of a law, given or drawn, the one that follows a system, and suites of them."""
    return [Law, DrawnLaw, Trajectory, Laws, DrawnLaws]


@hookimpl
def smoothdistill_metrics() -> list[type[Metric]]:
    """Return the metrics that tell whether the law was found, and how near a model is to it."""
    return [SymbolicEquality, ExactRecovery, SymbolicSolution, LawR2]
