"""Every operator that PySR offers becomes a formula that computes what PySR's own predict computes."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smoothdistill_core import Candidate, FormulaError
from smoothdistill_core.trial import verify
from smoothdistill_pysr.equation import DEEPEST, to_formula
from smoothdistill_pysr.names import Binary, Ternary, Unary
from smoothdistill_pysr.operators import BINARY, SAME, TERNARY, UNARY
from smoothdistill_pysr.prediction import Prediction, module

INFIX = {"+", "-", "*", "/", "^"}
EDGES = np.array([0.0, 1e-12, 1e-3, 0.4, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 7.25, 30.0, 1e6])
VALUES = np.concatenate([EDGES, -EDGES])
PAIRS = np.array([(a, b, c) for a in VALUES for b in VALUES for c in (-0.7, 0.0, 2.5)])
ARGUMENTS = ("x0", "x1", "0.5", "-2.0", "log(x1)")
"""The last is nan for half of the values: what a condition throws away must not reach the result."""


def written(operator, *arguments):
    return f"({f' {operator} '.join(arguments)})" if operator in INFIX else f"{operator}({', '.join(arguments)})"


def assert_computes_what_pysr_predicts(equation, X=PAIRS):
    ours, theirs = to_formula(equation, 3).predict(X), Prediction(equation)(X)
    # absolutely, because erfc and log1p lose the digits of tiny results in one of the two
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12, err_msg=equation)


def test_every_operator_of_pysrs_export_has_a_formula():
    offered = set(module("export_sympy").sympy_mappings)
    assert offered | INFIX == {*UNARY, *BINARY, *TERNARY}


def test_recipes_can_name_exactly_these_operators():
    for names, table in ((Unary, UNARY), (Binary, BINARY), (Ternary, TERNARY)):
        assert set(get_args(names)) == set(table)
        assert len(get_args(names)) == len(table)


@pytest.mark.parametrize("operator", UNARY)
def test_an_operator_of_one_argument_computes_what_pysr_predicts(operator):
    for argument in ("x0", "log(x1)", "(x0 - x1)"):
        assert_computes_what_pysr_predicts(written(operator, argument))


@pytest.mark.parametrize("operator", BINARY)
def test_an_operator_of_two_arguments_computes_what_pysr_predicts(operator):
    for first in ARGUMENTS:
        for second in ARGUMENTS:
            assert_computes_what_pysr_predicts(written(operator, first, second))


@pytest.mark.parametrize("operator", TERNARY)
@pytest.mark.parametrize(
    "arguments",
    ["x0, x1, x2", "x0, -1.0, 2.0", "x0, 2.0, -1.0", "log(x0), x1, x2", "x0, log(x1), x2", "x0, x2, sqrt(x1)"],
)
def test_an_operator_of_three_arguments_computes_what_pysr_predicts(operator, arguments):
    assert_computes_what_pysr_predicts(written(operator, *arguments.split(", ")))


def smooth_equations():
    leaves = st.sampled_from(["x0", "x1", "x2", "1.5", "-0.25", "3.0e-1"])
    ones = st.sampled_from(["sin", "cos", "tanh", "exp", "square", "neg", "relu", "log_abs", "sqrt_abs", "abs", "atan"])
    twos = st.sampled_from(["+", "-", "*", "/", "max", "min", "greater", "pow_abs"])

    def deeper(parts):
        one = st.builds(written, ones, parts)
        return one | st.builds(written, twos, parts, parts) | st.builds(written, st.just("fma"), parts, parts, parts)

    return st.recursive(leaves, deeper, max_leaves=8)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(smooth_equations())
def test_whole_equations_pass_the_check_of_the_core(equation):
    X = np.random.default_rng(0).normal(size=(40, 3))
    verify(Candidate(to_formula(equation, 3), Prediction(equation)), X, "pysr")


@pytest.mark.parametrize(
    ("equation", "prefix"),
    [
        ("1.9762075", "[1.9762075]"),
        ("-3.0e-5", "[-3e-05]"),
        ("x0 - x1 - x2", '["sub","sub","x0","x1","x2"]'),
        ("x0 - (x1 - x2)", '["sub","x0","sub","x1","x2"]'),
        ("x0 / x1 * x2", '["mul","div","x0","x1","x2"]'),
        ("(x0 * x0) + -0.25573406", '["add","mul","x0","x0",-0.25573406]'),
        ("x0 + x1 * x2", '["add","x0","mul","x1","x2"]'),
        ("x0 ^ x1 ^ x2", '["pow","x0","pow","x1","x2"]'),
        ("-x0 ^ 2.0", '["neg","pow","x0",2.0]'),
        ("x0 ^ -2.0", '["pow","x0",-2.0]'),
        ("-x0 * x1", '["mul","neg","x0","x1"]'),
        ("+x0 * -(x1)", '["mul","x0","neg","x1"]'),
        (" sin( x2 )", '["sin","x2"]'),
    ],
)
def test_equations_are_read_as_python_reads_them(equation, prefix):
    assert to_formula(equation, 3).to_json() == prefix
    assert_computes_what_pysr_predicts(equation)


@pytest.mark.parametrize("name", SAME)
def test_an_operator_that_formulas_know_is_one_node(name):
    assert to_formula(f"{name}(x0)", 1).complexity == 2


def test_what_a_condition_selects_stays_short_where_it_always_has_a_value():
    assert str(to_formula("cond(x0, x1 * x1)", 2)) == "greater(x0, 0.0)*(x1*x1)"
    assert str(to_formula("clamp(x0, -1.0, 1.0)", 1)) == "min(max(x0, -1.0), 1.0)"
    assert str(to_formula("less_equal(x0, x1)", 2)) == "1.0 - greater(x0, x1)"


@pytest.mark.parametrize(
    ("equation", "reason"),
    [
        ("", "'the end' stands where a number, an input or a function belongs"),
        ("x0 +", "'the end' stands where"),
        ("x0 x1", "'x1' follows what is complete"),
        ("(x0", "'the end' stands where ')' belongs"),
        ("sin(x0", "'the end' stands where ')' belongs"),
        ("x0)", "')' follows what is complete"),
        ("x3", "'x3' stands where a number, an input or a function belongs"),
        ("x01", "'x01' stands where"),
        ("y", "'y' stands where"),
        ("NaN", "'NaN' stands where"),
        ("Inf + x0", "'Inf' stands where"),
        ("1e999", "the constant 1e999 is not finite"),
        ("2x0", "is no number, input, operator or bracket"),
        ("x0 ** 2", "'*' stands where"),
        ("x0.real", "'.real' is no number"),
        ("__import__('os')", "\"'os')\" is no number"),
        ("eval(x0)", "'eval' with 1 arguments, which no operator of PySR takes"),
        ("sin(x0, x1)", "'sin' with 2 arguments"),
        ("sin", "'sin' stands where"),
        ("myop(x0)", "'myop' with 1 arguments"),
        ("(" * DEEPEST + "x0" + ")" * DEEPEST, f"nested more than {DEEPEST} deep"),
    ],
)
def test_what_is_no_equation_of_pysr_is_refused_and_never_evaluated(equation, reason):
    with pytest.raises(FormulaError) as error:
        to_formula(equation, 3)
    assert reason in str(error.value)


def test_an_equation_of_the_largest_size_is_read():
    assert to_formula("sin(" * 60 + "x0" + ")" * 60, 1).complexity == 61
    assert to_formula("(" * 120 + "x0" + " + 1.0)" * 120, 1).complexity == 241
