"""What a recipe says of a penalty's strength: a number, a list to sweep, or a path through strengths."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import Any

from smoothdistill_core.components import path_strengths
from smoothdistill_core.errors import did_you_mean
from smoothdistill_core.recipe.in_words import shown
from smoothdistill_core.recipe.problems import Path

EXAMPLE = "strength: {path: [1.0, 0.001], steps: 10}"

MOST_STEPS = 1000
"""No path has more, and no list: what is meant then are epochs."""

Wrong = tuple[Path, str, str]
"""The place below ``strength``, what is wrong there, and the remedy."""


def read_strengths(data: Any) -> tuple[tuple[float, ...], list[Wrong]]:
    """Return the strengths, of a path from high to low, and all that is wrong with them."""
    return _path(data) if isinstance(data, dict) and data.keys() & {"path", "steps"} else _sweep(data)


def _sweep(data: Any) -> tuple[tuple[float, ...], list[Wrong]]:
    several = isinstance(data, list)
    if several and len(data) > MOST_STEPS:
        return (), [((), f"is a list of {len(data):,} strengths", f"a sweep has at most {MOST_STEPS:,}: shorten it")]
    strengths: list[float] = []
    wrong: list[Wrong] = []
    for place, value in enumerate(data if several else [data]):
        here = (place,) if several else ()
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            wrong.append((here, f"must be a number, not {shown(value)}", "write for example 0.1"))
        elif not 0 <= value <= sys.float_info.max:
            wrong.append((here, f"a strength is never negative or infinite, and this is {value}", "write 0 or more"))
        elif float(value) in strengths:
            wrong.append((here, f"the strength {value} is listed twice", "list it once"))
        else:
            strengths.append(float(value))
    if several and not data:
        wrong.append(((), "is an empty list", "give at least one strength, or leave the key out"))
    return tuple(strengths), wrong


def _path(data: dict[Any, Any]) -> tuple[tuple[float, ...], list[Wrong]]:
    known = ["path", "steps"]
    unknown = sorted(map(str, data.keys() - set(known)))
    wrong: list[Wrong] = [((key,), f"a path has no option {key!r}", did_you_mean(key, known)) for key in unknown]
    missing = [key for key in known if key not in data]
    wrong += [((), f"the key {key!r} is missing", f"write for example `{EXAMPLE}`") for key in missing]
    steps, ends = data.get("steps", 2), data.get("path", [1.0, 0.001])
    if isinstance(steps, bool) or not isinstance(steps, int) or not 2 <= steps <= MOST_STEPS:
        said = f"a path has a whole number of steps, 2 to {MOST_STEPS}, not {shown(steps)}"
        wrong.append((("steps",), said, "write for example 10; a single strength needs no path"))
    if not isinstance(ends, list) or len(ends) != 2:
        said = f"must be the first strength and the last, not {shown(ends)}"
        return (), [*wrong, (("path",), said, f"write for example `{EXAMPLE}`")]
    for place, value in enumerate(ends):
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not 0 < value <= sys.float_info.max:
            said = f"a strength of a path is a number above 0, not {shown(value)}"
            wrong.append((("path", place), said, "write for example 0.001"))
    if wrong:
        return (), wrong
    start, end = map(float, ends)
    if start <= end:
        said = f"a path goes from a high strength to a lower one, and this from {start:g} to {end:g}"
        return (), [(("path",), said, "write the higher one first" if start < end else "lower the second")]
    strengths = path_strengths(start, end, steps)
    if any(below >= above for above, below in pairwise(strengths)):
        said = f"{steps} steps from {start:g} to {end:g} are so close that some are the same"
        return (), [(("steps",), said, "take fewer steps")]
    return strengths, []
