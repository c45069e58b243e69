"""The compiled interpreter of programs: values and forward derivatives of all terms, and constants to begin with."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.searching.compiled_sums import Floats, compiled
from smoothdistill_core.searching.program import (
    ADD,
    BESIDE,
    CENTRE,
    EXP,
    FREE,
    IN_EXP,
    IN_SIN,
    INPUT,
    INVERSE,
    LOG,
    MULTIPLY,
    PHASE,
    POSITIVE,
    ROOT,
    SCALE,
    SHIFT,
    SIN,
    SQUARE,
    TANH,
    TERM,
    Program,
)

Flags = NDArray[np.bool_]


class Room(NamedTuple):
    """What a run of a program writes into.

    ``values`` (depth, n), ``slopes`` (depth, p, n) and ``active`` (depth, p) are the stack; ``terms`` (k + 1, n), the
    last of them the intercept's, ``term_slopes`` and ``term_active`` the result.
    """

    values: Floats
    slopes: Floats
    active: Flags
    terms: Floats
    term_slopes: Floats
    term_active: Flags


def room_for(program: Program, rows: int) -> Room:
    """Return room for a program on so many rows."""
    depth, inner, terms = program.depth, program.inner, program.terms + 1
    return Room(
        np.empty((depth, rows)),
        np.empty((depth, inner, rows)),
        np.zeros((depth, inner), np.bool_),
        np.empty((terms, rows)),
        np.empty((terms, inner, rows)),
        np.zeros((terms, inner), np.bool_),
    )


LEAST_BEND = 0.01
"""The variance that the argument of exp, sin and tanh needs: below, the function is a costly straight line."""
LEAST_SPREAD = 9e-4
"""The variance, as a share of the squared mean, that a power or logarithm needs of its argument, for that reason."""
MOST = 1e12
MOST_EXPONENT = 60.0


@compiled
def moments(v: Floats) -> tuple[float, float]:
    """Return mean and variance."""
    mean = 0.0
    for value in v:
        mean += value
    mean /= len(v)
    variance = 0.0
    for value in v:
        variance += (value - mean) * (value - mean)
    return mean, variance / len(v)


@compiled
def first_scale(use: int, spread: float, beside: float) -> float:
    """Draw a coefficient to begin with, for a part with this standard deviation, beside another with that."""
    sign = -1.0 if np.random.random() < 0.35 else 1.0
    if use <= BESIDE:
        if np.random.random() < 0.3:
            return sign
        return sign * math.exp(0.6 * np.random.normal()) * (beside if use == BESIDE else 1.0) / spread
    usual = -0.1 if use == IN_EXP else (0.2 if use == IN_SIN else 0.1)
    return sign * math.exp(usual + 0.6 * np.random.normal()) / spread


@compiled
def first_shift(use: int, v: Floats, mean: float, spread: float) -> float:
    """Draw an intercept to begin with, for the values it is added to."""
    if use == PHASE:
        phase = 0.0 if np.random.random() < 0.5 else 0.5 * math.pi
        return phase + (np.random.uniform(-1.5, 1.5) if np.random.random() < 0.5 else 0.0)
    if use == CENTRE:
        return 0.6 * np.random.normal() - mean
    if use != FREE and use != POSITIVE:
        return 0.0 if np.random.random() < 0.3 else 0.8 * np.random.normal()
    if np.random.random() < (0.8 if use == POSITIVE else 0.3):
        least: float = -v.min()
        if np.random.random() < 0.6:
            least = max(least, 0.0)
        return least + spread * math.exp(-0.2 + 0.8 * np.random.normal())
    sign = -1.0 if np.random.random() < 0.4 else 1.0
    return sign * spread * math.exp(0.2 + 0.7 * np.random.normal())


@compiled
def apply(operation: int, v: Floats, slopes: Floats, active: Flags, derive: bool) -> bool:
    """Apply a function in place, and the chain rule; False outside of its domain or where it does not bend."""
    mean, variance = moments(v)
    if operation in (EXP, SIN, TANH):
        if not variance > LEAST_BEND:
            return False
    elif not variance > LEAST_SPREAD * mean * mean:
        return False
    for r in range(len(v)):
        x = v[r]
        if operation == SQUARE:
            value, slope = x * x, 2.0 * x
        elif operation == ROOT:
            if x < 0.0:
                return False
            value = math.sqrt(x)
            slope = 0.5 / (value + 1e-300)
        elif operation == INVERSE:
            if x == 0.0:
                return False
            value = 1.0 / x
            slope = -value * value
        elif operation == EXP:
            value = math.exp(min(x, MOST_EXPONENT))
            slope = value
        elif operation == LOG:
            if x <= 0.0:
                return False
            value, slope = math.log(x), 1.0 / x
        elif operation == SIN:
            value, slope = math.sin(x), math.cos(x)
        else:
            value = math.tanh(x)
            slope = 1.0 - value * value
        v[r] = value
        if derive:
            for k in range(len(active)):
                if active[k]:
                    slopes[k, r] *= slope
    return True


@compiled
def multiply(a: Floats, b: Floats, da: Floats, db: Floats, a_active: Flags, b_active: Flags, derive: bool) -> None:
    """Put a * b in a, with its derivatives."""
    if derive:
        for k in range(len(a_active)):
            if a_active[k] and b_active[k]:
                da[k] = da[k] * b + db[k] * a
            elif a_active[k]:
                da[k] *= b
            elif b_active[k]:
                da[k] = db[k] * a
                a_active[k] = True
    a *= b


@compiled
def add(a: Floats, b: Floats, da: Floats, db: Floats, a_active: Flags, b_active: Flags, derive: bool) -> None:
    """Put a + b in a, with its derivatives."""
    if derive:
        for k in range(len(a_active)):
            if a_active[k] and b_active[k]:
                da[k] += db[k]
            elif b_active[k]:
                da[k] = db[k]
                a_active[k] = True
    a += b


@compiled
def run(
    code: NDArray[np.int64],
    X: Floats,
    roots: Floats,
    inner: Floats,
    room: Room,
    derive: bool,
    draw: bool,
) -> bool:
    """Run a program on X (d, n); False where a value is none, or a function does not bend.

    Each row of the result is times its ``roots`` (n,). With ``draw`` the constants ``inner`` (p,) are drawn on the way,
    so that each part matters.
    """
    values, slopes, active, terms, term_slopes, term_active = room
    top = -1
    for i in range(len(code)):
        operation, argument, use = code[i, 0], code[i, 1], code[i, 2]
        if operation == INPUT:
            top += 1
            values[top] = X[argument]
            active[top] = False
        elif operation in (MULTIPLY, ADD):
            top -= 1
            a, b = values[top], values[top + 1]
            if operation == MULTIPLY:
                multiply(a, b, slopes[top], slopes[top + 1], active[top], active[top + 1], derive)
            else:
                add(a, b, slopes[top], slopes[top + 1], active[top], active[top + 1], derive)
        elif operation == SCALE:
            if draw:
                spread = math.sqrt(moments(values[top])[1])
                beside = math.sqrt(moments(values[top - 1])[1]) if use == BESIDE else 1.0
                inner[argument] = first_scale(use, spread if spread > 1e-12 else 1.0, beside)
            if derive:
                for k in range(len(inner)):
                    if active[top, k]:
                        slopes[top, k] *= inner[argument]
                slopes[top, argument] = values[top]
                active[top, argument] = True
            values[top] *= inner[argument]
        elif operation == SHIFT:
            if draw:
                mean, variance = moments(values[top])
                inner[argument] = first_shift(use, values[top], mean, math.sqrt(variance) if variance > 1e-24 else 1.0)
            if derive:
                slopes[top, argument] = 1.0
                active[top, argument] = True
            values[top] += inner[argument]
        elif operation == TERM:
            terms[argument] = values[top] * roots
            if derive:
                term_active[argument] = active[top]
                for k in range(len(inner)):
                    if active[top, k]:
                        term_slopes[argument, k] = slopes[top, k] * roots
            for r in range(len(roots)):
                if not abs(values[top, r]) < MOST:
                    return False
            top -= 1
        elif not apply(operation, values[top], slopes[top], active[top], derive):
            return False
    terms[len(terms) - 1] = roots
    return True
