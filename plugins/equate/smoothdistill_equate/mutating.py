"""`mutated`: a skeleton with one change, as a search makes it of what it found so far."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from smoothdistill_core import FormulaError
from smoothdistill_equate.canonical import canonical
from smoothdistill_equate.expression import CONSTANT, MOST_TOKENS, NARY, UNARY, Expression, joined, tokens
from smoothdistill_equate.prior import Prior

Path = tuple[int, ...]

CHANGES = {
    "another": 0.20,
    "multiplied": 0.15,
    "added": 0.15,
    "inside": 0.12,
    "divided": 0.10,
    "less": 0.13,
    "crossed": 0.15,
}
"""How often a part becomes another, is multiplied by one or added to it, stands inside of a function, is divided by
another, loses a part of its own or its function, or becomes a part of another skeleton."""

TRIES = 20


def mutated(
    skeleton: Expression, other: Expression, count: int, rng: np.random.Generator, longest: int = MOST_TOKENS
) -> Expression | None:
    """Return a canonical skeleton over x0 to x{count - 1} that one change makes of a skeleton.

    ``other`` is one to take parts from. None where of some changes none led to a skeleton of at most ``longest``
    tokens.
    """
    for _ in range(TRIES):
        places = list(subtrees(skeleton))
        path, part = places[int(rng.integers(len(places)))]
        change = str(rng.choice(list(CHANGES), p=list(CHANGES.values())))
        try:
            found = canonical(replaced(skeleton, path, _changed(part, change, other, count, rng)))
        except FormulaError:
            continue
        if found != skeleton and len(tokens(found)) <= longest:
            return found
    return None


def subtrees(expression: Expression, path: Path = ()) -> Iterator[tuple[Path, Expression]]:
    """Yield every part of an expression, the whole first, each after the places that lead to it."""
    yield path, expression
    for place, part in enumerate(expression.parts):
        yield from subtrees(part, (*path, place))


def replaced(expression: Expression, path: Path, new: Expression) -> Expression:
    """Return an expression with another part at a path."""
    if not path:
        return new
    name, parts = expression
    place = path[0]
    changed = (*parts[:place], replaced(parts[place], path[1:], new), *parts[place + 1 :])
    return joined(name, changed) if name in NARY else Expression(name, changed)


def _changed(part: Expression, change: str, other: Expression, count: int, rng: np.random.Generator) -> Expression:
    if change == "inside":
        return Expression(UNARY[int(rng.integers(len(UNARY)))], (part,))
    if change == "less":
        return part.parts[int(rng.integers(len(part.parts)))] if part.parts else part
    if change == "crossed":
        theirs = [theirs for _, theirs in subtrees(other)]
        return theirs[int(rng.integers(len(theirs)))]
    if change == "added" and rng.random() < 0.2:
        return joined("add", (part, CONSTANT))
    new = Prior(rng).part(count)
    if change == "added":
        return joined("add", (part, new))
    if change == "multiplied":
        return joined("mul", (part, new))
    return joined("mul", (part, Expression("inv", (new,)))) if change == "divided" else new
