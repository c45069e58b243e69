"""The terms that laws are sums of: products that obey the symmetries, and waves of those that may be angles."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import reduce
from operator import mul

import numpy as np

from smoothdistill_symmetry.term import Term

REACH = {0: 0, 1: 8, 2: 4, 3: 3, 4: 2, 5: 1}
"""The largest powers of each of so many groups."""

SWING = 0.5
"""What varies by less than this is no angle of its own, as a wave of it is a line."""

LARGEST_EXPONENT = 20.0
"""Exponentials of more are too large, or too small, to stand beside other terms."""

TURNS = 60.0
"""What is larger is no angle, as few rows see no wave of it."""


def products(groups: Sequence[Term], base: Term, most: int) -> list[Term]:
    """Return products of powers of the groups for which ``base`` times the product is simplest, the simplest first."""
    reach = REACH[len(groups)]
    combinations = np.array(list(itertools.product(range(-reach, reach + 1), repeat=len(groups))), dtype=float)
    powers = combinations @ np.array([group.powers for group in groups]).reshape(len(groups), len(base.powers))
    whole = powers + np.array(base.powers)
    size = np.abs(whole).sum(axis=1) + 0.5 * (whole % 1 != 0).sum(axis=1)
    vanishing = [variable.vanishes for variable in base.variables]
    order = np.argsort(size, kind="stable")
    order = order[(whole[order][:, vanishing] >= 0).all(axis=1)][:most]
    return _finite([Term.of(base.variables, powers[place]) for place in order])


def waves(groups: Sequence[Term], base: Term, most: int) -> list[Term]:
    """Return sines and cosines of groups and of their products, times products of the other groups."""
    found: list[Term] = []
    for at, group in enumerate(groups):
        others = [each for place, each in enumerate(groups) if place != at]
        before = products(others, base, most)
        before += [other**0.5 for other in others if (other.values > 0).all()]
        for angle in (each for each in (group, *(group * other for other in groups[at + 1 :])) if is_angle(each)):
            cosine, sine = angle.wave("cos"), angle.wave("sin")
            found += [each * cosine for each in before] + [each * sine for each in before]
            found += [each * cosine * cosine for each in before[:8]]
    return _finite(found)


def functions(groups: Sequence[Term], base: Term, most: int) -> list[Term]:
    """Return ``base`` times products of one function of each group, the products of few functions first."""
    ways = [_functions(group) for group in groups]
    chosen = sorted(itertools.product(*(range(len(way)) for way in ways)), key=lambda at: (sum(map(bool, at)), sum(at)))
    found = []
    for places in chosen[:most]:
        each = [way[place] for way, place in zip(ways, places, strict=True)]
        found.append(reduce(mul, each, base))
    return _finite(found)


def _functions(group: Term) -> list[Term]:
    """Return 1, waves and exponentials of a group, its powers, and its waves times each other."""
    found = [group**0.0]
    if is_angle(group):
        cosine, sine = group.wave("cos"), group.wave("sin")
        found += [cosine, sine, cosine * cosine, sine * cosine]
    if np.abs(group.values).max() < LARGEST_EXPONENT:
        found.append(group.wave("exp"))
    found.append(group)
    vanishes = (group.values <= 0).any() and (group.values >= 0).any()
    return found if vanishes else [*found, group**-1.0]


def is_angle(term: Term) -> bool:
    """Whether waves of it may be seen in the data."""
    return bool(np.ptp(term.values) >= SWING and np.abs(term.values).max() <= TURNS)


def _finite(terms: Sequence[Term]) -> list[Term]:
    return [term for term in terms if np.isfinite(term.values).all()]
