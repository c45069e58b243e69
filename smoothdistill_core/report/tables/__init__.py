"""The tables of a report, for the page and as CSV."""

from smoothdistill_core.report.tables.table import Column, Table, Value, table

__all__ = ["Column", "Table", "Value", "table"]
