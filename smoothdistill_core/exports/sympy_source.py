"""The format `sympy`: source that builds an unevaluated sympy expression, and the live expression itself.

Unevaluated, because sympy would else cancel what has poles: to sympy, x / x is 1 and nowhere undefined.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.exports.functions import functions, needed
from smoothdistill_core.exports.inputs import Input, as_inputs, identifiers, labels
from smoothdistill_core.exports.notation import ATOM, INFIX, PRODUCTS, Notation, Written, compose
from smoothdistill_core.exports.preparation_for_code import precomputed
from smoothdistill_core.exports.running import run
from smoothdistill_core.exports.source import INDENT, safe_target, temporaries
from smoothdistill_core.exports.statements import by_notation, statements
from smoothdistill_core.formula import Formula, Operator
from smoothdistill_core.formula.operators.operator import CALL, POWER, PRODUCT
from smoothdistill_core.formula.subformulas import Subformula, numbered

if TYPE_CHECKING:
    import sympy

DEEPEST = 100
"""Levels of operators through which sympy still walks by recursion without coming near Python's limit."""

NOTATIONS = INFIX | {
    "div": Notation("{0} / {1}", PRODUCT, PRODUCTS),
    "inverse": Notation("1 / {0}", PRODUCT, (POWER,)),
    "square": Notation("{0}**2", POWER, (ATOM,)),
    "cube": Notation("{0}**3", POWER, (ATOM,)),
    "pow": Notation("sympy.Pow({0}, {1})"),
    "pow_abs": Notation("sympy.Pow(sympy.Abs({0}), {1})"),
    "analytic_quotient": Notation("{0} / sympy.sqrt(1.0 + {1}**2)", PRODUCT, (PRODUCT, ATOM)),
    "abs": Notation("sympy.Abs({0})"),
    "ceil": Notation("sympy.ceiling({0})"),
    "mod": Notation("sympy.Mod({0}, {1})"),
    "max": Notation("sympy.Max({0}, {1})"),
    "min": Notation("sympy.Min({0}, {1})"),
    "log_abs": Notation("sympy.log(sympy.Abs({0}))"),
    "protected_sqrt": Notation("sympy.sqrt(sympy.Abs({0}))"),
    **{name: Notation(f"{name}({{0}}, {{1}})") for name in ("greater", "protected_div")},
    "round": Notation("rounded({0})"),
    **{name: Notation(f"{name}({{0}})") for name in ("cbrt", "protected_log", "protected_inverse")},
    **{name: Notation(f"cfunctions.{name}({{0}})") for name in ("log1p", "expm1", "log2", "log10")},
    **{
        name: Notation(f"sympy.{name}({{0}})")
        for name in (
            *("sqrt", "sign", "floor", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan"),
            *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "gamma"),
        )
    },
}
"""How each operator is written."""

CHAINS = {"add": "Add", "sub": "Add", "mul": "Mul"}
"""Operators of which sympy takes any number of arguments at once."""

RESERVED = {"sympy", "np", "cfunctions", "expression", *functions("sympy")}


def sympy_source(formula: Formula, inputs: Sequence[Input], target: str) -> str:
    """Return source that leaves a sympy expression in ``expression``; its symbols are real and bear the inputs' names.

    Raises `FormulaError` for a formula of more than `DEEPEST` levels, which sympy could not print.
    """
    building = _building(formula, inputs)
    own = needed("sympy", building)
    imports = ["import numpy as np"] * bool(own) + ["import sympy"]
    if "cfunctions." in building:
        imports.append("from sympy.codegen import cfunctions")
    definitions = "".join(f"\n\n{definition}\n" for definition in own)
    return "\n".join(imports) + "\n" + definitions + ("\n\n" if own else "\n") + f"# {safe_target(target)}\n" + building


def to_sympy(formula: Formula, names: Sequence[str | Input]) -> sympy.Expr:
    """Return the formula as an unevaluated sympy expression over real symbols with the given names.

    Protected operators are functions of their own, one node each, which ``sympy.lambdify`` and ``diff`` know;
    ``.rewrite(sympy.Piecewise)`` writes out their guards, and ``.doit()`` lets sympy evaluate. Raises
    `FormulaError` for a formula of more than `DEEPEST` levels.
    """
    building = _building(precomputed(formula), as_inputs(formula, names))
    expression: sympy.Expr = run(building, dict(_live()))["expression"]
    return expression


@cache
def _live() -> dict[str, Any]:
    """Return what the source needs: made once, because only expressions over the same classes can be equal."""
    header = "import numpy as np\nimport sympy\nfrom sympy.codegen import cfunctions\n\n\n"
    return run(header + "\n\n\n".join(functions("sympy").values()) + "\n", {}, kept=True)


def _building(formula: Formula, inputs: Sequence[Input]) -> str:
    used = sorted(formula.inputs)
    readable = labels(inputs)
    names = identifiers((readable[index] for index in used), RESERVED | temporaries(formula))
    variables = dict(zip(used, names, strict=True))
    parts, _ = numbered(formula)
    code = statements(parts, variables.__getitem__, _Chaining(parts))
    result = code.result if formula.complexity > 1 else f"sympy.sympify({code.result})"
    return "\n".join(
        [
            *(f"# {said}" for index in used if (said := _renamed(inputs[index], readable[index]))),
            *(f"{variables[index]} = sympy.Symbol({readable[index]!r}, real=True)" for index in used),
            "with sympy.evaluate(False):",
            *(f"{INDENT}{name} = {text}" for name, text in code.named),
            f"{INDENT}expression = {result}\n",
        ]
    )


def _renamed(one: Input, name: str) -> str:
    """Say of an input whose symbol cannot have its name which column is to be renamed for it."""
    if one.name == name:
        return ""
    why = f"another input has the name {one.name.strip()!r}" if one.name.strip() else "a symbol has no empty name"
    return f"{name!r} is the column {one.column!r}: {why}; rename the column to name the symbol"


class _Chaining:
    """Writes parts by their notations, but a chain of sums or products as one ``Add`` or ``Mul`` of many terms."""

    def __init__(self, parts: Sequence[Subformula]) -> None:
        self.parts = parts
        self.plainly = by_notation(parts, NOTATIONS)
        uses = Counter(argument for _, arguments in parts for argument in arguments)
        self.goes_on = {
            arguments[0]
            for place, (node, arguments) in enumerate(parts)
            if self._chain(place) and self._chain(place) == self._chain(arguments[0]) and uses[arguments[0]] == 1
        }
        self.terms: dict[int, list[str]] = {}
        self.levels = [0] * len(parts)

    def __call__(self, place: int, operator: Operator, arguments: Sequence[Written]) -> Written | None:
        places = self.parts[place].arguments
        continued = self._chain(place) is not None and places[0] in self.goes_on
        self.levels[place] = max(self.levels[at] + (at not in self.goes_on) for at in places)
        if self.levels[place] > DEEPEST:
            raise FormulaError(f"the formula has more than {DEEPEST} levels, which sympy cannot walk; simplify it")
        if not continued and place not in self.goes_on:
            return self.plainly(place, operator, arguments)
        terms = self.terms.pop(places[0]) if continued else [arguments[0][0]]
        last = arguments[1] if operator.name != "sub" else compose(INFIX["neg"], [arguments[1]])
        terms.append(last[0])
        if place in self.goes_on:
            self.terms[place] = terms
            return None
        return f"sympy.{self._chain(place)}({', '.join(terms)})", CALL

    def _chain(self, place: int) -> str | None:
        node = self.parts[place].node
        return CHAINS.get(node.name) if isinstance(node, Operator) else None
