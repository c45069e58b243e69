"""The format `mathml`: presentation MathML that a page can hold as it is; every name is escaped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from smoothdistill_core.errors import printable
from smoothdistill_core.exports.inputs import Input, labels
from smoothdistill_core.exports.notation import ATOM, FREE, SUMS, Notation
from smoothdistill_core.exports.typesetting import typeset
from smoothdistill_core.formula import Formula, Operator
from smoothdistill_core.formula.operators.operator import CALL, POWER, PRODUCT, SIGN, SUM

MINUS = "<mo>−</mo>"
TIMES = "<mo>·</mo>"
FLAT = (FREE, FREE)


def _fenced(opening: str, inside: str, closing: str) -> str:
    return f"<mrow><mo>{opening}</mo>{inside}<mo>{closing}</mo></mrow>"


BRACKETS = ("<mrow><mo>(</mo>", "<mo>)</mo></mrow>")
MAGNITUDE = _fenced("|", "{0}", "|")


KNOWN = {
    math.pi: ("<mi>π</mi>", CALL),
    math.e: ('<mi mathvariant="normal">e</mi>', CALL),
    math.sqrt(2.0): ("<msqrt><mn>2</mn></msqrt>", CALL),
    1.0 / 3.0: ("<mfrac><mn>1</mn><mn>3</mn></mfrac>", POWER),
}
"""The numbers of `formula.notation.KNOWN`."""


def _row(slot: int) -> str:
    return f"<mrow>{{{slot}}}</mrow>"


def _function(name: str, arguments: int = 1) -> Notation:
    slots = "<mo>,</mo>".join(f"{{{slot}}}" for slot in range(arguments))
    return Notation(f"<mrow>{name}<mo>&#x2061;</mo>{_fenced('(', slots, ')')}</mrow>")


def _named(name: str, arguments: int = 1) -> Notation:
    return _function(f"<mi>{name}</mi>", arguments)


EXPONENTIAL = f'<msup><mi mathvariant="normal">e</mi>{_row(0)}</msup>'
"""An upright e, which no column is written with."""

NOTATIONS = {
    "add": Notation("{0}<mo>+</mo>{1}", SUM, SUMS),
    "sub": Notation(f"{{0}}{MINUS}{{1}}", SUM, SUMS),
    "mul": Notation(f"{{0}}{TIMES}{{1}}", PRODUCT, (PRODUCT, SIGN)),
    "div": Notation(f"<mfrac>{_row(0)}{_row(1)}</mfrac>", POWER, FLAT),
    "neg": Notation(f"{MINUS}{{0}}", SIGN, (POWER,)),
    "inverse": Notation(f"<mfrac><mn>1</mn>{_row(0)}</mfrac>", POWER),
    "square": Notation(f"<msup>{_row(0)}<mn>2</mn></msup>", POWER, (ATOM,)),
    "cube": Notation(f"<msup>{_row(0)}<mn>3</mn></msup>", POWER, (ATOM,)),
    "pow": Notation(f"<msup>{_row(0)}{_row(1)}</msup>", POWER, (ATOM, FREE)),
    "pow_abs": Notation(f"<msup>{MAGNITUDE}{_row(1)}</msup>", POWER, FLAT),
    "sqrt": Notation("<msqrt>{0}</msqrt>"),
    "cbrt": Notation(f"<mroot>{_row(0)}<mn>3</mn></mroot>"),
    "analytic_quotient": Notation(
        f"<mfrac>{_row(0)}<msqrt><mn>1</mn><mo>+</mo><msup>{_row(1)}<mn>2</mn></msup></msqrt></mfrac>",
        *(POWER, (FREE, ATOM)),
    ),
    "abs": Notation(MAGNITUDE),
    "sign": _named("sign"),
    "floor": Notation(_fenced("⌊", "{0}", "⌋")),
    "ceil": Notation(_fenced("⌈", "{0}", "⌉")),
    "round": Notation(_fenced("⌊", "{0}", "⌉")),
    "mod": _named("mod", 2),
    "max": _named("max", 2),
    "min": _named("min", 2),
    "greater": Notation(_fenced("[", "{0}<mo>&gt;</mo>{1}", "]")),
    "exp": Notation(EXPONENTIAL, POWER),
    "expm1": Notation(_fenced("(", f"{EXPONENTIAL}{MINUS}<mn>1</mn>", ")")),
    "log": _named("ln"),
    "log2": _function("<msub><mi>log</mi><mn>2</mn></msub>"),
    "log10": _function("<msub><mi>log</mi><mn>10</mn></msub>"),
    "log1p": Notation(f"<mrow><mi>ln</mi>{_fenced('(', '<mn>1</mn><mo>+</mo>{0}', ')')}</mrow>", CALL, (SUM,)),
    "log_abs": Notation(f"<mrow><mi>ln</mi>{MAGNITUDE}</mrow>"),
    **{name: _named(name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "erf")},
    **{name: _named(f"arc{name[1:]}") for name in ("asin", "acos", "atan")},
    **{name: _named(f"ar{name[1:]}") for name in ("asinh", "acosh", "atanh")},
    "gamma": _named("Γ"),
    "protected_div": _named("pdiv", 2),
    "protected_sqrt": Notation(f"<msqrt>{MAGNITUDE}</msqrt>"),
    "protected_log": _named("plog"),
    "protected_inverse": _named("pinv"),
}
"""How each operator is written; brackets around a comparison are Iverson's: 1 where it holds, else 0."""

MEANINGS = {
    "protected_div": (NOTATIONS["protected_div"].template, "<mfrac><mi>a</mi><mi>b</mi></mfrac>", "<mi>b</mi>", 1),
    "protected_log": (NOTATIONS["protected_log"].template, NOTATIONS["log_abs"].template, "<mi>a</mi>", 0),
    "protected_inverse": (
        NOTATIONS["protected_inverse"].template,
        "<mfrac><mn>1</mn><mi>a</mi></mfrac>",
        "<mi>a</mi>",
        0,
    ),
}
"""What the protected operators mean: the call, its value, what must exceed 0.001, and the value elsewhere."""


def mathml(formula: Formula, inputs: Sequence[Input], target: str) -> str:
    """Return one ``<math>`` element: the equation, and below it what its protected operators mean.

    Raises `FormulaError` where brackets, fractions and powers stand in one another more than 100 levels deep.
    """
    text = expression(formula, inputs)
    used = {node.name for node in formula.nodes if isinstance(node, Operator)}
    rows = [(word(target.strip() or "y"), f"<mrow>{text}</mrow>")]
    rows += [
        (call.format("<mi>a</mi>", "<mi>b</mi>"), _cases(value.format("<mi>a</mi>"), guarded, otherwise))
        for name, (call, value, guarded, otherwise) in MEANINGS.items()
        if name in used
    ]
    if len(rows) == 1:
        body = f"<mrow>{rows[0][0]}<mo>=</mo>{rows[0][1]}</mrow>"
    else:
        cells = '<mtd style="text-align: {}">'.format
        body = "".join(
            f"<mtr>{cells('right')}{left}</mtd><mtd><mo>=</mo></mtd>{cells('left')}{right}</mtd></mtr>"
            for left, right in rows
        )
        body = f"<mtable>{body}</mtable>"
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">{body}</math>'


def expression(formula: Formula, inputs: Sequence[Input]) -> str:
    """Return the elements of a formula alone, which one ``<math>`` can hold; raises `FormulaError` as `mathml` does."""
    names = [
        _indicator(one) if one.category is not None else word(label)
        for one, label in zip(inputs, labels(inputs), strict=True)
    ]
    return typeset(formula, names.__getitem__, _number, NOTATIONS, BRACKETS, MINUS)


def _cases(value: str, guarded: str, otherwise: int) -> str:
    condition = f"<mrow>{MAGNITUDE.format(guarded)}<mo>&gt;</mo><mn>0.001</mn></mrow>"
    rows = (
        f"<mtr><mtd>{value}</mtd><mtd><mtext>if </mtext>{condition}</mtd></mtr>"
        f"<mtr><mtd><mn>{otherwise}</mn></mtd><mtd><mtext>else</mtext></mtd></mtr>"
    )
    return f"<mrow><mo>{{</mo><mtable>{rows}</mtable></mrow>"


def _indicator(one: Input) -> str:
    opening, closing = (f'<mo stretchy="false">{mark}</mo>' for mark in "[]")
    return f"<mrow>{opening}{word(one.column)}<mo>=</mo>{word(str(one.category))}{closing}</mrow>"


def word(name: str) -> str:
    """Return the element of a name, escaped."""
    shown = escape(printable(name))
    return f"<mi>{shown}</mi>" if name.isidentifier() else f"<mtext>{shown}</mtext>"


def _number(value: float) -> tuple[str, int]:
    if abs(value) in KNOWN:
        text, binding = KNOWN[abs(value)]
        return (text, binding) if value > 0.0 else (MINUS + text, SIGN)
    mantissa, _, exponent = repr(abs(value)).partition("e")
    text, binding = f"<mn>{mantissa.removesuffix('.0')}</mn>", CALL
    if exponent:
        power = f"<mn>{abs(int(exponent))}</mn>"
        power = f"<mrow>{MINUS}{power}</mrow>" if exponent.startswith("-") else power
        text, binding = f"{text}{TIMES}<msup><mn>10</mn>{power}</msup>", PRODUCT
    return (MINUS + text, SIGN) if repr(value).startswith("-") else (text, binding)
