"""A formula on the page breaks at the signs of its sums, so that nothing of it is cut however narrow the page is."""

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_core.report.answer.pieces import pieces
from smoothdistill_core.scaling import Feature, Scaling

COLUMNS = ("income", "rooms", "age of the house", "x + y - z")
LONG = ("pressure_gradient", "width", "viscosity_of_fluid", "height_of_channel")


def scaling(columns=COLUMNS, target="price"):
    return Scaling(tuple(Feature(name, None, 0.0, 1.0, -1.0, 1.0) for name in columns), target, "none", 0.0, 1.0)


def texts(formula, **names):
    target, *rest = (piece.text for piece in pieces(formula, scaling(**names)))
    assert target.endswith("=")
    return rest


def apply(operator, *parts):
    return Formula.apply(operator, *(Formula.constant(p) if isinstance(p, float) else p for p in parts))


A, B, C, D = map(Formula.variable, range(4))
SUM = apply("sub", apply("add", apply("mul", -2.5, A), apply("mul", -3.25, B)), apply("add", C, apply("mul", 0.5, A)))


def test_a_short_formula_is_one_piece():
    assert texts(apply("mul", A, B)) == ["income*rooms"]


def test_a_sum_breaks_before_its_signs_and_what_is_taken_away_as_a_whole_keeps_its_brackets():
    assert texts(SUM) == ["-2.5*income", "- 3.25*rooms", '- ("age of the house"', "+ 0.5*income)"]


@pytest.mark.parametrize("minus", [apply("mul", -2.5, A), apply("mul", apply("neg", A), B), -2.5])
@pytest.mark.parametrize("over", ["div", "analytic_quotient"])
def test_a_fraction_has_its_minus_once(minus, over):
    fraction = apply(over, minus, C)
    for formula, sign in ((apply("sub", fraction, D), "−"), (apply("sub", D, fraction), "+")):
        typeset = "".join(piece.mathml for piece in pieces(formula, scaling(LONG)))
        assert typeset.count("−") == (2 if sign == "−" else 0)
        assert "".join(texts(formula, columns=LONG)).count("-") == (2 if sign == "−" else 0)


def test_a_long_factor_breaks_inside_its_brackets():
    assert texts(apply("mul", -2.0, SUM)) == [
        "-2*(-2.5*income",
        "- 3.25*rooms",
        '- ("age of the house"',
        "+ 0.5*income))",
    ]


def test_a_long_fraction_stands_on_one_line_and_breaks_above_and_below():
    found = texts(apply("div", SUM, apply("add", D, SUM)))
    assert found[0] == "(-2.5*income"
    assert any('/("x + y - z"' in piece for piece in found)
    assert found[-1].endswith("))")


@pytest.mark.parametrize("operator", ["sin", "exp", "sqrt", "square", "cube", "neg", "abs", "inverse", "expm1", "log"])
def test_what_is_applied_to_a_long_sum_breaks_with_it(operator):
    found = texts(apply(operator, SUM))
    assert len(found) in (1, 4)
    assert "- 3.25*rooms" in found


WORDS = ("income", "rooms", "age_of_the_house", "crime_rate")
CALLS = {name: getattr(np, name) for name in ("exp", "expm1", "sin", "sqrt", "log", "abs")} | {"max": np.maximum}
PARTS = {
    "sum": SUM,
    "product": apply("mul", SUM, A),
    "negative": apply("neg", SUM),
    "short": apply("sub", -1.5, B),
    "names": apply("mul", C, D),
    "reciprocal": apply("inverse", apply("mul", C, D)),
    "third": Formula.constant(1.0 / 3.0),
}


@pytest.mark.parametrize("operator", ["add", "sub", "mul", "div", "pow", "max", "analytic_quotient"])
@pytest.mark.parametrize("left", PARTS)
@pytest.mark.parametrize("right", PARTS)
def test_the_pieces_read_as_one_line_are_the_formula(operator, left, right):
    whole = apply(operator, PARTS[left], apply("mul", 2.0, PARTS[right]))  # or x - x is divided by
    formula = apply("add", apply("square", whole), apply("div", apply("expm1", PARTS[right]), apply("inverse", whole)))
    rows = np.random.default_rng(0).uniform(1, 2, (5, 4))
    read = " ".join(texts(formula, columns=WORDS)).replace("^", "**")
    with np.errstate(all="ignore"):
        value = eval(read, CALLS | dict(zip(WORDS, rows.T, strict=True)))
    assert value == pytest.approx(formula.predict(rows), rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_no_piece_is_longer_than_forty_letters_or_so_where_it_can_break(depth):
    formula = SUM
    for _ in range(depth):
        formula = apply("div", apply("mul", formula, apply("sin", formula)), apply("add", formula, B))
    assert max(map(len, texts(formula))) <= 48


def test_a_name_without_a_break_is_shown_as_text_that_breaks_anywhere():
    (piece,) = pieces(A, scaling(columns=("very " * 20,)))[1:]
    assert not piece.fits


def test_names_are_escaped():
    target, *rest = pieces(SUM, scaling(columns=("<b>", "&", "<script>", "x"), target="<i>"))
    for piece in (target, *rest):
        assert "<b>" not in piece.mathml
        assert "<script>" not in piece.mathml
    assert "&lt;i&gt;" in target.mathml


def test_deeply_nested_sums_take_no_time():
    formula = A
    for depth in range(40):
        formula = apply("sub", B, apply("mul", -1.5 - depth, apply("add", formula, C)))
    assert len(pieces(formula, scaling())) > 40
