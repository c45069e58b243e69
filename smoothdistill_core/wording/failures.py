"""What failed, and why: many pieces of work that failed for one reason are told once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from smoothdistill_core.store import CellRecord

MOST_NAMED = 3
"""Of more pieces of work than this that failed for the same reason, the first is named."""


def failures_in_words(failed: Sequence[CellRecord], named: Callable[[CellRecord], str]) -> Iterator[str]:
    """Yield what failed, a colon and the reason; ``named`` says which piece of work a record is of."""
    by_reason: dict[str, list[CellRecord]] = {}
    for record in failed:
        by_reason.setdefault(record.reason, []).append(record)
    for reason, records in by_reason.items():
        if len(records) > MOST_NAMED:
            yield f"{named(records[0])} and {len(records) - 1} more: {reason}"
        else:
            yield from (f"{named(record)}: {reason}" for record in records)
