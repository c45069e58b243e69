"""One SQLite file a run: the only place where results live."""

from smoothdistill_core.store.file import FILE
from smoothdistill_core.store.records import (
    Cell,
    CellRecord,
    CellState,
    JudgedFormula,
    JudgementRecord,
    PortraitRecord,
    RunRecord,
    TrialRecord,
)
from smoothdistill_core.store.store import Store

__all__ = [
    "FILE",
    "Cell",
    "CellRecord",
    "CellState",
    "JudgedFormula",
    "JudgementRecord",
    "PortraitRecord",
    "RunRecord",
    "Store",
    "TrialRecord",
]
