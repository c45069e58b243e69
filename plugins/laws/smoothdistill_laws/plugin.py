"""The hooks of this plugin: data made by known laws, and whether a formula is the law of its data."""

from __future__ import annotations

from smoothdistill_core import Dataset, Metric, hookimpl
from smoothdistill_laws.exact_recovery import ExactRecovery
from smoothdistill_laws.law import Law
from smoothdistill_laws.laws import Laws
from smoothdistill_laws.symbolic_equality import SymbolicEquality
from smoothdistill_laws.symbolic_solution import SymbolicSolution
from smoothdistill_laws.trajectory import Trajectory


@hookimpl
def smoothdistill_datasets() -> list[type[Dataset]]:
    """Return the dataset that is made by a law, the one that follows a system, and the suites of both."""
    return [Law, Trajectory, Laws]


@hookimpl
def smoothdistill_metrics() -> list[type[Metric]]:
    """Return the metrics that tell whether the law was found."""
    return [SymbolicEquality, ExactRecovery, SymbolicSolution]
