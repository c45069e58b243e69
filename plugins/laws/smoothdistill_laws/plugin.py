"""The hooks of this plugin: data made by a known law, and whether a formula is that law."""

from __future__ import annotations

from smoothdistill_core import Dataset, Metric, hookimpl
from smoothdistill_laws.law import Law
from smoothdistill_laws.symbolic_equality import SymbolicEquality


@hookimpl
def smoothdistill_datasets() -> list[type[Dataset]]:
    """Return the dataset that is made by a law."""
    return [Law]


@hookimpl
def smoothdistill_metrics() -> list[type[Metric]]:
    """Return the metric that tells whether the law was found."""
    return [SymbolicEquality]
