"""`folds`: rows to cross-validate on, which keep together what the split of the rows keeps together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]


def folds(
    rows: Places, keys: Places | None, count: int, seed: int, *, in_order: bool
) -> Iterator[tuple[Places, Places]]:
    """Yield ``count`` times rows to fit on and rows to judge by; every row is judged once.

    Rows of one key stay together: of a time, and then a fold is a stretch of time (``in_order``), or of a group.
    There are fewer folds where there are fewer rows, or keys.
    """
    if keys is None:
        rows = np.random.default_rng(seed).permutation(rows)
        for fold in np.array_split(np.arange(len(rows)), min(count, len(rows))):
            yield np.delete(rows, fold), rows[fold]
        return
    found = np.unique(keys[rows])
    if not in_order:
        found = np.random.default_rng(seed).permutation(found)
    for together in np.array_split(found, min(count, len(found))):
        held = np.isin(keys[rows], together)
        yield rows[~held], rows[held]
