"""gplearn's genetic operations, compiled: programs as flat arrays, bred with the same draws in the same order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from smoothdistill_gplearn.adding import pairwise_sum
from smoothdistill_gplearn.subtrees import CONSTANT, FUNCTIONS
from smoothdistill_gplearn.twister import WORDS, below, fraction, mask_of, seed, word

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

CROSSOVER, SUBTREE, HOIST, POINT, REPRODUCTION = range(5)
"""The ways in which a program comes to be."""

HALF_AND_HALF, FULL, GROW = range(3)
"""The ways in which a program is grown from nothing."""

FULL_ROOM = -1
"""What is given in place of a length where the room that is left does not suffice."""


class Rules(NamedTuple):
    """What the options of a search say of breeding."""

    features: int
    function_set: Integers
    """The functions that growing chooses from, by number."""
    arities: Integers
    """Arguments of each function."""
    alike: Integers
    """The functions of the set, those of as many arguments side by side."""
    alike_ends: Integers
    """Where the functions of 0, 1, 2, ... arguments end in ``alike``."""
    init_depth: tuple[int, int]
    """Smallest depth, and one more than the largest."""
    init_method: int
    has_constants: bool
    const_low: float
    const_span: float
    methods: Floats
    """Cumulated probabilities of crossover, subtree, hoist and point mutation."""
    p_point_replace: float
    tournament_size: int
    greater_is_better: bool


class Programs(NamedTuple):
    """Programs one after the other in prefix order, each up to its entry in ``ends``."""

    codes: Integers
    values: Floats
    """The numbers of the constants, 0 elsewhere."""
    touched: Bools
    """Which nodes point mutation has drawn anew."""
    ends: Integers
    origins: Integers
    """Of each program: way, parent, start and end of what it lost, donor, start and end of what it was given."""
    words: Integers
    """Random words that each program has used."""


@njit(cache=True)
def breed(rules: Rules, parents: Programs, fitness: Floats, seeds: Integers, children: Programs, done: int) -> int:
    """Breed the children from number ``done`` on; return how many are ready when all are, or the room is used up.

    Without ``parents`` they are grown from nothing. Each child has a seed of its own, so it can be begun anew.
    """
    key, place = np.empty(WORDS, np.int64), np.empty(2, np.int64)
    stack = np.empty(rules.init_depth[1], np.int64)
    chicken = np.empty_like(children.codes), np.empty_like(children.values)
    start = children.ends[done - 1] if done else 0
    count: int = seeds.shape[0]
    for child in range(done, count):
        seed(key, place, seeds[child])
        codes, values = children.codes[start:], children.values[start:]
        origin = children.origins[child]
        if parents.ends.shape[0] == 0:
            size = _grow(rules, key, place, stack, codes, values)
        else:
            touched = children.touched[start:]
            size = _offspring(rules, parents, fitness, key, place, stack, chicken, codes, values, touched, origin)
        if size == FULL_ROOM:
            return child
        start += size
        children.ends[child] = start
        children.words[child] = place[1]
    return count


@njit(cache=True)
def _offspring(
    rules: Rules,
    parents: Programs,
    fitness: Floats,
    key: Integers,
    place: Integers,
    stack: Integers,
    chicken: tuple[Integers, Floats],
    codes: Integers,
    values: Floats,
    touched: Bools,
    origin: Integers,
) -> int:
    """Write a child of ``parents`` into ``codes`` and ``values``, and its ``origin``; return its length."""
    drawn = fraction(key, place)
    parent = _winner(rules, fitness, key, place)
    first, last = _span(parents.ends, parent)
    mother, numbers = parents.codes[first:last], parents.values[first:last]
    size = last - first
    way = CROSSOVER
    while way < REPRODUCTION and drawn >= rules.methods[way]:
        way += 1
    origin[0], origin[1] = way, parent

    if way >= POINT:
        if size > codes.shape[0]:
            return FULL_ROOM
        _copy(mother, numbers, codes, values, 0)
        if way == POINT:
            _mutate_points(rules, key, place, codes[:size], values[:size], touched)
        return size

    donor, gift, offset = mother, numbers, 0
    if way == CROSSOVER:
        origin[4] = _winner(rules, fitness, key, place)
        first, last = _span(parents.ends, origin[4])
        donor, gift = parents.codes[first:last], parents.values[first:last]
    elif way == SUBTREE:  # by gplearn's "headless chicken": crossover with a new program
        grown = _grow(rules, key, place, stack, chicken[0], chicken[1])
        if grown == FULL_ROOM:
            return FULL_ROOM
        donor, gift = chicken[0][:grown], chicken[1][:grown]
    start, end = _subtree(rules, key, place, mother)
    if way == HOIST:
        donor, gift, offset = mother[start:end], numbers[start:end], start
    donor_start, donor_end = _subtree(rules, key, place, donor)
    origin[2], origin[3], origin[5], origin[6] = start, end, offset + donor_start, offset + donor_end

    middle = start + donor_end - donor_start
    total = middle + size - end
    if total > codes.shape[0]:
        return FULL_ROOM
    _copy(mother[:start], numbers[:start], codes, values, 0)
    _copy(donor[donor_start:donor_end], gift[donor_start:donor_end], codes, values, start)
    _copy(mother[end:], numbers[end:], codes, values, middle)
    return total


@njit(cache=True)
def _copy(codes: Integers, values: Floats, to_codes: Integers, to_values: Floats, at: int) -> None:
    for i in range(codes.shape[0]):
        to_codes[at + i] = codes[i]
        to_values[at + i] = values[i]


@njit(cache=True)
def _span(ends: Integers, program: int) -> tuple[int, int]:
    return (ends[program - 1] if program else 0), ends[program]


@njit(cache=True)
def _winner(rules: Rules, fitness: Floats, key: Integers, place: Integers) -> int:
    """Return the fittest of a random few: the first of the best, or the first nan, as numpy's argmin has it."""
    top = fitness.shape[0] - 1
    mask = mask_of(top)
    best = -1
    for _ in range(rules.tournament_size):
        contender = 0
        if top:
            contender = word(key, place) & mask
            while contender > top:
                contender = word(key, place) & mask
        if best < 0:
            best = contender
        elif not np.isnan(fitness[best]):
            ours, theirs = fitness[contender], fitness[best]
            if np.isnan(ours) or (ours > theirs if rules.greater_is_better else ours < theirs):
                best = contender
    return best


@njit(cache=True)
def _subtree(rules: Rules, key: Integers, place: Integers, codes: Integers) -> tuple[int, int]:
    """Return where a random subtree starts and ends: functions nine times as likely as terminals (Koza 1992)."""
    size = codes.shape[0]
    chances = np.empty(size)
    for i in range(size):
        chances[i] = 0.9 if codes[i] <= FUNCTIONS else 0.1
    total = pairwise_sum(chances)
    drawn = fraction(key, place)
    start, cumulated = 0, chances[0] / total
    while cumulated < drawn:
        start += 1
        if start == size:
            raise IndexError("list index out of range")  # as gplearn ends, once in 10^16 draws
        cumulated += chances[start] / total
    missing, end = 1, start
    while missing:
        missing -= 1
        if codes[end] <= FUNCTIONS:
            missing += rules.arities[FUNCTIONS - codes[end]]
        end += 1
    return start, end


@njit(cache=True)
def _function(rules: Rules, key: Integers, place: Integers) -> int:
    code: int = FUNCTIONS - rules.function_set[below(key, place, rules.function_set.shape[0])]
    return code


@njit(cache=True)
def _terminal(rules: Rules, key: Integers, place: Integers) -> tuple[int, float]:
    """Return the code, and the number where it is one, of a random column or constant."""
    column = below(key, place, rules.features + 1 if rules.has_constants else rules.features)
    if column == rules.features:
        return CONSTANT, rules.const_low + rules.const_span * fraction(key, place)
    return column, 0.0


@njit(cache=True)
def _grow(rules: Rules, key: Integers, place: Integers, missing: Integers, codes: Integers, values: Floats) -> int:
    """Write a program grown from nothing; ``missing`` counts the arguments that open functions still lack."""
    full = rules.init_method == FULL
    if rules.init_method == HALF_AND_HALF:
        full = below(key, place, 2) == 1
    low, high = rules.init_depth
    max_depth = low + below(key, place, high - low)
    depth, size = 0, 0
    while True:
        if size == codes.shape[0]:
            return FULL_ROOM
        functions = rules.function_set.shape[0]
        # The first node is a function. That a draw equal to their number is one more is gplearn's own.
        function = depth == 0
        if not function:
            drawn = below(key, place, rules.features + functions)
            function = depth < max_depth and (full or drawn <= functions)
        if function:
            codes[size], values[size] = _function(rules, key, place), 0.0
            missing[depth] = rules.arities[FUNCTIONS - codes[size]]
            depth += 1
            size += 1
            continue
        codes[size], values[size] = _terminal(rules, key, place)
        size += 1
        missing[depth - 1] -= 1
        while missing[depth - 1] == 0:
            depth -= 1
            if depth == 0:
                return size
            missing[depth - 1] -= 1


@njit(cache=True)
def _mutate_points(
    rules: Rules, key: Integers, place: Integers, codes: Integers, values: Floats, touched: Bools
) -> None:
    for i in range(codes.shape[0]):
        touched[i] = fraction(key, place) < rules.p_point_replace
    for i in range(codes.shape[0]):
        if not touched[i]:
            continue
        if codes[i] <= FUNCTIONS:
            arity = rules.arities[FUNCTIONS - codes[i]]
            first, last = _span(rules.alike_ends, arity)
            codes[i] = FUNCTIONS - rules.alike[first + below(key, place, last - first)]
        else:
            codes[i], values[i] = _terminal(rules, key, place)
