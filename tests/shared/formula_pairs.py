"""Pairs of formulas of which it is known whether they are the same function: random rewriting, checked to 50 digits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import mpmath
import numpy as np
import sympy

from smoothdistill_core import Formula
from smoothdistill_core.formula import Constant, Operator, Variable
from smoothdistill_core.formula.evaluation import arguments_of
from smoothdistill_laws.grammar import parsed

Box = Sequence[tuple[float, float]]

DIGITS = 50
TRIED = 24
"""Points of the box at which values are compared in so many digits."""

EQUAL, DIFFERENT = 1e-35, 1e-5
"""Values that differ by less, relative, are the same; those of different formulas differ by more at some point."""

WITHIN = "a constant 0.4 % off, and rewritten"

MOST_NODES = 120

REWRITINGS = {
    "sin(a)": ["cos(a - pi/2)", "2*sin(a/2)*cos(a/2)", "-sin(-a)", "2*tan(a/2)/(1 + tan(a/2)^2)"],
    "cos(a)": ["sin(a + pi/2)", "1 - 2*sin(a/2)^2", "2*cos(a/2)^2 - 1", "cos(-a)", "cos(a/2)^2 - sin(a/2)^2"],
    "sin(a)^2": ["1 - cos(a)^2", "(1 - cos(2*a))/2"],
    "cos(a)^2": ["1 - sin(a)^2", "(1 + cos(2*a))/2"],
    "tanh(a)": ["(exp(2*a) - 1)/(exp(2*a) + 1)", "sinh(a)/cosh(a)", "1 - 2/(exp(2*a) + 1)"],
    "sinh(a)": ["(exp(a) - exp(-a))/2", "2*sinh(a/2)*cosh(a/2)"],
    "cosh(a)": ["(exp(a) + exp(-a))/2", "1 + 2*sinh(a/2)^2"],
    "exp(a)": ["1/exp(-a)", "exp(a/2)^2", "(1 + tanh(a/2))/(1 - tanh(a/2))", "sinh(a) + cosh(a)"],
    "log(a)": ["2*log(sqrt(a))", "-log(1/a)", "log(3*a) - log(3)"],
    "sqrt(a)": ["a^0.5", "exp(log(a)/2)", "a/sqrt(a)", "2*sqrt(a/4)", "(a^2)^0.25"],
    "acos(a)": ["pi/2 - asin(a)"],
    "asin(a)": ["pi/2 - acos(a)", "atan(a/sqrt(1 - a^2))"],
    "a*b": ["((a + b)^2 - (a - b)^2)/4", "b*a", "a/(1/b)", "((a + b)^2 - a^2 - b^2)/2"],
    "a/b": ["1/(b/a)", "a*(1/b)", "a*b/b^2", "(a/b^0.5)/b^0.5"],
    "a + b": ["b + a", "(a^2 - b^2)/(a - b)", "a*(1 + b/a)", "2*(a/2 + b/2)", "-(-a - b)"],
    "a - b": ["-(b - a)", "(a^2 - b^2)/(a + b)", "a*(1 - b/a)", "(a + 1) - (b + 1)"],
    "a^2": ["a*a", "a^3/a", "(a + 1)^2 - 2*a - 1", "abs(a)^2"],
    "a^3": ["a*a^2", "a^2*a", "a^5/a^2"],
    "1/a": ["a/a^2", "2/(2*a)", "a^-1"],
}
"""What may be written otherwise, and how; where it goes wrong on the way is seen when values are compared."""

SHAPES = [
    *("a*b", "a/b", "a + b", "a - b", "a*b", "a/b", "a + b", "sqrt(a^2 + b^2)", "1/(a + b)"),
    *("sin(a)", "cos(a)", "exp(a/3)", "exp(-a/2)", "log(a)", "sqrt(a)", "tanh(a/2)", "a^2", "a^3", "a^1.5"),
    *("a*cos(b)", "a*exp(-b)", "a/(1 + b^2)", "a*sin(b)^2", "1.7*a", "a + 2.3", "0.4*a + b", "1 - a/b/6"),
]
"""What random formulas are put together from."""


@dataclass(frozen=True)
class Pair:
    """Two formulas over the same inputs in ranges; ``kind`` says how the second came from the first."""

    kind: str
    law: Formula
    found: Formula
    box: Box

    @property
    def is_equal(self) -> bool:
        """Whether both are the same function, but for constants within 1 %."""
        return self.kind in ("rewritten", "restructured", WITHIN)

    def __str__(self) -> str:
        ranges = ", ".join(f"{low:.3f} to {high:.3f}" for low, high in self.box)
        return f"{self.kind}: {self.law}  |  {self.found}  |  {ranges}"


def pairs(random: np.random.Generator, laws: Sequence[tuple[Formula, Box]]) -> Iterator[Pair]:
    """Yield pairs without end, in turn equal and different, of the laws and of random formulas."""
    makers: list[tuple[str, Callable[..., Formula | None]]] = [
        (WITHIN, with_a_constant_within),
        ("rewritten", rewritten),
        ("another constant", with_another_constant),
        ("restructured", restructured),
        ("another term", with_another_term),
        ("rewritten", rewritten),
        ("another exponent", with_another_exponent),
        ("restructured", restructured),
        ("swapped inputs", with_swapped_inputs),
    ]
    turn = 0
    while True:
        for law, box in (
            (laws[int(random.integers(len(laws)))], some_formula(random)) if laws else [some_formula(random)]
        ):
            kind, make = makers[turn % len(makers)]
            try:
                found = make(random, law, box)
                if (
                    found is not None
                    and make not in (rewritten, restructured, with_a_constant_within)
                    and random.random() < 0.5
                ):
                    found = rewritten(random, found, box) or found
                pair = None if found is None or found == law else Pair(kind, law, found, box)
                fits = pair is not None and is_as_said(pair)
            except Exception:  # whatever cannot be done with this formula is done with another
                continue
            if pair is not None and fits:
                turn += 1
                yield pair


def is_as_said(pair: Pair) -> bool:
    """Say whether the formulas are the same, in many digits, or not, as the pair says, and finite in the box."""
    X = np.random.default_rng(1).uniform(*np.array(pair.box).T, size=(2000, len(pair.box)))
    if not (np.isfinite(pair.law.predict(X)).all() and np.isfinite(pair.found.predict(X)).all()):
        return False
    with mpmath.workdps(DIGITS):
        wanted = [exact(pair.law, row) for row in X[:TRIED]]
        values = [exact(pair.found, row) for row in X[:TRIED]]
        size = max(abs(value) for value in wanted)
        if not 0 < size < mpmath.mpf(10) ** 30:
            return False
        apart = max(abs(value - other) / size for value, other in zip(values, wanted, strict=True))
        spread = max(wanted) - min(wanted)
    if spread <= 1e-6 * size:
        return False
    return bool(apart > DIFFERENT if pair.kind == WITHIN or not pair.is_equal else apart < EQUAL)


FUNCTIONS: dict[str, Callable[..., object]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "neg": lambda a: -a,
    "square": lambda a: a * a,
    "cube": lambda a: a * a * a,
}


def exact(formula: Formula, row: Sequence[float]) -> mpmath.mpf:
    """Return a formula's value to many digits."""

    def leaf(node: Variable | Constant) -> mpmath.mpf:
        if isinstance(node, Variable):
            return mpmath.mpf(float(row[node.index]))
        return +mpmath.pi if node.value == math.pi else mpmath.mpf(repr(node.value))

    def apply(operator: Operator, *parts: mpmath.mpf) -> mpmath.mpf:
        function = FUNCTIONS.get(operator.name) or getattr(mpmath, {"abs": "fabs"}.get(operator.name, operator.name))
        value = function(*parts)
        if isinstance(value, mpmath.mpc):
            raise ValueError("a part has no real value")
        return value

    return formula.fold(leaf, apply)


def some_formula(random: np.random.Generator) -> tuple[Formula, Box]:
    """Return a random formula of two to four inputs, and their ranges."""
    inputs = int(random.integers(2, 5))
    parts = [Formula.variable(index) for index in range(inputs)]
    while len(parts) > 1:
        a, b = (parts.pop(int(random.integers(len(parts)))) for _ in range(2))
        parts.append(filled(str(random.choice([shape for shape in SHAPES if "b" in shape])), {"a": a, "b": b}))
        if random.random() < 0.5:
            parts.append(filled(str(random.choice(SHAPES)), {"a": parts.pop(), "b": Formula.variable(0)}))
    low = random.uniform(0.3, 2.0, size=inputs)
    return parts[0], [
        (float(each), float(each + width)) for each, width in zip(low, random.uniform(0.5, 4.0, inputs), strict=True)
    ]


def filled(text: str, parts: dict[str, Formula]) -> Formula:
    """Return the formula of a text with formulas for its names."""
    law = parsed(text)
    return law.formula.fold(
        lambda node: parts[law.names[node.index]] if isinstance(node, Variable) else Formula((node,)),
        lambda operator, *inner: Formula.apply(operator.name, *inner),
    )


def rewritten(random: np.random.Generator, formula: Formula, box: Box) -> Formula | None:
    """Return a formula of which one to four parts are written otherwise."""
    found = formula
    for _ in range(int(random.integers(1, 5))):
        places = [
            (place, pattern, bound)
            for place in range(len(found.nodes))
            for pattern in REWRITINGS
            if (bound := matched(subformula(found, place), parsed(pattern).formula, parsed(pattern).names)) is not None
        ]
        if not places:
            return None
        place, pattern, bound = places[int(random.integers(len(places)))]
        other = filled(str(random.choice(REWRITINGS[pattern])), bound)
        tried = with_part(found, place, other)
        if tried.complexity < MOST_NODES and is_as_said(Pair("rewritten", formula, tried, box)):
            found = tried
    return None if found == formula else found


def restructured(random: np.random.Generator, formula: Formula, box: Box) -> Formula | None:
    """Return a formula as sympy writes it otherwise, after one to three changes."""
    symbols = [sympy.Symbol(f"x{index}", positive=low > 0) for index, (low, _) in enumerate(box)]
    changes = [
        sympy.expand,
        sympy.factor,
        sympy.together,
        sympy.expand_trig,
        lambda each: sympy.expand_log(each, force=False),
        lambda each: sympy.apart(each, symbols[int(random.integers(len(symbols)))]),
        lambda each: sympy.collect(sympy.expand(each), symbols[int(random.integers(len(symbols)))]),
        sympy.cancel,
        sympy.powsimp,
    ]
    found = symbolic(formula, symbols)
    for _ in range(int(random.integers(1, 4))):
        if sympy.count_ops(found) > 60:
            break
        found = changes[int(random.integers(len(changes)))](found)
    if found.has(sympy.I, sympy.zoo, sympy.nan) or sympy.count_ops(found) > 100:
        return None
    law = parsed(str(found).replace("Abs(", "abs("))
    return Formula(
        tuple(
            Variable(int(law.names[node.index][1:])) if isinstance(node, Variable) else node
            for node in law.formula.nodes
        )
    )


def symbolic(formula: Formula, symbols: Sequence[sympy.Symbol]) -> sympy.Expr:
    """Return a formula as an expression of sympy, its decimals as fractions."""

    def leaf(node: Variable | Constant) -> sympy.Expr:
        if isinstance(node, Variable):
            return symbols[node.index]
        return sympy.pi if node.value == math.pi else sympy.Rational(repr(node.value))

    def apply(operator: Operator, *parts: sympy.Expr) -> sympy.Expr:
        return (FUNCTIONS.get(operator.name) or getattr(sympy, {"abs": "Abs"}.get(operator.name, operator.name)))(
            *parts
        )

    return formula.fold(leaf, apply)


def with_a_constant_within(random: np.random.Generator, formula: Formula, box: Box) -> Formula | None:
    """Return a formula with one constant 0.4 % off, rewritten."""
    found = with_another_constant(random, formula, box, 1.0 + float(random.choice([-0.004, 0.004])))
    return None if found is None else rewritten(random, found, box)


def with_another_constant(
    random: np.random.Generator, formula: Formula, box: Box, factor: float | None = None
) -> Formula | None:
    """Return a formula with one constant, 1 where there is none, 5 to 30 % off; none that is an exponent."""
    exponents = {
        inner[1]
        for node, inner in zip(formula.nodes, arguments_of(formula.nodes), strict=True)
        if getattr(node, "name", "") == "pow"
    }
    places = [
        place for place, node in enumerate(formula.nodes) if isinstance(node, Constant) and place not in exponents
    ]
    factor = factor or float(1.0 + random.choice([-1.0, 1.0]) * random.uniform(0.05, 0.3))
    if not places:
        return Formula.apply("mul", Formula.constant(round(factor, 4)), formula)
    place = int(random.choice(places))
    return with_part(formula, place, Formula.constant(float(f"{formula.nodes[place].value * factor:.5g}")))


def with_another_term(random: np.random.Generator, formula: Formula, box: Box) -> Formula | None:
    """Return a formula with a further term of 0.03 to 3 % of its spread."""
    X = random.uniform(*np.array(box).T, size=(200, len(box)))
    used = sorted(formula.inputs)
    # none that is likely to be a term already: that would be another constant, and a small change of one
    terms = ["sin(2.3*a)", "a^0.6*b^0.3", "a*b^1.3", "exp(-1.3*a)"]
    inputs = {name: Formula.variable(int(random.choice(used))) for name in "ab"}
    term = filled(str(random.choice(terms)), inputs)
    size = float(np.ptp(formula.predict(X)) * 10 ** random.uniform(-3.5, -1.5) / np.abs(term.predict(X)).max())
    return Formula.apply("add", formula, Formula.apply("mul", Formula.constant(float(f"{size:.3g}")), term))


def with_another_exponent(random: np.random.Generator, formula: Formula, box: Box) -> Formula | None:
    """Return a formula in which an input, a root or a power has another exponent."""
    places = [
        place
        for place, node in enumerate(formula.nodes)
        if isinstance(node, Variable) or getattr(node, "name", "") in ("square", "cube", "sqrt")
    ]
    place = int(random.choice(places))
    part = subformula(formula, place)
    inner = part if len(part.nodes) == 1 else subformula(part, 1)
    old = {"square": 2.0, "cube": 3.0, "sqrt": 0.5}.get(getattr(part.nodes[0], "name", ""), 1.0)
    new = round(old * float(random.choice([0.5, 0.9, 0.95, 1.05, 1.1, 1.5])), 4)
    return with_part(formula, place, Formula.apply("pow", inner, Formula.constant(new)))


def with_swapped_inputs(random: np.random.Generator, formula: Formula, box: Box) -> Formula | None:
    """Return a formula with two inputs in each other's place."""
    used = sorted(formula.inputs)
    if len(used) < 2:
        return None
    a, b = (int(each) for each in random.choice(used, size=2, replace=False))
    other = {a: b, b: a}
    return Formula(
        tuple(
            Variable(other.get(node.index, node.index)) if isinstance(node, Variable) else node
            for node in formula.nodes
        )
    )


def matched(formula: Formula, pattern: Formula, names: Sequence[str]) -> dict[str, Formula] | None:
    """Return what the names of a pattern stand for in a formula, None where it does not fit."""
    bound: dict[str, Formula] = {}
    place = 0
    for node in pattern.nodes:
        if isinstance(node, Variable):
            part = subformula(formula, place)
            bound[names[node.index]] = part
            place += len(part.nodes)
        elif place < len(formula.nodes) and formula.nodes[place] == node:
            place += 1
        else:
            return None
    return bound


def subformula(formula: Formula, place: int) -> Formula:
    """Return the part of a formula that begins at a place."""
    missing, end = 1, place
    while missing:
        node = formula.nodes[end]
        missing += node.arity - 1 if isinstance(node, Operator) else -1
        end += 1
    return Formula(formula.nodes[place:end])


def with_part(formula: Formula, place: int, part: Formula) -> Formula:
    """Return a formula with another part at a place."""
    end = place + len(subformula(formula, place).nodes)
    return Formula((*formula.nodes[:place], *part.nodes, *formula.nodes[end:]))
