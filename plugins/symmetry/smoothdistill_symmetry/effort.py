"""`Effort`: how long a search goes on, and what it takes for exact."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """``most`` terms a relation has; ``exact`` is what is left, as a share of the target, by a sum that is exact.

    So many times, ``depth``, the target may be split into parts.
    """

    most: int = 6
    exact: float = 1e-12
    depth: int = 2


FULL = Effort()
"""That of a search on the data themselves."""

OF_NOISY = Effort(most=4, depth=0)
"""That of a search on what a smooth model says in place of noisy data."""
