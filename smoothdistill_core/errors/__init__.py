"""The errors that are raised on purpose, and what a misspelt name was meant to be."""

from smoothdistill_core.errors.did_you_mean import did_you_mean
from smoothdistill_core.errors.kinds import (
    DataError,
    ExecutorError,
    FormulaError,
    PluginError,
    ResultError,
    SmoothdistillError,
    StoreError,
    one_line,
)
from smoothdistill_core.errors.printable import printable, shown_lines

__all__ = [
    "DataError",
    "ExecutorError",
    "FormulaError",
    "PluginError",
    "ResultError",
    "SmoothdistillError",
    "StoreError",
    "did_you_mean",
    "one_line",
    "printable",
    "shown_lines",
]
