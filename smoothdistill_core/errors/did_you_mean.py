"""`did_you_mean`: the remedy for a misspelt name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MOST_LISTED = 100
"""So many known names are told."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the remedy for an unknown name: the nearest known names and the whole list.

    >>> did_you_mean("jacobain", ["jacobian", "none"])
    "did you mean 'jacobian'? known: jacobian, none"
    """
    names = sorted(set(known))
    by_lowered = {known_name.casefold(): known_name for known_name in names}
    near = difflib.get_close_matches(name.casefold(), by_lowered, n=2, cutoff=0.6)
    more = f" and {len(names) - MOST_LISTED:,} more" if len(names) > MOST_LISTED else ""
    listing = f"known: {', '.join(names[:MOST_LISTED]) or 'none'}{more}"
    if not near:
        return listing
    return f"did you mean {' or '.join(repr(by_lowered[lowered]) for lowered in near)}? {listing}"
