"""The results of runs as pages to read: tables and figures in one HTML file that needs nothing else."""

from smoothdistill_core.report.reference import Reference, read_reference
from smoothdistill_core.report.report import write_report
from smoothdistill_core.report.side_by_side import write_comparison

__all__ = ["Reference", "read_reference", "write_comparison", "write_report"]
