"""`reductions`: scaling symmetries read off a smooth model's gradients, and the fewer variables that they leave.

Where f(l^v x) = l^a f(x) for all l, the vector (a, v) is orthogonal to every row (-f, x df/dx). So the rows span what
is left: f = P g(u1 ... ur), with one power product P that scales as f does, and r products u that do not scale at all.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

SMALL = 0.35
"""Beyond this share of the largest singular value a direction is no symmetry; below it may be one."""

CLEAR_OF_NOISE = 10.0
"""A value that is so many times its error shows its scaling clearly."""

SMALL_OFFSET = 0.01
"""The same, where a number that is added to the target is sought too."""

FAR = 0.25
"""A product of variables that is further from the span of the rows than this, an angle, is none of it."""

PRICE_OF_DISTANCE = 40.0
"""A product may be longer by so much of its exponents' sum if it is nearer by an angle of 1."""

OFF = 0.2
"""An exponent of the factor that is further than this from a half is none."""

UNCLEAR = 1.1
"""A smaller exponent may be none at all."""

LARGEST = 3
"""Exponents of products of variables go so far; where there are many variables, to 2 or 1."""

CHOICES = 3
"""So many factors go with the same products."""


@dataclass(frozen=True)
class Reduction:
    """f = P g(u): the exponents (d,) of ``factor`` P and (r, d) of the ``groups`` u."""

    factor: Array
    groups: Array


def rows_of_scalings(values: Array, slopes: Array, error: float = 0.0) -> Array:
    """Return the rows (-f, x df/dx), shape (n, d + 1), in which small values of f count as much as large ones.

    Those near the ``error`` of f count less: their slopes are noise.
    """
    heights = np.maximum(np.abs(values), max(0.1 * np.median(np.abs(values)), CLEAR_OF_NOISE * error))
    rows: Array = np.column_stack([-values, slopes]) / heights[:, None]
    lengths = np.sqrt((rows * rows).sum(axis=1))
    bounded: Array = rows / np.maximum(1.0, lengths / (3.0 * np.median(lengths)))[:, None]
    return bounded


def reductions(rows: Array, vanishing: Flags) -> Iterator[Reduction]:
    """Yield what rows of `rows_of_scalings` may allow, the most symmetries first: what holds, the data have to tell.

    ``vanishing`` (d,) says which inputs can be 0, or change their sign: nothing is divided by these. In the end the
    same groups come with plainer factors: powers of an input that varies little are seen badly through noise.
    """
    _, singular, directions = np.linalg.svd(rows, full_matrices=False)
    plainer: list[Reduction] = []
    for left in range(1, len(singular)):
        if singular[left] <= SMALL * singular[0]:
            nearest, others = _of_span(directions[:left], vanishing)
            yield from nearest
            plainer += others
    yield from plainer


def reductions_of_span(span: Array, vanishing: Flags) -> Iterator[Reduction]:
    """Yield what comes of a ``span`` (r, d + 1) of orthonormal rows that no symmetry changes, the simplest first."""
    nearest, _ = _of_span(span, vanishing)
    yield from nearest


def _of_span(span: Array, vanishing: Flags) -> tuple[list[Reduction], list[Reduction]]:
    """Return what comes of a span, and the same groups with factors that lack small powers."""
    groups = _groups(span, vanishing)
    if groups is None:
        return [], []
    nearest, plainer = _factors(span, groups, vanishing)
    return [Reduction(factor, groups) for factor in nearest], [Reduction(factor, groups) for factor in plainer]


def offset(values: Array, slopes: Array) -> float | None:
    """Return the number with which ``values`` (n,) plus it scale as a power of the inputs, if one does.

    ``slopes`` (n, d) are x df/dx. Where f + c scales, (a, a c, v) is orthogonal to each row (-f, -1, x df/dx).
    """
    middle, height = values.mean(), values.std()
    if not height > 0.0:
        return None
    rows = np.column_stack([-(values - middle) / height, -np.ones(len(values)), slopes / height])
    _, singular, directions = np.linalg.svd(rows, full_matrices=False)
    plane = directions[singular <= SMALL_OFFSET * singular[0]][:, :2]
    if not len(plane):
        return None
    _, sizes, across = np.linalg.svd(plane)
    a, b = across[0]
    clear = sizes[0] > 0.05 and (len(sizes) < 2 or sizes[1] < 0.1 * sizes[0]) and abs(a) > 0.05
    return float(b / a * height - middle) if clear else None


def _groups(span: Array, vanishing: Flags) -> Array | None:
    """Return the simplest independent products that lie in the span of the rows, one fewer than the span has."""
    needed = len(span) - 1
    lattice = exponents(span.shape[1] - 1)
    lengths = np.sqrt((lattice * lattice).sum(axis=1))
    inside = lattice @ span[:, 1:].T / lengths[:, None]
    distance = np.sqrt(np.maximum(1.0 - (inside * inside).sum(axis=1), 0.0))
    near = np.flatnonzero(distance < FAR)
    near = near[np.argsort(np.abs(lattice[near]).sum(axis=1) + PRICE_OF_DISTANCE * distance[near], kind="stable")]
    chosen: list[Array] = []
    for place in near[:500]:
        if len(chosen) == needed:
            break
        product = lattice[place]
        if (product[vanishing] < 0).any():
            product = -product
        if (product[vanishing] < 0).any() or np.linalg.matrix_rank(np.array([*chosen, product])) <= len(chosen):
            continue
        chosen.append(product)
    return _shortened(chosen, vanishing).reshape(needed, len(vanishing)) if len(chosen) == needed else None


def _shortened(groups: Sequence[Array], vanishing: Flags) -> Array:
    """Return products of the same meaning that are no products or quotients of a shorter one and another."""
    groups = list(groups)
    pairs = [(i, j, sign) for i, j in itertools.permutations(range(len(groups)), 2) for sign in (1.0, -1.0)]
    longer = True
    while longer:
        longer = False
        for i, j, sign in pairs:
            product = groups[i] + sign * groups[j]
            if np.abs(product).sum() < np.abs(groups[i]).sum() and not (product[vanishing] < 0).any():
                groups[i], longer = product, True
    return np.array(groups)


def _factors(span: Array, groups: Array, vanishing: Flags) -> tuple[list[Array], list[Array]]:
    """Return the simplest power products that scale as the target does, and as simple ones that lack small powers."""
    nearest: dict[tuple[float, ...], float] = {}
    plainer: dict[tuple[float, ...], float] = {}
    for own in itertools.combinations(range(len(vanishing)), len(groups)):
        if len(groups) and abs(abs(np.linalg.det(groups[:, own])) - 1.0) > 1e-6:
            continue
        square = span[:, (0, *(1 + place for place in own))]
        if np.linalg.cond(square) > 1e3:
            continue
        exact = -np.linalg.solve(square, span)[0, 1:]
        factor = np.round(exact * 2.0) / 2.0
        clear = np.where(np.abs(exact) < UNCLEAR, 0.0, factor)
        for powers, found, far in ((factor, nearest, OFF), (clear, plainer, UNCLEAR)):
            has_values = (powers[vanishing] >= 0).all() and not (powers[vanishing] % 1).any()
            if has_values and np.abs(exact - powers).max() < far:
                found[tuple(powers)] = float(np.abs(powers).sum() + (powers % 1 != 0).sum())
    return _simplest(nearest), _simplest({key: size for key, size in plainer.items() if key not in nearest})


def _simplest(sizes: Mapping[tuple[float, ...], float]) -> list[Array]:
    return [np.array(factor) for factor in sorted(sizes, key=lambda key: (sizes[key], key))[:CHOICES]]


@cache
def exponents(inputs: int) -> Array:
    """Return whole exponents of products of so many inputs, shape (m, inputs); of u and 1/u only one."""
    largest = LARGEST if inputs <= 5 else 2 if inputs <= 7 else 1
    reach = [power for power in range(-largest, largest + 1) if power]
    found = []
    for places in (c for size in range(1, min(inputs, 5) + 1) for c in itertools.combinations(range(inputs), size)):
        for powers in itertools.product(reach, repeat=len(places)):
            if powers[0] > 0 and np.gcd.reduce(powers) == 1:
                product = np.zeros(inputs)
                product[list(places)] = powers
                found.append(product)
    return np.array(found)
