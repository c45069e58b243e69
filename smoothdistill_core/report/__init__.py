"""The results of runs as pages to read: tables and figures in one HTML file that needs nothing else.

A name is loaded when it is first used: who lists plugins learns the names of the sections, and needs nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "comparison_of_runs": "write_comparison",
    "reference_table": "Reference read_reference",
    "report": "write_report",
    "run_page": "RunPage",
    "sections": "SECTIONS",
}

if TYPE_CHECKING:
    from smoothdistill_core.report.comparison_of_runs import write_comparison
    from smoothdistill_core.report.reference_table import Reference, read_reference
    from smoothdistill_core.report.report import write_report
    from smoothdistill_core.report.run_page import RunPage
    from smoothdistill_core.report.sections import SECTIONS

__all__ = ["SECTIONS", "Reference", "RunPage", "read_reference", "write_comparison", "write_report"]


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names.split():
            return getattr(import_module(f"smoothdistill_core.report.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
