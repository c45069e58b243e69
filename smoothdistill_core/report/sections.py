"""`SECTIONS`: the sections that every report has, in their order; each is imported when it is first written."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from smoothdistill_core.report_section import ReportSection, Write


def _later(function: str) -> Write:
    """Return a function of `built_in_sections`, which needs much: who lists plugins does not wait for it."""

    def write(page: Any) -> str:
        written: str = getattr(import_module("smoothdistill_core.report.built_in_sections"), function)(page)
        return written

    return write


SECTIONS = (
    ReportSection("answer", "The answer", _later("answers"), "Answer"),
    ReportSection("asked", "What was asked", _later("asked"), "Asked"),
    ReportSection("found", "What was found", _later("found"), "Found"),
    ReportSection("methods", "The methods compared", _later("methods"), "Methods"),
    ReportSection("searches", "Penalties and students", _later("searches"), "Penalties"),
    ReportSection("reference", "Beside the reference", _later("beside_the_reference"), "Reference"),
    ReportSection("results", "All results", _later("all_results"), "Results"),
    ReportSection("trouble", "Failures and what was left out", _later("trouble"), "Left out", appendix=True),
    ReportSection("provenance", "Provenance", _later("provenance"), appendix=True),
)
"""The answer comes first, for the person who asked; what follows is how it was found."""
