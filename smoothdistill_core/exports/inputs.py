"""`Input`: what an input of a formula stands for, and names for it that are safe where they are written."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import Formula

LONGEST_IDENTIFIER = 40


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a formula: a column of numbers, or the indicator of one category of a column.

    ``name`` is what people read. An indicator is 1 where ``column`` holds ``category``, and 0 elsewhere;
    of a column of numbers, ``category`` is None.
    """

    name: str
    column: str
    category: str | None = None


def as_inputs(formula: Formula, names: Sequence[str | Input]) -> tuple[Input, ...]:
    """Return one `Input` for each name; raises `FormulaError` where the formula reads more inputs than are named."""
    if isinstance(names, str):
        raise FormulaError(f"names are a sequence with one name for each input, not the single text {names!r}")
    inputs = []
    for name in names:
        if isinstance(name, str):
            inputs.append(Input(name, name))
        elif isinstance(name, Input):
            inputs.append(name)
        else:
            raise FormulaError(f"an input is named by a text or described by an Input, not by {name!r}")
    needed = max(formula.inputs, default=-1) + 1
    if len(inputs) < needed:
        raise FormulaError(f"this formula reads {needed} inputs, and {len(inputs)} are named")
    return tuple(inputs)


def labels(inputs: Iterable[Input]) -> list[str]:
    """Return names for reading: none is empty and none stands for two inputs, nor is one to a program what another is.

    Python, and who reads, take a wide letter for the usual one (NFKC).

    >>> labels([Input("a", "a"), Input("", ""), Input("a", "a"), Input("ａ", "ａ")])
    ['a', 'x1', 'a (2)', 'ａ (3)']
    """
    given: dict[str, str] = {}
    for index, one in enumerate(inputs):
        name = _first_free(one.name.strip() or f"x{index}", given, lambda name, count: f"{name} ({count})", _plain)
        given[_plain(name)] = name
    return list(given.values())


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name)


def identifiers(names: Iterable[str], reserved: Collection[str]) -> Iterator[str]:
    """Yield one Python identifier for each name, all different, none reserved, a keyword or a builtin's name.

    >>> list(identifiers(["sepal length", "lambda", "t1", "sepal-length", "2x", ""], reserved=["t1"]))
    ['sepal_length', 'lambda_2', 't1_2', 'sepal_length_2', 'x_2x', 'x']
    """
    taken = {*reserved, *keyword.kwlist, *keyword.softkwlist, *dir(builtins)}
    for name in names:
        word = re.sub(r"\W+", "_", _plain(name)).strip("_")[:LONGEST_IDENTIFIER] or "x"
        # some letters that a pattern takes for a word (superscripts, say) cannot stand in an identifier
        word = word if word.isidentifier() else "x_" + re.sub(r"\W", "_", word, flags=re.ASCII)
        word = _first_free(word, taken, lambda name, count: f"{name}_{count}")
        taken.add(word)
        yield word


def _first_free(
    name: str, taken: Collection[str], numbered: Callable[[str, int], str], known_as: Callable[[str], str] = str
) -> str:
    candidate, count = name, 1
    while known_as(candidate) in taken:
        count += 1
        candidate = numbered(name, count)
    return candidate
