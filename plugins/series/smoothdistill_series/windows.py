"""`windows_of`: which inputs a filter of a convolution over past values meets at each step of time."""

from __future__ import annotations

from collections.abc import Sequence

Window = tuple[int | None, ...]


def windows_of(names: Sequence[str], width: int) -> tuple[Window, ...]:
    """Return for each window, the latest first, the places of its inputs in ``names``; None where no input is.

    A window holds ``width`` lags that follow each other, of each column, and after them all inputs that are no lag. A
    lag that is not among the names has no input; windows without any lag are left out. Without lags, all inputs are
    one window.
    """
    from smoothdistill_core.preparation import lag_of

    lags: dict[str, dict[int, int]] = {}
    others = []
    for place, name in enumerate(names):
        found = lag_of(name)
        if found is None:
            others.append(place)
        else:
            column, steps = found
            lags.setdefault(column, {})[steps] = place
    if not lags:
        return (tuple(others),)
    furthest = max(max(places) for places in lags.values())
    width = min(width, furthest)
    seen = [
        [places.get(steps) for places in lags.values() for steps in range(latest, latest + width)]
        for latest in range(1, furthest - width + 2)
    ]
    return tuple((*window, *others) for window in seen if any(place is not None for place in window))
