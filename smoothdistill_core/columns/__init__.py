"""What columns hold: numbers, categories, moments in time, or a reason to stop; by the same rules for every table."""

from smoothdistill_core.columns.kinds import Categories, Kind, kind_of, label, plain
from smoothdistill_core.columns.moments import Dates, Moments, moments_of, parts_of
from smoothdistill_core.columns.numerals import PLACEHOLDERS, Numerals, sign_of
from smoothdistill_core.columns.remedies import IN_PYTHON, IN_RECIPE, Remedies
from smoothdistill_core.columns.settling import MOST_CATEGORIES, MOST_COLUMNS, Settled, settle, too_many_columns

__all__ = [
    "IN_PYTHON",
    "IN_RECIPE",
    "MOST_CATEGORIES",
    "MOST_COLUMNS",
    "PLACEHOLDERS",
    "Categories",
    "Dates",
    "Kind",
    "Moments",
    "Numerals",
    "Remedies",
    "Settled",
    "kind_of",
    "label",
    "moments_of",
    "parts_of",
    "plain",
    "settle",
    "sign_of",
    "too_many_columns",
]
