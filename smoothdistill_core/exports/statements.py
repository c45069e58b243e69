"""`statements`: a formula as code, with a name for every part that is long or occurs more than once.

So code stays short where parts repeat, and no formula is too deep for a parser.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from smoothdistill_core.exports.notation import Notation, Written, compose, number
from smoothdistill_core.formula import Constant, Operator, Variable
from smoothdistill_core.formula.operators.operator import CALL
from smoothdistill_core.formula.subformulas import Subformula

LONGEST_TEXT = 90
"""Characters after which a part gets a name of its own."""


@dataclass(frozen=True, slots=True)
class Code:
    """Named parts in order, each written with those before it, and what the whole formula is in them."""

    named: tuple[tuple[str, str], ...]
    result: str


Writer = Callable[[int, Operator, Sequence[Written]], Written | None]
"""Writes an operator over written arguments, given its place among the parts; None where its text is not needed."""


def statements(
    parts: Sequence[Subformula],
    variable: Callable[[int], str],
    write: Writer,
    uses: Counter[int] | None = None,
    prefix: str = "t",
    longest: int = LONGEST_TEXT,
) -> Code:
    """Write a formula's distinct parts, as `numbered` gives them, as code; names of parts are t1, t2 ...

    ``uses`` counts how often each part is written where that is not the number of its parents.
    """
    if uses is None:
        uses = Counter(argument for _, arguments in parts for argument in arguments)
    named: list[tuple[str, str]] = []
    texts: list[Written] = []
    for place, (node, arguments) in enumerate(parts):
        if isinstance(node, Constant):
            texts.append(number(node.value))
        elif isinstance(node, Variable):
            texts.append((variable(node.index), CALL))
        else:
            written = write(place, node, [texts[argument] for argument in arguments])
            text, binding = written or ("", CALL)
            if place < len(parts) - 1 and (uses[place] > 1 or len(text) > longest):
                named.append((f"{prefix}{len(named) + 1}", text))
                text, binding = named[-1][0], CALL
            texts.append((text, binding))
    return Code(tuple(named), texts[-1][0])


def by_notation(
    parts: Sequence[Subformula], notations: Mapping[str, Notation], argument: Callable[[str], str] = str
) -> Writer:
    """Return a writer that follows ``notations``.

    ``argument(number)`` writes a number that is the argument of a call, for languages in which functions
    want more than a number there.
    """

    def write(place: int, operator: Operator, arguments: Sequence[Written]) -> Written:
        notation = notations[operator.name]
        if notation.binding == CALL:
            constant = [isinstance(parts[at].node, Constant) for at in parts[place].arguments]
            arguments = [
                (argument(text), CALL) if is_constant else (text, binding)
                for (text, binding), is_constant in zip(arguments, constant, strict=True)
            ]
        return compose(notation, arguments)

    return write
