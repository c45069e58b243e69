"""`with_simpler_kinds`: a network whose units are straight lines, or have no guard, where that does as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

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

EQUAL = "plain exponential"
"""The plain kind that equals its guarded one where the guard never acts; the others' guards always act a little."""


def with_simpler_kinds(fit: Fit, rows: Rows, box: Sequence[tuple[float, float]]) -> Fit:
    """Return the network with units replaced one by one, where the error allows, all weights fitted again each time.

    A unit that works as a straight line becomes an identity. A guard goes where interval arithmetic proves that it
    is of no use while each input is in its (low, high) of ``box``: that of an exponential where it never acts, and that
    of a logarithm or a quotient, which always acts a little, where the error allows and no pole can take its place.
    """
    for straight in _straightened(fit.network, rows.X):
        tried = fitted(straight.trimmed(), rows, STEPS)
        if tried.is_as_good_as(fit):
            return with_simpler_kinds(tried, rows, box)
    return _without_guards(fit, rows, box)


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


def _without_guards(fit: Fit, rows: Rows, box: Sequence[tuple[float, float]]) -> Fit:
    """Return the network without the guards that are of no use, those that move values one by one."""
    unused = list(_guarded_in_vain(fit.network, box))
    for place, position, plain in unused:
        if plain == EQUAL:
            continue
        tried = fitted(_with_kind(fit.network, place, position, plain), rows, STEPS)
        formula = tried.network.formula()
        has_no_pole = formula is not None and first_pole(formula, box) is None
        if has_no_pole and tried.is_as_good_as(fit):
            return _without_guards(tried, rows, box)
    network = fit.network
    for place, position, plain in unused:
        if plain == EQUAL:
            network = _with_kind(network, place, position, plain)
    return fit._replace(network=network)


def _guarded_in_vain(network: Network, box: Sequence[tuple[float, float]]) -> Iterator[tuple[int, int, str]]:
    """Yield layer, position and plain kind of each unit whose guard is proven to be of no use in the whole box.

    An exponential has to stay below its ceiling there, logarithm and quotient away from their poles.
    """
    rows = network.arguments()
    for place, units in enumerate(network.layers):
        for position, (kind, used) in enumerate(units):
            plain = KINDS[kind].plain
            arguments = [argument for row in used if (argument := rows[place][row]) is not None]
            if plain is None or len(arguments) < len(used) or not network.maps[place][list(used)].any():
                continue
            if plain == EQUAL:
                is_in_vain = bounds(arguments[0], box)[1] <= CEILING
            else:
                is_in_vain = first_pole(KINDS[plain].formula(*arguments), box) is None
            if is_in_vain:
                yield place, position, plain


def _with_kind(network: Network, place: int, position: int, kind: str) -> Network:
    layer = list(network.layers[place])
    layer[position] = Unit(kind, layer[position].rows)
    return replace(network, layers=(*network.layers[:place], tuple(layer), *network.layers[place + 1 :]))
