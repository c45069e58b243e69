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


def functions(groups: Sequence[Term], most: int) -> list[Term]:
    """Return products of one function of each group, the simplest first."""
    ways = [_functions(group, len(groups)) for group in groups]
    chosen = sorted(itertools.product(*ways), key=lambda functions: sum(cost for cost, _ in functions))
    return _finite([reduce(mul, (term for _, term in functions)) for functions in chosen[:most]])


def _functions(group: Term, beside: int) -> list[tuple[int, Term]]:
    """Return 1, powers, exponentials and waves of a group with what each costs; of an angle among many waves alone."""
    found = [(0, group**0.0)]
    if group.is_indicator:
        return [*found, (1, group)]
    angle = is_angle(group)
    if angle:
        cosine, sine = group.wave("cos"), group.wave("sin")
        found += [(1, cosine), (1, sine), (2, cosine * cosine), (2, sine * cosine)]
    if not angle or beside == 2:
        found.append((1, group))
        if np.abs(group.values).max() < LARGEST_EXPONENT:
            found.append((1, group.wave("exp")))
        if (group.values > 0).all():
            found.append((2, group**-1.0))
    return found


def is_angle(term: Term) -> bool:
    """Whether waves of it may be seen in the data."""
    return bool(not term.is_indicator and np.ptp(term.values) >= SWING and np.abs(term.values).max() <= TURNS)


def _finite(terms: Sequence[Term]) -> list[Term]:
    return [term for term in terms if np.isfinite(term.values).all()]
