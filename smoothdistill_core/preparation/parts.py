"""`split_rows`: which rows train, validate and test: drawn by a seed, in the order of time, or whole groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Part
from smoothdistill_core.errors import DataError
from smoothdistill_core.preparation.arranged import Arranged
from smoothdistill_core.preparation.classes import in_turn
from smoothdistill_core.recipe import Prepare

Array = NDArray[np.float64]
Places = NDArray[np.intp]

FEWEST_ROWS = 2
"""No part may have fewer rows: with one, R2 has no meaning."""


def split_rows(
    rows: Places,
    arranged: Arranged,
    options: Prepare,
    seed: int,
    test_seed: int | None,
    notes: list[str],
    classes: Array | None = None,
) -> dict[Part, Places]:
    """Return which of the ``rows`` each part has; at random each gets its share of each of the ``classes`` (n,).

    The seed of the test part also draws the rows that are used. A split by time depends on no seed. Raises `DataError`
    where a part would have too few rows.
    """
    if arranged.keys is None:
        places = _random(rows, options, seed, test_seed, notes, classes)
    elif options.split == "time":
        places = _by_time(rows, arranged.keys, arranged.names, options, notes)
    else:
        places = _by_group(rows, arranged.keys, options, seed, test_seed, notes)
    used = sum(map(len, places.values()))
    for part in ("train", *places):
        if len(places[part]) < FEWEST_ROWS:
            said = "".join(f" ({note})" for note in notes)
            shared = " and ".join(f"prepare.{part}" for part, share in _shares(options).items() if share)
            raise DataError(
                f"{used} rows are too few: the {part} part would have {len(places[part])}, and needs "
                f"{FEWEST_ROWS}; bring more rows{', or change ' * bool(shared)}{shared}{said}"
            )
    return places


def _shares(options: Prepare) -> dict[Part, float]:
    return {"test": options.test, "validation": options.validation}


def _random(
    rows: Places, options: Prepare, seed: int, test_seed: int | None, notes: list[str], classes: Array | None
) -> dict[Part, Places]:
    first = seed if test_seed is None else test_seed
    order = _drawn(rows, options, first, notes, classes)
    rows_used = len(order)
    places: dict[Part, Places] = {}
    for part, share in _shares(options).items():
        if share:
            size = round(share * rows_used)
            places[part], order = order[:size], order[size:]
        if part == "test" and first != seed:
            order = np.random.default_rng(seed).permutation(order)
            order = order if classes is None else in_turn(order, classes)
    places["train"] = order
    return places


def _drawn(rows: Places, options: Prepare, seed: int, notes: list[str], classes: Array | None = None) -> Places:
    """Return the rows that are used, in an order that the seed draws, and in which the ``classes`` take turns."""
    order = rows[np.random.default_rng(seed).permutation(len(rows))]
    order = order if classes is None else in_turn(order, classes)
    if options.max_rows is not None and len(rows) > options.max_rows:
        order = order[: options.max_rows]
        notes.append(f"a random {options.max_rows} of {len(rows)} rows are used")
    return order


def _by_time(
    rows: Places, keys: Places, names: tuple[str, ...], options: Prepare, notes: list[str]
) -> dict[Part, Places]:
    """Return the earliest rows to train on, the latest to test on; those of one time stay together."""
    order = rows[np.argsort(keys[rows], kind="stable")]
    if options.max_rows is not None and len(rows) > options.max_rows:
        order = order[-options.max_rows :]
        notes.append(f"the latest {options.max_rows} of {len(rows)} rows are used")
    places: dict[Part, Places] = {}
    rows_used = len(order)
    for part, share in _shares(options).items():
        if share:
            begin = max(len(order) - round(share * rows_used), 0)
            while 0 < begin < len(order) and keys[order[begin - 1]] == keys[order[begin]]:
                begin -= 1
            places[part], order = order[begin:], order[:begin]
    places["train"] = order
    told = [
        f"{part} from {names[keys[places[part][0]]]} to {names[keys[places[part][-1]]]}"
        for part in ("train", "validation", "test")
        if part in places and len(places[part])
    ]
    notes.append(f"split in the order of {options.by}, the same for all seeds: {', '.join(told)}")
    return places


def _by_group(
    rows: Places, keys: Places, options: Prepare, seed: int, test_seed: int | None, notes: list[str]
) -> dict[Part, Places]:
    """Return parts of whole groups, drawn in turn until a part has its share of the rows, and one at least."""
    first = seed if test_seed is None else test_seed
    order = _drawn(rows, options, first, notes)
    groups = np.unique(keys[order])
    parts = [part for part, share in _shares(options).items() if share]
    if len(groups) <= len(parts):
        raise DataError(
            f"prepare.by: {options.by} has {len(groups)} groups, and each of train, {', '.join(reversed(parts))} needs "
            "one of its own; split by another column, or at random"
        )
    groups = np.random.default_rng(first).permutation(groups)
    sizes = np.bincount(keys[order], minlength=int(groups.max()) + 1)
    chosen: dict[Part, Places] = {}
    for place, part in enumerate(parts):
        share, spare = _shares(options)[part] * len(order), len(parts) - place
        taken = 0
        rows_taken = 0
        while taken < len(groups) - spare and (taken == 0 or rows_taken + sizes[groups[taken]] / 2 <= share):
            rows_taken += sizes[groups[taken]]
            taken += 1
        chosen[part], groups = groups[:taken], groups[taken:]
        if part == "test" and first != seed:
            groups = np.random.default_rng(seed).permutation(groups)
    chosen["train"] = groups
    told = ", ".join(f"{len(chosen[part])} {part}" for part in ("train", "validation", "test") if part in chosen)
    notes.append(f"split by the groups of {options.by}: {told}")
    return {part: order[np.isin(keys[order], members)] for part, members in chosen.items()}
