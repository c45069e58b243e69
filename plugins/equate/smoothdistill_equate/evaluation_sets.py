"""The evaluation sets, made by a seed: ``python -m smoothdistill_equate.evaluation_sets`` writes their hash anew.

Each held-out skeleton has a noisy data set as pretraining draws them, and one without noise for the tasks of a search.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from smoothdistill_equate.banned import FOLDER, held_out
from smoothdistill_equate.expression import Expression, tokens
from smoothdistill_equate.generating import Drawn, data_for

SEED = 1911
ROWS = 64
ROWS_OF_TASK = 300
DIGITS = 6
"""So many digits of the data are hashed: the last ones depend on the machine."""


def sets(every: int = 1) -> list[Drawn]:
    """Return a data set of 64 rows for every held-out skeleton, or every so manieth; a third of them are noisy."""
    return [_drawn(skeleton, 0, ROWS, True) for skeleton in held_out()[::every]]


def tasks(count: int = 300) -> list[Drawn]:
    """Return data sets of 300 rows without noise for ``count`` of the held-out skeletons, short and long."""
    places = np.linspace(0, len(held_out()) - 1, count).round().astype(int)
    return [_drawn(held_out()[place], 1, ROWS_OF_TASK, False) for place in places]


def sha256(drawn: Iterable[Drawn]) -> str:
    """Return the hash of skeletons and data."""
    hashed = hashlib.sha256()
    for one in drawn:
        hashed.update(" ".join(tokens(one.skeleton)).encode())
        for values in (one.X, one.y / np.abs(one.y).max()):
            hashed.update((np.round(values, DIGITS) + 0.0).astype("<f4").tobytes())
    return hashed.hexdigest()


def _drawn(skeleton: Expression, kind: int, rows: int, noise: bool) -> Drawn:
    own = int.from_bytes(hashlib.sha256(" ".join(tokens(skeleton)).encode()).digest()[:4], "big")
    rng = np.random.default_rng((SEED, kind, own))
    while True:
        if found := data_for(skeleton, rng, rows, noise):
            return found


def main() -> None:
    """Write the hash of what is made here."""
    made = {"seed": SEED, "sets": sha256(sets()), "tasks": sha256(tasks())}
    path = Path(str(FOLDER)) / "evaluation.json"
    path.write_text(json.dumps(made, indent=0) + "\n", encoding="utf-8")
    print(made)


if __name__ == "__main__":
    main()
