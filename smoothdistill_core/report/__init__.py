"""The results of runs as pages to read: tables and figures in one HTML file that needs nothing else."""

from smoothdistill_core.report.comparison_of_runs import write_comparison
from smoothdistill_core.report.reference_table import Reference, read_reference
from smoothdistill_core.report.report import write_report

__all__ = ["Reference", "read_reference", "write_comparison", "write_report"]
