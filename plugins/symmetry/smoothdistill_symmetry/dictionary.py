"""The terms that laws are sums of: power products of few variables, and waves of those that may be angles."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from smoothdistill_symmetry.term import Term

SWING = 0.5
"""What varies by less than this is no angle of its own, as a wave of it is a line."""

TURNS = 60.0
"""What is larger is no angle, as few rows see no wave of it."""


def power_products(groups: Sequence[Term], highest: int) -> list[Term]:
    """Return products of the groups to whole powers whose sum is at most ``highest``, the simplest first: 1 leads."""
    reach = [range(-highest if (group.values != 0).all() else 0, highest + 1) for group in groups]
    powers = [q for q in itertools.product(*reach) if sum(map(abs, q)) <= highest]
    powers.sort(key=lambda q: (sum(map(abs, q)), tuple(-power for power in q)))
    return _finite([_product(groups, q) for q in powers])


def waves(groups: Sequence[Term], highest: int) -> list[Term]:
    """Return sines and cosines of groups and of their products, times power products of the other groups."""
    found: list[Term] = []
    for at, group in enumerate(groups):
        others = [each for place, each in enumerate(groups) if place != at]
        with_it = [group, *(group * other for other in groups[at + 1 :])]
        before = power_products(others, highest)[:20] if others else [_product(groups, [0] * len(groups))]
        before += [other**0.5 for other in others if (other.values > 0).all()]
        for angle in (each for each in with_it if _is_angle(each)):
            cosine, sine = angle.wave("cos"), angle.wave("sin")
            found += [each * cosine for each in before] + [each * sine for each in before]
            found += [each * cosine * cosine for each in before[:8]]
    return _finite(found)


def _is_angle(term: Term) -> bool:
    return bool(np.ptp(term.values) >= SWING and np.abs(term.values).max() <= TURNS)


def _product(groups: Sequence[Term], powers: Sequence[int]) -> Term:
    variables = groups[0].variables
    exponents = np.array(powers, dtype=float) @ np.array([group.powers for group in groups])
    return Term.of(variables, exponents)


def _finite(terms: Sequence[Term]) -> list[Term]:
    return [term for term in terms if np.isfinite(term.values).all()]
