"""Skeletons that no network proposes: the simplest, random ones, mutations of the best, and these without a part."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from smoothdistill_core import FormulaError
from smoothdistill_equate.archive import Archive, Found
from smoothdistill_equate.canonical import canonical
from smoothdistill_equate.expression import Expression, inputs, joined, renamed
from smoothdistill_equate.mutating import mutated, replaced, subtrees
from smoothdistill_equate.prior import Prior

ELITE = 20
"""So many of the best have mutations, a later one e times fewer than the sixth before it."""
FADING = 6.0


def simplest(count: int) -> Iterator[Expression]:
    """Yield each input, their sum and their product."""
    leaves = [Expression(f"x{place}") for place in range(count)]
    yield from leaves
    for name in ("add", "mul"):
        if count > 1:
            yield joined(name, leaves)


def random_skeletons(count: int, number: int, rng: np.random.Generator) -> Iterator[Expression]:
    """Yield so many random skeletons over ``count`` inputs, in any order."""
    drawn = (prior.draw() for prior in [Prior(rng)] for _ in iter(int, 1))
    for skeleton in islice((one for one in drawn if len(inputs(one)) <= count), number):
        order = rng.permutation(count)
        yield renamed(skeleton, {f"x{place}": f"x{order[place]}" for place in range(count)})


def mutations(archive: Archive, number: int, rng: np.random.Generator) -> Iterator[Expression]:
    """Yield mutations of the best that were found, with parts of one another; at most so many, none of them known."""
    elite = elite_of(archive)
    shares = fading(len(elite))
    for _ in range(number):
        one, other = (elite[int(place)].skeleton for place in rng.choice(len(elite), 2, p=shares))
        found = mutated(one, other, archive.table.count, rng, archive.longest)
        if found is not None and found not in archive:
            yield found


def elite_of(archive: Archive) -> list[Found]:
    """Return the best that were found."""
    return archive.best(ELITE)


def fading(count: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the shares of the best of so many, the first the largest."""
    sizes = np.exp(-np.arange(count) / FADING)
    return np.asarray(sizes / sizes.sum())


def shortened(found: Found) -> Iterator[Expression]:
    """Yield what a skeleton is without one of its parts, or one of its functions."""
    for path, part in subtrees(found.skeleton):
        for place, inner in enumerate(part.parts):
            rest = (*part.parts[:place], *part.parts[place + 1 :])
            for smaller in [inner, *([joined(part.name, rest)] if rest else [])]:
                try:
                    yield canonical(replaced(found.skeleton, path, smaller))
                except FormulaError:
                    continue
