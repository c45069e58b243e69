"""Compiled linear algebra of least squares with many rows: they go into one triangle, whose singular values are told.

Normal equations would lose half of the digits, and with them which parameters do the same.
"""

from __future__ import annotations

import math

import numpy as np

from smoothdistill_core.searching.compiled_sums import Floats, inlined, product

SWEEPS = 30
ORTHOGONAL = 1e-15


@inlined
def take_in(triangle: Floats, rows: Floats, count: int) -> None:
    """Let an upper triangle (k, k) take in the first ``count`` of rows, which are given as columns (k, n) and used up.

    Its own scalar products of columns, and those of the rows, add up: Householder's reflections (1958).
    """
    for j in range(len(triangle)):
        column = rows[j, :count]
        below = product(column, column)
        if below == 0.0:
            continue
        top = triangle[j, j]
        length = math.sqrt(top * top + below)
        head = top + length if top > 0.0 else top - length
        scale = 2.0 / (head * head + below)
        triangle[j, j] = -length if top > 0.0 else length
        for i in range(j + 1, len(triangle)):
            other = rows[i, :count]
            share = scale * (head * triangle[j, i] + product(column, other))
            triangle[j, i] -= share * head
            for r in range(count):
                other[r] -= share * column[r]


@inlined
def decompose(rows: Floats) -> Floats:
    """Return the singular values (k,) of a matrix (k, k), whose rows become its right singular vectors times these.

    Rows are turned in pairs until all are orthogonal (Hestenes 1958): small singular values keep their digits, and a
    triangle is soon there (Drmač and Veselić 2008).
    """
    count = len(rows)
    for _ in range(SWEEPS):
        turned = False
        for i in range(count - 1):
            for j in range(i + 1, count):
                a, b = rows[i], rows[j]
                one, two, both = product(a, a), product(b, b), product(a, b)
                if not abs(both) > ORTHOGONAL * math.sqrt(one) * math.sqrt(two):
                    continue
                turned = True
                slant = (two - one) / (2.0 * both)
                tangent = (1.0 if slant >= 0.0 else -1.0) / (abs(slant) + math.sqrt(1.0 + slant * slant))
                cosine = 1.0 / math.sqrt(1.0 + tangent * tangent)
                sine = cosine * tangent
                for k in range(count):
                    first, second = a[k], b[k]
                    a[k] = cosine * first - sine * second
                    b[k] = sine * first + cosine * second
        if not turned:
            break
    sizes = np.empty(count)
    for i in range(count):
        sizes[i] = math.sqrt(product(rows[i], rows[i]))
    return sizes
