"""The compiled evaluation of trees: plain, and averaged over Gaussian perturbations of the inputs, in closed form.

A tree is constant on boxes, so that its average over x + width * e, e standard normal, is the sum over the
leaves of value times the probability of their boxes. Going down from the root, a node that splits input j at
t passes the share (T - A) / (B - A) of its probability to the left, where T = cdf((t - x_j) / width), and A
and B are the same for the bounds of its box in that input, which nearest ancestors have set. The gradient
comes from the same sum, differentiated in the T of each node from the leaves up.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from scipy.special import ndtr

NEGLIGIBLE = 1e-10
"""A branch with less probability counts as its mean value: it is too far away to matter."""

FARTHEST, KNOTS = 8.5, 256
"""The table of the normal distribution ends here, where it is 0 or 1 in double precision; knots a unit."""


def _table() -> Any:
    """Return the distribution function (k, 0) and its slope a knot (k, 1): cubic between knots, to 1e-12."""
    z = np.arange(-FARTHEST, FARTHEST + 2 / KNOTS, 1 / KNOTS)
    return np.column_stack([ndtr(z), np.exp(-z * z / 2) / math.sqrt(2 * math.pi) / KNOTS])


CDF = _table()

compiled: Any = njit(cache=True, nogil=True, error_model="numpy")


@compiled
def lay_out(feature, number):
    """Return whether the last tree is complete, and the fields of `Nodes` after the first two."""
    count = len(feature)
    right = np.full(count, -1)
    end = np.zeros(count, np.int64)
    below, above = np.full(count, -1), np.full(count, -1)
    value = number.copy()
    starts = [0]
    path = np.empty(count, np.int64)  # the splits above the node, from the root on
    on_right = np.zeros(count, np.bool_)
    depth = 0
    for node in range(count):
        if feature[node] >= 0:
            for place in range(depth - 1, -1, -1):
                up = path[place]
                if feature[up] == feature[node]:
                    if on_right[up] and below[node] < 0:
                        below[node] = up
                    if not on_right[up] and above[node] < 0:
                        above[node] = up
            path[depth] = node
            depth += 1
            continue
        end[node] = node + 1
        while depth > 0 and on_right[path[depth - 1]]:  # a right side is complete, and so is its split
            depth -= 1
            split = path[depth]
            end[split] = node + 1
            value[split] = 0.5 * (value[split + 1] + value[right[split]])
        if depth > 0:
            on_right[path[depth - 1]] = True
            right[path[depth - 1]] = node + 1
        else:
            starts.append(node + 1)
    return depth == 0 and count > 0, right, end, below, above, value, np.array(starts)


@compiled
def plain(X, nodes, offset):
    """Return ``offset`` + the sum of the trees (n,), added in their order."""
    feature, number, right, starts = nodes.feature, nodes.number, nodes.right, nodes.starts
    total = np.full(len(X), offset)
    for tree in range(len(starts) - 1):
        for row in range(len(X)):
            node = starts[tree]
            while feature[node] >= 0:
                node = node + 1 if X[row, feature[node]] <= number[node] else right[node]
            total[row] += number[node]
    return total


@compiled
def averaged(X, width, nodes, offset, table):
    """Return ``offset`` + the sum of the trees' averages (n,).

    Down from the root, whose mass is 1, with the share p = (T - A) / (B - A) of a node:

        mass(left) = mass * p    mass(right) = mass * (1 - p)    average = sum over the leaves of mass * value
    """
    feature, number, right, end, below, above, value, starts = nodes
    total = np.full(len(X), offset)
    mass, split = np.empty(len(feature)), np.empty(len(feature))
    for tree in range(len(starts) - 1):  # one tree at a time stays in cache
        for row in range(len(X)):
            node = starts[tree]
            mass[node] = 1.0
            average = 0.0
            while node < starts[tree + 1]:
                if feature[node] < 0 or mass[node] < NEGLIGIBLE:
                    average += mass[node] * value[node]
                    node = end[node]
                    continue
                split[node] = _cdf((number[node] - X[row, feature[node]]) / width, table)
                share = _share(split, node, below, above)[0]
                mass[node + 1] = mass[node] * share
                mass[right[node]] = mass[node] * (1.0 - share)
                node += 1
            total[row] += average
    return total


@compiled
def averaged_gradient(X, width, nodes, table):
    """Return the input gradient (n, d) of the sum of the trees' averages.

    After the way down of `averaged`, up from the leaves, with the mean m of each node's box:

        m = p m(left) + (1 - p) m(right)    g = mass * (m(left) - m(right)) / (B - A)
        d average / dT += g                 d average / dA -= g (1 - p)    d average / dB -= g p

    where A and B are the T of ancestors. With phi the normal density, dT / dx_j = -phi((t - x_j) / width) / width.
    """
    feature, number, right, end, below, above, value, starts = nodes
    gradient = np.zeros(X.shape)
    mass, split = np.empty(len(feature)), np.empty(len(feature))
    mean, slope = np.empty(len(feature)), np.empty(len(feature))  # the average in a node's box, and d average / d split
    seen = np.empty(len(feature), np.int64)
    for tree in range(len(starts) - 1):
        for row in range(len(X)):
            node = starts[tree]
            mass[node] = 1.0
            count = 0
            while node < starts[tree + 1]:
                if feature[node] < 0 or mass[node] < NEGLIGIBLE:
                    mean[node] = value[node]
                    node = end[node]
                    continue
                seen[count] = node
                count += 1
                slope[node] = 0.0
                split[node] = _cdf((number[node] - X[row, feature[node]]) / width, table)
                share = _share(split, node, below, above)[0]
                mass[node + 1] = mass[node] * share
                mass[right[node]] = mass[node] * (1.0 - share)
                node += 1
            for place in range(count - 1, -1, -1):  # descendants first
                node = seen[place]
                share, size = _share(split, node, below, above)
                mean[node] = share * mean[node + 1] + (1.0 - share) * mean[right[node]]
                step = mass[node] * (mean[node + 1] - mean[right[node]]) / size
                slope[node] += step
                if below[node] >= 0:
                    slope[below[node]] -= step * (1.0 - share)
                if above[node] >= 0:
                    slope[above[node]] -= step * share
                z = (number[node] - X[row, feature[node]]) / width
                gradient[row, feature[node]] -= slope[node] * math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi) / width
    return gradient


@compiled
def _share(split, node, below, above):
    """Return the share of a node's probability that goes left, and the probability of its box in that input."""
    low = split[below[node]] if below[node] >= 0 else 0.0
    high = split[above[node]] if above[node] >= 0 else 1.0
    return min(max((split[node] - low) / (high - low), 0.0), 1.0), high - low


@compiled
def _cdf(z, table):
    """Return the normal distribution function at ``z``."""
    if z <= -FARTHEST:
        return 0.0
    if z >= FARTHEST:
        return 1.0
    place = (z + FARTHEST) * KNOTS
    knot = int(place)
    at = place - knot
    here, there = table[knot, 0], table[knot + 1, 0]
    slope, slope_there = table[knot, 1], table[knot + 1, 1]
    rise = there - here
    return here + at * (slope + at * (3 * rise - 2 * slope - slope_there + at * (slope + slope_there - 2 * rise)))
