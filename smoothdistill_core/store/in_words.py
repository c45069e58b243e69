"""What SQLite or the disk refuses, in words."""

from __future__ import annotations

import sqlite3

from smoothdistill_core.errors import one_line
from smoothdistill_core.store.connection import is_unlockable
from smoothdistill_core.store.damage import is_damage
from smoothdistill_core.store.reading import UnreadableError


def in_words(error: Exception) -> str:
    """Return what is wrong with the results of a run, and what can be done."""
    reason = one_line(error).removeprefix(f"{type(error).__name__}: ")
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or "No space left" in reason:
        return "the disk is full; free some space and run the same command: what is finished is kept"
    if is_unlockable(error):
        return (
            "the file system there has no locks; give a folder on another one, or say --no-lock, and then see to it "
            "that no two commands write there at a time: results would be lost"
        )
    if isinstance(error, PermissionError):
        return "no permission to write there; give another folder"
    if isinstance(error, UnreadableError):
        return (
            f"the results hold what no run of this version wrote ({reason}); give another folder, or move this "
            "one away, and run the recipe again"
        )
    if is_damage(error):
        return (
            f"the results are damaged ({reason}); run the recipe again: the damaged file is kept aside, and what can "
            "be read of it is used"
        )
    return f"the results cannot be read or written ({reason}); run the same command again"
