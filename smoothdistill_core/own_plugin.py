"""The core's own plugin: what is built into it goes through the same hooks as what others add."""

from __future__ import annotations

from smoothdistill_core.exports import FORMATS, ExportFormat
from smoothdistill_core.hookspecs import hookimpl
from smoothdistill_core.report.sections import SECTIONS
from smoothdistill_core.report_section import ReportSection


@hookimpl
def smoothdistill_export_formats() -> list[ExportFormat]:
    """Return the built-in export formats."""
    return list(FORMATS.values())


@hookimpl
def smoothdistill_report_sections() -> list[ReportSection]:
    """Return the sections that every report has."""
    return list(SECTIONS)
