"""`Notation`: how a format writes one operator, and `compose`, which brackets no more than is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smoothdistill_core.formula.operators.operator import CALL, PRODUCT, SIGN, SUM

Written = tuple[str, int]
"""A written part, and how tightly its outermost operator binds."""

FREE = 0
"""What a slot needs where anything may stand: between the brackets of a call, say."""

ATOM = CALL
"""What a slot needs where only a leaf, a call or brackets may stand."""


@dataclass(frozen=True, slots=True)
class Notation:
    """A template over ``{0}`` and ``{1}``, how tightly it binds, and how tightly what fills each slot must bind."""

    template: str
    binding: int = CALL
    needs: tuple[int, ...] = (FREE, FREE)


SUMS = (SUM, PRODUCT)
"""The needs of a sum: a + b + c, but a + (b + c), so that no export adds in another order."""

PRODUCTS = (PRODUCT, SIGN)
"""The needs of a product."""

INFIX = {
    "add": Notation("{0} + {1}", SUM, SUMS),
    "sub": Notation("{0} - {1}", SUM, SUMS),
    "mul": Notation("{0} * {1}", PRODUCT, PRODUCTS),
    "neg": Notation("-{0}", SIGN, (ATOM,)),
}
"""What all programming languages write alike."""


def number(value: float) -> Written:
    """Write a number so that reading it gives the same float64."""
    text = repr(value)
    return text, SIGN if text.startswith("-") else CALL


def compose(
    notation: Notation, parts: Sequence[Written], brackets: tuple[str, str] = ("(", ")"), minus: str = "-"
) -> Written:
    """Fill a notation with written parts; a + -2*b is written a - 2*b, which is the same number."""
    template = notation.template
    if notation.binding == SUM and parts[1][1] > SUM and parts[1][0].startswith(minus):
        plus = minus.replace("-", "+").replace("−", "+")
        turned = template.replace(plus, minus) if plus in template else template.replace(minus, plus)
        return turned.format(parts[0][0], parts[1][0].removeprefix(minus)), SUM
    texts = []
    for slot, (text, binding) in enumerate(parts):
        needed = notation.needs[slot]
        leads = template.startswith(f"{{{slot}}}")
        bracketed = binding < needed or (needed > FREE and text.startswith(minus) and not leads)
        texts.append(brackets[0] + text + brackets[1] if bracketed else text)
    return template.format(*texts), notation.binding
