"""The formulas of an answer at rows of the table: what they predict, and how each column moves them."""

from smoothdistill_core.portraying.columns import MOST_VALUES, column_cells
from smoothdistill_core.portraying.portraying import MOST_EFFECTS, MOST_ROWS, Subject, portray

__all__ = ["MOST_EFFECTS", "MOST_ROWS", "MOST_VALUES", "Subject", "column_cells", "portray"]
