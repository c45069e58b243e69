"""One SQLite file a run: the only place where results live."""

from smoothdistill_core.store.records import Cell, CellRecord, TrialRecord
from smoothdistill_core.store.store import Store

__all__ = ["Cell", "CellRecord", "Store", "TrialRecord"]
