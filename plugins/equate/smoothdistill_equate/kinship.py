"""When two skeletons are the same but for the order of variables, and hashes that say so without the skeletons."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import permutations

from smoothdistill_equate.canonical import GRAMMAR
from smoothdistill_equate.expression import NARY, Expression, inputs, renamed, tokens
from smoothdistill_equate.reading import forms


def shape(skeleton: Expression) -> tuple[str, ...]:
    """Return the tokens with every variable as ``x``: the same for all orders of variables, and for some others."""
    name, parts = skeleton
    if not parts:
        return ("x" if skeleton.is_input else name,)
    shapes = [shape(part) for part in parts]
    if name in NARY:
        shapes.sort()
    return (name, str(len(parts)), *(token for inner in shapes for token in inner))


def in_least_order(skeleton: Expression) -> Expression:
    """Return the skeleton with its variables called x0, x1 ... in the order of which the tokens come first."""
    used = sorted(inputs(skeleton))
    targets = [f"x{place}" for place in range(len(used))]
    orders = (renamed(skeleton, dict(zip(used, order, strict=True))) for order in permutations(targets))
    return min(orders, key=tokens)


def fingerprint(text: Iterable[str]) -> str:
    """Return the hash of tokens, 16 hexadecimal digits; another version of the grammar has other hashes."""
    return hashlib.sha256(" ".join((GRAMMAR, *text)).encode()).hexdigest()[:16]


class Kin:
    """A set of skeletons in every order of variables, multiplied out or not, held as hashes."""

    def __init__(self, shapes: Iterable[str], skeletons: Iterable[str]) -> None:
        self.shapes = frozenset(shapes)
        self.skeletons = frozenset(skeletons)

    @classmethod
    def of(cls, skeletons: Iterable[Expression]) -> Kin:
        """Return the set of the kin of some skeletons."""
        every = [form for skeleton in skeletons for form in forms(skeleton)]
        return cls(
            (fingerprint(shape(form)) for form in every),
            (fingerprint(tokens(in_least_order(form))) for form in every),
        )

    def __or__(self, other: Kin) -> Kin:
        return Kin(self.shapes | other.shapes, self.skeletons | other.skeletons)

    def __contains__(self, skeleton: Expression) -> bool:
        """Whether one of the set is this skeleton but for the order of variables; ``skeleton`` is canonical."""
        return any(
            fingerprint(shape(form)) in self.shapes  # a cheap look, before all orders are tried
            and fingerprint(tokens(in_least_order(form))) in self.skeletons
            for form in forms(skeleton)
        )
