"""`violation`: where in the ranges of its inputs a law may lack a value, in words.

Interval arithmetic, and two proofs for what it cannot see: sums of squares (`is_nonnegative`) and bounded 0/0
(`bounded_quotient`). A part that is proven so has its bounds, and for what is around it becomes an input of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import NamedTuple

from smoothdistill_core.formula import Formula, bounds, first_pole
from smoothdistill_core.formula.probes import in_box
from smoothdistill_core.formula.ranges.interval import Interval, is_finite
from smoothdistill_laws.parts import products_around, replaced
from smoothdistill_laws.removable import bounded_quotient
from smoothdistill_laws.squares import is_nonnegative

Box = Sequence[Interval]

EFFORT = 100_000
"""How many nodes are bounded in cut ranges where nothing else shows that a part has a value: tenths of a second."""

PROBES = 64
"""At so many points a divisor is looked at: an analytic function that is not 0 at one of them hardly ever is."""

DOMAINS = {
    **{"sqrt": (0.0, math.inf, "a square root needs 0 or more")},
    **dict.fromkeys(("log", "log2", "log10"), (0.0, math.inf, "a logarithm needs more than 0")),
    **{"log1p": (-1.0, math.inf, "log1p needs more than -1"), "acosh": (1.0, math.inf, "acosh needs 1 or more")},
    **{name: (-1.0, 1.0, f"{name} needs -1 to 1") for name in ("asin", "acos")},
    "atanh": (-1.0, 1.0, "atanh needs more than -1 and less than 1"),
}
"""Between what the argument of an operator has to be, and how one says that."""


def violation(law: Formula, names: Sequence[str], box: Box) -> str | None:
    """Return which part of a law may lack a value where each input is in its (low, high) of ``box``; None for none.

    None is a proof, up to rounding, that the law is bounded, and that it has a value but for a set of measure zero
    where there is a 0/0, as in sin(a)/a. A part that is named may be caution.
    """
    box, rest = list(box), law
    known: list[tuple[Formula, Formula]] = []

    def whole(part: Formula) -> Formula:
        """Put back what became an input of its own."""
        return reduce(lambda found, pair: replaced(found, *pair), reversed(known), part)

    def written(part: Formula) -> str:
        return whole(part).text(names, digits=6)

    while (pole := first_pole(rest, box)) is not None:
        found = _proven(pole, rest, box)
        if found is None or not all(_is_hardly_ever_zero(whole(divisor), box) for divisor in found.divisors):
            return _message(pole, box, written)
        stand_in = Formula.variable(len(box))
        rest = replaced(rest, found.part, stand_in)
        known.append((stand_in, found.part))
        box.append(found.interval)
    return None


class _Proven(NamedTuple):
    """A part of a law, bounds of it, and what it divides by that can be 0."""

    part: Formula
    interval: Interval
    divisors: Sequence[Formula] = ()


def _proven(pole: Formula, law: Formula, box: Box) -> _Proven | None:
    """Return a part of a law that is bounded after all, so that it has this pole no longer."""
    inner = pole.arguments
    name = getattr(pole.nodes[0], "name", "")
    if name == "sqrt" or (name == "pow" and not _is_whole(bounds(inner[1], box))):
        low, high = bounds(inner[0], box)
        if low < 0.0 <= high and is_nonnegative(inner[0], box):
            return _Proven(inner[0], (0.0, high))
    for part in products_around(pole, law):
        quotient = bounded_quotient(part, box)
        if quotient is not None:
            return _Proven(part, *quotient)
    found = bounds(pole, box, budget=EFFORT)
    return _Proven(pole, found) if is_finite(found) else None


def _is_hardly_ever_zero(divisor: Formula, box: Box) -> bool:
    """Say whether what is not 0 at some points is 0 on a set of measure zero only, as an analytic function is."""
    is_analytic = not any(getattr(node, "name", "") == "abs" for node in divisor.nodes)
    return is_analytic and bool((divisor.predict(in_box(box, PROBES)) != 0.0).all())


def _message(pole: Formula, box: Box, written: Callable[[Formula], str]) -> str:
    """Say what is wrong with a part of a law."""
    name, inner, text = getattr(pole.nodes[0], "name", ""), pole.arguments, written(pole)

    def seen(part: Formula) -> str:
        low, high = bounds(part, box)
        return f"{written(part)} can be {low:g} to {high:g}"

    if name == "div" and _reaches_zero(inner[1], box):
        return f"{text} may divide by 0: {seen(inner[1])}"
    if name == "pow" and _is_whole(bounds(inner[1], box)):
        return f"{text} may {f'divide by 0: {seen(inner[0])}' if _reaches_zero(inner[0], box) else 'overflow'}"
    if name == "pow" and _reaches(inner[0], box, 0.0, math.inf):
        return f"{text} may have no value: such a power needs a base above 0, and {seen(inner[0])}"
    if name in DOMAINS and _reaches(inner[0], box, *DOMAINS[name][:2]):
        return f"{text} may have no value: {DOMAINS[name][2]}, and {seen(inner[0])}"
    if name == "tan":
        return f"{text} may have a pole: {seen(inner[0])}"
    return f"{text} may overflow"


def _reaches(part: Formula, box: Box, least: float, most: float) -> bool:
    """Say whether a part may be at or beyond the ends of a domain."""
    low, high = bounds(part, box)
    return low <= least or high >= most


def _reaches_zero(part: Formula, box: Box) -> bool:
    low, high = bounds(part, box)
    return low <= 0.0 <= high


def _is_whole(exponent: tuple[float, float]) -> bool:
    return exponent[0] == exponent[1] and exponent[0].is_integer()
