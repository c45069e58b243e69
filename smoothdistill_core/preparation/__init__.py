"""From a table to standardised arrays and back: split, fill, encode, standardise."""

from smoothdistill_core.preparation.files import read, write
from smoothdistill_core.preparation.inputs import is_categorical
from smoothdistill_core.preparation.past import Past, lag_of, past_of
from smoothdistill_core.preparation.preparation import Preparation, learn, prepare
from smoothdistill_core.preparation.split import Rows, Split, SplitFacts
from smoothdistill_core.preparation.table import fingerprint

__all__ = [
    "Past",
    "Preparation",
    "Rows",
    "Split",
    "SplitFacts",
    "fingerprint",
    "is_categorical",
    "lag_of",
    "learn",
    "past_of",
    "prepare",
    "read",
    "write",
]
