"""Which searches were spared, as the first one of their trial left nothing to find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from smoothdistill_core.components import Role
from smoothdistill_core.store import CellRecord


def with_spared(cells: Sequence[CellRecord], content: Mapping[str, Any]) -> tuple[CellRecord, ...]:
    """Return the cells of a plan, in its order; those that its recipe need not run any more are ``spared``."""
    if not content.get("distil", {}).get("spare"):
        return tuple(cells)
    first: dict[str, CellRecord] = {}
    for record in cells:
        if record.cell.role is Role.DIRECT:
            first.setdefault(record.cell.trial, record)
    over = {trial for trial, record in first.items() if record.nothing_left}
    searches = (Role.DIRECT, Role.TAUGHT)
    return tuple(
        replace(record, state="spared")
        if record.state == "planned" and record.cell.role in searches and record.cell.trial in over
        else record
        for record in cells
    )


def said_of_spared(cells: Sequence[CellRecord]) -> Iterator[str]:
    """Say how many searches were spared, and why."""
    spared = [record for record in cells if record.state == "spared"]
    if spared:
        trials = len({record.cell.trial for record in cells})
        of = len({record.cell.trial for record in spared})
        where = f" in {of} of {trials} trials" if trials > 1 else ""
        by = next(record.cell.student for record in cells if record.nothing_left)
        yield (
            f"{by} found a formula that leaves nothing which a smooth model predicts{where}: {len(spared)} further "
            f"search{'es were' if len(spared) > 1 else ' was'} spared (distil.spare: false runs them)"
        )
