"""Rounding leaves the fewest parts and digits that keep R2 within the tolerance."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.formula import Formula, constants, first_pole, rounded
from smoothdistill_core.formula.operators.table import OPERATORS
from smoothdistill_core.formula.trimming import shorter

SETTINGS = settings(settings.get_profile("formula"), max_examples=60)
X = np.random.default_rng(0).normal(size=(200, 3))
NOISE = np.random.default_rng(1).normal(size=200)


def r2(formula, target):
    return 1.0 - np.sum((target - formula.predict(X)) ** 2) / np.sum((target - target.mean()) ** 2)


@pytest.mark.parametrize(
    ("tolerance", "text"),
    [(0.0, "1.23456789 + 0.987654321*x0"), (1e-6, "1.235 + 0.988*x0"), (0.05, "1.2 + x0")],
)
def test_a_larger_tolerance_leaves_fewer_digits(tolerance, text):
    formula = Formula.linear([0.987654321], 1.23456789)
    assert str(rounded(formula, X, formula.predict(X), tolerance)) == text


@SETTINGS
@given(st.from_type(Formula), st.sampled_from([0.0, 1e-4, 0.01]))
def test_r2_falls_by_no_more_than_the_tolerance(formula, tolerance):
    with np.errstate(all="ignore"):
        target = np.where(np.isfinite(formula.predict(X)), np.clip(formula.predict(X), -1e6, 1e6), 0.0) + NOISE
        short = rounded(formula, X, target, tolerance)
        before, after = r2(formula, target), r2(short, target)
    if np.isfinite(before):
        assert after >= before - tolerance - 1e-9 * abs(before)
    else:
        assert short == formula
    assert short.complexity <= formula.complexity


NAMED = {
    name: operator.value
    for operator in OPERATORS.values()
    if (name := operator.notation.partition("(")[0]).isidentifier()
} | {"sqrt": np.sqrt, "pi": np.pi, "number": np.float64}
"""What the names in a written formula mean."""


def read_back(text):
    """Compute a formula from what a person reads, as Python would with these names."""
    inputs = {f"x{index}": column for index, column in enumerate(X.T)}
    code = re.sub(r"(?<![\w.])\d[\d.]*(e[-+]?\d+)?", r"number(\g<0>)", text).replace("^", "**")
    return eval(code, {"__builtins__": {}}, NAMED | inputs)


@SETTINGS
@given(st.from_type(Formula), st.sampled_from([1e-4, 0.01]))
def test_what_is_read_computes_r2_within_the_tolerance(formula, tolerance):
    with np.errstate(all="ignore"):
        target = np.where(np.isfinite(formula.predict(X)), np.clip(formula.predict(X), -1e6, 1e6), 0.0) + NOISE
        short, before = rounded(formula, X, target, tolerance), r2(formula, target)
        read = np.broadcast_to(np.asarray(read_back(str(short)), dtype=float), len(X))
        after = 1.0 - np.sum((target - read) ** 2) / np.sum((target - target.mean()) ** 2)
    if np.isfinite(before):
        assert after >= before - tolerance - 1e-6 * max(abs(before), 1.0)


def test_a_constant_that_matters_less_gets_fewer_digits():
    formula = Formula.linear([100.123456, 0.2123456], 5.123456)
    short = rounded(formula, X, formula.predict(X), 1e-7)
    lengths = [len(f"{value:g}") for value in constants(short)]
    assert lengths[2] < lengths[1]


def test_moderate_whole_numbers_stay():
    formula = Formula.linear([19901.0, 19907.0, 1997.0], 9993.0)
    short = rounded(formula, X, formula.predict(X), 0.0001)
    assert list(constants(short)) == [9993.0, 20000.0, 20000.0, 1997.0]


def test_nothing_to_round_changes_nothing():
    assert rounded(Formula.variable(0), X, NOISE, 0.1) == Formula.variable(0)
    nowhere = Formula.apply("log", Formula.constant(-0.123))
    assert rounded(nowhere, X, NOISE, 0.1) is nowhere
    assert rounded(Formula.constant(0.123), X[:0], NOISE[:0], 0.1) == Formula.constant(0.123)


@pytest.mark.parametrize(("gap", "text"), [(0, "1.23456789 + 0.987654321*x0"), (1, "1.2 + x0")])
def test_a_row_with_a_gap_matters_where_the_formula_reads_it(gap, text):
    formula, rows = Formula.linear([0.987654321], 1.23456789), X.copy()
    rows[3, gap] = np.nan
    assert str(rounded(formula, rows, formula.predict(X), 0.05)) == text


def test_a_constant_target_allows_no_larger_error():
    target = np.full(len(X), 0.123)
    assert rounded(Formula.constant(0.123), X, target, 0.5) == Formula.constant(0.123)


@pytest.mark.parametrize("tolerance", [-0.1, 1.0, np.nan, np.inf])
def test_a_tolerance_beyond_reason_is_refused(tolerance):
    with pytest.raises(FormulaError, match=r"a number in \[0, 1\)"):
        rounded(Formula.constant(0.5), X, NOISE, tolerance)


def test_a_target_of_another_length_is_refused():
    with pytest.raises(FormulaError, match=r"y must have shape \(200,\)"):
        rounded(Formula.constant(0.5), X, NOISE[:3], 0.1)


def test_without_any_tolerance_the_last_digit_stays():
    formula = Formula.linear([0.1 + 0.2, 0.1 + 0.7], 5.0)  # 0.30000000000000004 and 0.7999999999999999
    assert rounded(formula, X, formula.predict(X), 0.0) == formula


apply, number = Formula.apply, Formula.constant
A, B, C = (Formula.variable(index) for index in range(3))
POSITIVE = np.random.default_rng(2).uniform(1.0, 5.0, (300, 3))
"""Rows at which quotients and roots have values."""


def shown(formula, tolerance=0.001, noise=0.01, data=POSITIVE):
    target = formula.predict(data) + noise * np.random.default_rng(3).normal(size=len(data))
    return rounded(formula, data, target, tolerance).text(["a", "b", "c"], digits=15)


WRONG_ONCE = {
    "-b*sin(a)": apply("sub", number(-3e-9), apply("mul", apply("sub", B, number(6e-11)), apply("sin", A))),
    "a*b": apply(
        "mul",
        apply(
            "mul",
            number(-2.7e-16),
            apply("add", apply("sub", B, apply("mul", number(3.7e15), A)), number(34.0)),
        ),
        apply("sub", B, apply("mul", number(1e-16), A)),
    ),
    "a - b": apply("sub", apply("sub", A, B), apply("mul", number(1.05e-16), C)),
    "-1.1*a - 1.4*b": apply("sub", apply("mul", number(-1.108), A), apply("mul", number(1.389), B)),
    "2.26*a - 1.7*b": apply("sub", apply("mul", number(2.257), A), apply("mul", number(1.719), B)),
    "40*a - 37*b": apply("sub", apply("mul", number(39.7), A), apply("mul", number(36.6), B)),
    "400*a": apply("mul", number(400.90000000000003), A),
    "a": apply("mul", number(1.0001), A),
    "a/sqrt(1 + b^2)": apply("analytic_quotient", A, B),
}


@pytest.mark.parametrize(("text", "formula"), WRONG_ONCE.items(), ids=list(WRONG_ONCE))
def test_what_was_once_written_wrong_reads_as_a_person_would_write_it(text, formula):
    assert shown(formula, tolerance=0.001) == text


def test_terms_that_are_equal_only_when_rounded_stay_apart():
    formula = apply("sub", apply("mul", number(-1.108), A), apply("mul", number(1.113), B))
    assert shown(formula, tolerance=0.01) == "-1.1*a - 1.1*b"


def test_terms_that_are_equal_share_their_factor():
    formula = apply("sub", apply("mul", number(-1.108), A), apply("mul", number(1.108), B))
    assert shown(apply("add", formula, number(1e-12)), tolerance=0.01) == "-1.1*(a + b)"


def test_two_digits_stay_however_much_may_be_lost():
    assert shown(Formula.linear([1.389, -2.643, 1.571], 0.0), 0.02) == "1.4*a - 2.6*b + 1.6*c"


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (3.1415, "pi*a"),
        (-3.1415, "-pi*a"),
        (0.33339, "1/3*a"),
        (0.49995, "0.5*a"),
        (2.7181, "exp(1)*a"),
        (3.2, "3.2*a"),
    ],
)
def test_a_constant_that_may_be_a_known_number_is_written_as_it(found, text):
    assert shown(apply("mul", number(found), A)) == text


def test_a_constant_that_is_known_to_be_another_number_stays():
    assert shown(apply("mul", number(3.1413), A), tolerance=1e-9, noise=1e-6) == "3.1413*a"


def test_a_vague_constant_is_not_taken_for_a_known_number():
    assert "pi" not in shown(apply("mul", number(3.15), A), noise=20.0)


def test_a_constant_that_another_makes_superfluous_is_not_taken_for_a_known_number():
    formula = apply("mul", number(3.1413), apply("mul", A, apply("pow", number(1.5), number(2.5))))
    assert "pi" not in shown(formula)


def test_no_pole_comes_of_a_part_that_goes():
    rows = np.linspace(-1.0, 1.0, 100)[:, None]  # no row is 0
    safe = apply("div", number(1.0), apply("add", apply("square", A), number(0.05)))
    short = rounded(safe, rows, safe.predict(rows), 0.05)
    assert first_pole(short, [(-1.0, 1.0)]) is None


def test_a_part_stays_that_the_formula_predicts_with_even_if_it_predicts_worse_by_it():
    formula = apply("add", A, apply("mul", number(0.5), B))
    assert rounded(formula, X, A.predict(X), 0.001) == formula


@pytest.mark.parametrize(("terms", "parts_go"), [(19, True), (20, False)])
def test_of_a_formula_that_nobody_reads_only_digits_go(terms, parts_go):
    long = apply("add", number(1.23456789), apply("mul", number(1e-9), A))
    for _ in range(terms):
        long = apply("add", long, apply("sin", apply("mul", A, B)))  # 5 nodes each
    short = rounded(long, X, long.predict(X), 1e-3)
    assert (short.complexity < long.complexity) == parts_go
    assert 1.23456789 not in constants(short)


@SETTINGS
@given(st.from_type(Formula), st.sampled_from([1e-4, 0.01]))
def test_no_part_is_left_that_can_go(formula, tolerance):
    box = list(zip(X.min(axis=0), X.max(axis=0), strict=True))
    with np.errstate(all="ignore"):
        values = formula.predict(X)
        target = np.where(np.isfinite(values), np.clip(values, -1e6, 1e6), 0.0) + NOISE
        error = np.sum((values - target) ** 2)
        if not np.isfinite(error):
            return
        most = tolerance * np.sum((target - target.mean()) ** 2)
        for less in shorter(rounded(formula, X, target, tolerance)):
            moved = np.sum((less.predict(X) - values) ** 2)
            rise = np.sum((less.predict(X) - target) ** 2) - error
            new_pole = first_pole(formula, box) is None and first_pole(less, box) is not None
            assert not (moved <= most and rise <= most) or new_pole


@SETTINGS
@given(st.lists(st.floats(0.001, 1000.0), min_size=3, max_size=3), st.sampled_from([1e-4, 0.01]))
def test_every_constant_keeps_two_digits(coefficients, tolerance):
    formula = Formula.linear(coefficients, 0.0)
    short = rounded(formula, X, formula.predict(X), tolerance)
    for value in constants(short):
        assert min(abs(value / coefficient - 1.0) for coefficient in coefficients) <= 0.05
