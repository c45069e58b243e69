"""`with_simpler_kinds`: a network whose units are straight lines, or have no guard, where that does as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core import Formula
from smoothdistill_core.formula import bounds, first_pole
from smoothdistill_layerwise.kinds import CEILING, KINDS
from smoothdistill_layerwise.least_squares import Fit, Rows, fitted
from smoothdistill_layerwise.network import Network, Unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

STEPS = 20
"""Steps of a fit after each change."""

STRAIGHTENED = ("sine", "exponential", "logarithm", "square")
"""The kinds that may have become a detour for a straight line."""


def with_simpler_kinds(fit: Fit, rows: Rows, box: Sequence[tuple[float, float]]) -> Fit:
    """Return the network with units replaced one by one, where the error allows, all weights fitted again each time.

    A unit that works as a straight line becomes an identity. A guard goes where interval arithmetic proves that it
    is inactive while each input is in its (low, high) of ``box``, if no pole can take its place.
    """
    for straight in _straightened(fit.network, rows.X):
        tried = fitted(straight.trimmed(), rows, STEPS)
        if tried.is_as_good_as(fit):
            return with_simpler_kinds(tried, rows, box)
    plain = _without_guards(fit.network, box)
    if plain == fit.network:
        return fit
    tried = fitted(plain, rows, STEPS)
    formula = tried.network.formula()
    has_no_pole = formula is not None and first_pole(formula, box) is None
    return tried if has_no_pole and tried.is_as_good_as(fit) else fit


def _straightened(network: Network, X: Array) -> Iterator[Network]:
    """Yield the network with one unit in the place of which stands the line that fits it best."""
    for place, sums in enumerate(network.sums(X)[:-1]):
        for position, (kind, used) in enumerate(network.layers[place]):
            argument = sums[used[0]]
            if kind not in STRAIGHTENED or np.ptp(argument) == 0.0:
                continue
            with np.errstate(all="ignore"):
                slope, offset = np.polyfit(argument, KINDS[kind].value(argument), 1).tolist()
            if np.isfinite([slope, offset]).all() and slope != 0.0:
                maps = [matrix.copy() for matrix in network.maps]
                maps[place + 1][:, -1] += offset * maps[place + 1][:, position]
                maps[place + 1][:, position] *= slope
                yield replace(_with_kind(network, place, position, "identity"), maps=tuple(maps))


def _without_guards(network: Network, box: Sequence[tuple[float, float]]) -> Network:
    """Return the network with the plain kind of each unit whose guard is proven to be of no use."""
    rows = network.arguments()
    changed = network
    for place, units in enumerate(network.layers):
        for position, (kind, used) in enumerate(units):
            arguments = [argument for row in used if (argument := rows[place][row]) is not None]
            is_known = len(arguments) == len(used) and network.maps[place][list(used)].any()
            if is_known and _is_guarded_in_vain(kind, arguments, box):
                changed = _with_kind(changed, place, position, KINDS[kind].plain or kind)
    return changed


def _is_guarded_in_vain(kind: str, arguments: Sequence[Formula], box: Sequence[tuple[float, float]]) -> bool:
    """Say whether exp stays below its ceiling, or logarithm and quotient away from their poles, in the whole box."""
    plain = KINDS[kind].plain
    if plain is None:
        return False
    if kind == "exponential":
        return bounds(arguments[0], box)[1] <= CEILING
    return first_pole(KINDS[plain].formula(*arguments), box) is None


def _with_kind(network: Network, place: int, position: int, kind: str) -> Network:
    layer = list(network.layers[place])
    layer[position] = Unit(kind, layer[position].rows)
    return replace(network, layers=(*network.layers[:place], tuple(layer), *network.layers[place + 1 :]))
