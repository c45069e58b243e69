"""The format `latex`: one displayed formula for LaTeX (amsmath), MathJax or KaTeX."""

from __future__ import annotations

import math
from collections.abc import Sequence

from smoothdistill_core.errors import printable
from smoothdistill_core.exports.inputs import Input, labels
from smoothdistill_core.exports.notation import ATOM, FREE, SUMS, Notation
from smoothdistill_core.exports.typesetting import typeset
from smoothdistill_core.formula import Formula, Operator
from smoothdistill_core.formula.operators.operator import CALL, POWER, PRODUCT, SIGN, SUM

BRACKETS = (r"\left(", r"\right)")
FLAT = (FREE, FREE)


def _function(name: str, arguments: int = 1) -> Notation:
    slots = ", ".join(f"{{{slot}}}" for slot in range(arguments))
    return Notation(rf"{name}\left({slots}\right)")


NOTATIONS = {
    "add": Notation("{0} + {1}", SUM, SUMS),
    "sub": Notation("{0} - {1}", SUM, SUMS),
    "mul": Notation(r"{0} \cdot {1}", PRODUCT, (PRODUCT, SIGN)),
    "div": Notation(r"\frac{{{0}}}{{{1}}}", POWER, FLAT),
    "neg": Notation("-{0}", SIGN, (POWER,)),
    "inverse": Notation(r"\frac{{1}}{{{0}}}", POWER),
    "square": Notation("{0}^{{2}}", POWER, (ATOM,)),
    "cube": Notation("{0}^{{3}}", POWER, (ATOM,)),
    "pow": Notation("{0}^{{{1}}}", POWER, (ATOM, FREE)),
    "pow_abs": Notation(r"\left|{0}\right|^{{{1}}}", POWER, FLAT),
    "sqrt": Notation(r"\sqrt{{{0}}}"),
    "cbrt": Notation(r"\sqrt[3]{{{0}}}"),
    "analytic_quotient": Notation(r"\frac{{{0}}}{{\sqrt{{1 + {1}^{{2}}}}}}", POWER, (FREE, ATOM)),
    "abs": Notation(r"\left|{0}\right|"),
    "sign": _function(r"\operatorname{{sign}}"),
    "floor": Notation(r"\left\lfloor {0} \right\rfloor"),
    "ceil": Notation(r"\left\lceil {0} \right\rceil"),
    "round": Notation(r"\left\lfloor {0} \right\rceil"),
    "mod": _function(r"\operatorname{{mod}}", 2),
    "max": _function(r"\max", 2),
    "min": _function(r"\min", 2),
    "greater": Notation(r"\left[{0} > {1}\right]"),
    "exp": Notation(r"\mathrm{{e}}^{{{0}}}", POWER),
    "expm1": Notation(r"\left(\mathrm{{e}}^{{{0}}} - 1\right)"),
    "log": _function(r"\ln"),
    "log2": _function(r"\log_{{2}}"),
    "log10": _function(r"\log_{{10}}"),
    "log1p": Notation(r"\ln\left(1 + {0}\right)", CALL, (SUM,)),
    "log_abs": Notation(r"\ln\left|{0}\right|", CALL),
    **{name: _function(rf"\{name}") for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{name: _function(rf"\arc{name[1:]}") for name in ("asin", "acos", "atan")},
    **{name: _function(rf"\operatorname{{{{{name.replace('a', 'ar', 1)}}}}}") for name in ("asinh", "acosh", "atanh")},
    "erf": _function(r"\operatorname{{erf}}"),
    "gamma": _function(r"\Gamma"),
    "protected_div": _function(r"\operatorname{{pdiv}}", 2),
    "protected_sqrt": Notation(r"\sqrt{{\left|{0}\right|}}"),
    "protected_log": _function(r"\operatorname{{plog}}"),
    "protected_inverse": _function(r"\operatorname{{pinv}}"),
}
"""How each operator is written; brackets around a comparison are Iverson's: 1 where it holds, else 0."""

MEANINGS = {
    "protected_div": (r"\operatorname{pdiv}(a, b)", r"\frac{a}{b}", "|b|", "1"),
    "protected_log": (r"\operatorname{plog}(a)", r"\ln|a|", "|a|", "0"),
    "protected_inverse": (r"\operatorname{pinv}(a)", r"\frac{1}{a}", "|a|", "0"),
}
"""What the protected operators mean: the call, its value, what must exceed 0.001, and the value elsewhere."""

KNOWN = {
    math.pi: (r"\pi", CALL),
    math.e: (r"\mathrm{e}", CALL),
    math.sqrt(2.0): (r"\sqrt{2}", CALL),
    1.0 / 3.0: (r"\tfrac{1}{3}", POWER),
}
"""The numbers of `formula.notation.KNOWN`."""

ESCAPES = {
    **{letter: "\\" + letter for letter in "{}$&#_%"},
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}


def latex(formula: Formula, inputs: Sequence[Input], target: str) -> str:
    """Return the formula as an equation, followed by what its protected operators mean; no dollar signs around it.

    Raises `FormulaError` where brackets, fractions and powers stand in one another more than 100 levels deep.
    """
    names = [_indicator(one) if one.category is not None else _word(label) for one, label in _labelled(inputs)]
    text = typeset(formula, names.__getitem__, _number, NOTATIONS, BRACKETS, "-")
    used = {node.name for node in formula.nodes if isinstance(node, Operator)}
    lines = [f"{_word(target.strip() or 'y')} &= {text}"]
    lines += [
        rf"{call} &= \begin{{cases}} {value} & \text{{if }} {guarded} > 0.001 \\ "
        rf"{otherwise} & \text{{else}} \end{{cases}}"
        for name, (call, value, guarded, otherwise) in MEANINGS.items()
        if name in used
    ]
    if len(lines) == 1:
        return lines[0].replace(" &= ", " = ", 1)
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _labelled(inputs: Sequence[Input]) -> list[tuple[Input, str]]:
    return list(zip(inputs, labels(inputs), strict=True))


def _indicator(one: Input) -> str:
    return rf"\left[{_word(one.column)} = {_word(str(one.category))}\right]"


def _word(name: str) -> str:
    if len(name) == 1 and name.isascii() and name.isalpha():
        return name
    return r"\text{" + "".join(ESCAPES.get(letter, letter) for letter in printable(name)) + "}"


def _number(value: float) -> tuple[str, int]:
    if abs(value) in KNOWN:
        text, binding = KNOWN[abs(value)]
        return (text, binding) if value > 0.0 else (f"-{text}", SIGN)
    mantissa, _, exponent = repr(value).partition("e")
    mantissa = mantissa.removesuffix(".0")
    sign = mantissa.startswith("-")
    if not exponent:
        return mantissa, SIGN if sign else CALL
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}", SIGN if sign else PRODUCT
