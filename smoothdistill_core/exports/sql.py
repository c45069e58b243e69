"""The format `sql`: one expression over quoted columns, in double precision.

It needs the functions ABS, FLOOR, SQRT, EXP, LN and POWER, and SIN, COS, TAN, ASIN, ACOS and ATAN where the
formula has them: SQLite (from 3.35 on, with its mathematical functions), PostgreSQL, DuckDB, Oracle, Snowflake
and MySQL (in the modes ANSI and NO_BACKSLASH_ESCAPES) have all of them. A long formula is written with WITH
inside the expression, so that no part is written twice.

The expression is NULL where a part of the formula has no finite value (a division by zero, the logarithm of what
is not positive, a column that is NULL): so no database raises an error there. Where numbers leave the range of
double precision, databases differ. A remainder is computed from a rounded quotient: at multiples of a divisor such as
0.1, which no float64 is exactly, it can be 0 where `predict` has nearly the divisor.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.exports.inputs import Input
from smoothdistill_core.exports.notation import Written, compose
from smoothdistill_core.exports.sql_notations import NOTATIONS, REFUSED
from smoothdistill_core.exports.statements import Code, statements
from smoothdistill_core.formula import Constant, Formula, Operator
from smoothdistill_core.formula.operators.operator import PRODUCT, SUM
from smoothdistill_core.formula.subformulas import Subformula, numbered

LONGEST_PLAIN = 1_000
"""Characters after which an expression names its parts, unless it has few for each of its nodes."""

CHARACTERS_A_NODE = 40
"""What a node takes where nothing is written twice."""

DEEPEST_PLAIN = 8
"""Levels of brackets after which an expression names its parts: SQLite's parser holds 100 open symbols."""

HIGHEST_PLAIN = 800
"""Levels of operators, brackets or not, after which an expression names its parts: SQLite takes 1,000."""


def sql_source(formula: Formula, inputs: Sequence[Input], target: str) -> str:  # noqa: ARG001 - formats have one signature
    """Return one SQL expression; the target has no place in it.

    Raises `FormulaError` for erf and gamma, and for columns that no database tells apart.
    """
    for operator in sorted({node.name for node in formula.nodes if isinstance(node, Operator)} & set(REFUSED)):
        raise FormulaError(f"SQL has no {operator}: export to python, numpy or torch, or search without it")
    used = sorted(formula.inputs)
    _check_columns([inputs[index] for index in used], inputs)
    written = {index: _value(inputs[index]) for index in used}
    parts, _ = numbered(formula)
    try:
        longest = max(LONGEST_PLAIN, CHARACTERS_A_NODE * len(parts))
        return statements(parts, written.__getitem__, _Plainly(parts, longest), Counter(), longest=longest).result
    except _TooLongError:
        return _with_names(parts, written, [inputs[index].column for index in used])


def quoted(name: str) -> str:
    """Return the name of a column as a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def _value(one: Input) -> str:
    if one.category is None:
        return f"CAST({quoted(one.column)} AS DOUBLE PRECISION)"
    category = one.category.replace("'", "''")
    return f"CASE WHEN {quoted(one.column)} = '{category}' THEN 1.0 WHEN {quoted(one.column)} IS NOT NULL THEN 0.0 END"


def _check_columns(used: Sequence[Input], inputs: Sequence[Input]) -> None:
    numbers = Counter(one.column.lower() for one in inputs if one.category is None)
    for one in used:
        if not one.column or "\0" in one.column + (one.category or ""):
            raise FormulaError(f"no database can hold the column {one.column!r}: rename it before the export to sql")
        alike = {other.column for other in inputs if other.column.lower() == one.column.lower()}
        if len(alike) > 1 or numbers[one.column.lower()] > (one.category is None):
            both = " and ".join(map(repr, sorted(alike)))
            raise FormulaError(f"two inputs are the column {both} to a database: rename one before the export to sql")


class _TooLongError(Exception):
    """An expression without names for its parts would be too long."""


def _composed(parts: Sequence[Subformula], place: int, operator: Operator, arguments: Sequence[Written]) -> Written:
    exponent = parts[parts[place].arguments[-1]].node
    whole = isinstance(exponent, Constant) and exponent.value >= 0 and exponent.value.is_integer()
    return compose(NOTATIONS["whole_pow" if operator.name == "pow" and whole else operator.name], arguments)


class _Plainly:
    """Writes an expression without names for its parts, while it is short."""

    def __init__(self, parts: Sequence[Subformula], longest: int) -> None:
        self.parts = parts
        self.longest = longest
        self.levels = [0] * len(parts)
        self.heights = [0] * len(parts)

    def __call__(self, place: int, operator: Operator, arguments: Sequence[Written]) -> Written:
        text, binding = _composed(self.parts, place, operator, arguments)
        first, *others = self.parts[place].arguments
        goes_on = binding in (SUM, PRODUCT)  # what stands first in a sum or product needs no brackets
        self.levels[place] = max(self.levels[first] + (not goes_on), *(self.levels[at] + 1 for at in others), 0)
        self.heights[place] = 1 + max(self.heights[at] for at in self.parts[place].arguments)
        if len(text) > self.longest or self.levels[place] > DEEPEST_PLAIN or self.heights[place] > HIGHEST_PLAIN:
            raise _TooLongError
        return text, binding


def _with_names(parts: Sequence[Subformula], written: dict[int, str], columns: Sequence[str]) -> str:
    """Write an expression that names its parts in a chain of common table expressions of one row each."""
    taken = " ".join(columns).lower()
    prefix = next(letters for letters in ("t", "part_", "formula_part_") if not re.search(rf"{letters}\d", taken))
    names = {index: f"{prefix}0{index}" for index in written}

    def write(place: int, operator: Operator, arguments: Sequence[Written]) -> Written:
        return _composed(parts, place, operator, arguments)

    uses = Counter(
        argument
        for node, arguments in parts
        if isinstance(node, Operator)
        for slot, argument in enumerate(arguments)
        for _ in range(NOTATIONS[node.name].template.count(f"{{{slot}}}"))
    )
    code = statements(parts, names.__getitem__, write, uses, prefix)
    # DISTINCT keeps databases from putting the text of a part in place of its name, which doubles it at each step
    first = ", ".join(f"{written[index]} AS {name}" for index, name in names.items())
    layers = [f"s0 AS (SELECT DISTINCT {first})"]
    for number, ((name, text), kept) in enumerate(zip(code.named, _kept(code, names.values()), strict=True), 1):
        carried = "".join(f"{word}, " for word in kept)
        # every name from outside stands in quotes
        layers.append(f"s{number} AS (SELECT DISTINCT {carried}{text} AS {name} FROM s{number - 1})")  # noqa: S608
    return f"(WITH {', '.join(layers)} SELECT {code.result} FROM s{len(layers) - 1})"  # noqa: S608


def _kept(code: Code, variables: Iterable[str]) -> list[list[str]]:
    """Return, for each named part, the names that are known before it and still needed after it."""
    names = {*variables, *(name for name, _ in code.named)}
    needed = names.intersection(re.findall(r"\w+", code.result))
    kept: list[list[str]] = []
    for name, text in reversed(code.named):
        needed.discard(name)
        kept.append(sorted(needed))
        needed.update(names.intersection(re.findall(r"\w+", text)))
    return kept[::-1]
