"""A formula computes, differentiates, writes and stores its tree exactly, however deep the tree is."""

import ast
import json
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from smoothdistill_core import Formula, FormulaError
from smoothdistill_core.formula import OPERATORS, Constant, Variable
from smoothdistill_core.formula.formula import MOST_NODES, check_size

X0, X1 = Formula.variable(0), Formula.variable(1)
QUOTIENT = "(x0 + x1)/sqrt(1 + (-x1)^2)"
FEATURES = 3
DEEP = 10_000

SETTINGS = settings(settings.get_profile("formula"), max_examples=200)


def inputs(rows=40, seed=0):
    return np.random.default_rng(seed).normal(scale=2.0, size=(rows, FEATURES))


def inputs_at_the_guards():
    values = [0.0, -0.0, 0.0005, -0.001, 0.001, np.nextafter(0.001, 1), -1.0, 2.0, 1e200]
    return np.random.default_rng(1).choice(values, size=(40, FEATURES))


def power(a, b):
    return np.power(a, b) if isinstance(b, np.float64) else np.prod([a] * b)


# What a reader of the text would take the names to mean, on one number at a time.
READING = {
    "pdiv": lambda a, b: a / b if abs(b) > 0.001 else np.float64(1.0),
    "psqrt": lambda a: np.sqrt(abs(a)),
    "plog": lambda a: np.log(abs(a)) if abs(a) > 0.001 else np.float64(0.0),
    "pinv": lambda a: 1 / a if abs(a) > 0.001 else np.float64(0.0),
    "powabs": lambda a, b: np.power(abs(a), b),
    "logabs": lambda a: np.log(abs(a)),
    "max": np.maximum,
    "min": np.minimum,
    "greater": lambda a, b: np.float64(a > b),
    "mod": np.mod,
    "abs": abs,
    "round": np.round,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "erf": special.erf,
    "gamma": special.gamma,
    **{name: getattr(np, name) for name in ("sign", "floor", "ceil", "sqrt", "cbrt", "sin", "cos", "tan")},
    **{name: getattr(np, name) for name in ("exp", "expm1", "log", "log2", "log10", "log1p", "sinh", "cosh", "tanh")},
    "number": np.float64,
    "power": power,
    "pi": np.float64(np.pi),
}


class AsNumpyReadsIt(ast.NodeTransformer):
    """Division by zero is inf for numpy's numbers and an error for Python's; x^2 is x*x, x^2.0 a real power."""

    def visit_Constant(self, node):
        return ast.Call(ast.Name("number", ast.Load()), [node], [])

    def visit_BinOp(self, node):
        if not isinstance(node.op, ast.Pow):
            return self.generic_visit(node)
        whole = isinstance(node.right, ast.Constant) and isinstance(node.right.value, int)
        exponent = node.right if whole else self.visit(node.right)
        return ast.Call(ast.Name("power", ast.Load()), [self.visit(node.left), exponent], [])


def read_aloud(text, X):
    """Evaluate a written formula row by row."""
    tree = ast.fix_missing_locations(AsNumpyReadsIt().visit(ast.parse(text.replace("^", "**"), mode="eval")))
    code = compile(tree, text, "eval")
    with np.errstate(all="ignore"):
        return np.array([eval(code, {**READING, **{f"x{i}": value for i, value in enumerate(row)}}) for row in X])


@SETTINGS
@given(st.from_type(Formula))
def test_json_and_pickle_give_the_same_formula_back(formula):
    assert Formula.from_json(formula.to_json()) == formula
    assert pickle.loads(pickle.dumps(formula)) == formula


@SETTINGS
@given(st.from_type(Formula))
def test_equal_formulas_have_equal_hashes(formula):
    assert hash(Formula.from_json(formula.to_json())) == hash(formula)


@SETTINGS
@given(st.from_type(Formula))
def test_an_operator_applied_to_its_arguments_is_the_formula(formula):
    if formula.complexity == 1:
        assert formula.arguments == ()
    else:
        assert Formula.apply(formula.nodes[0].name, *formula.arguments) == formula


@SETTINGS
@given(st.from_type(Formula))
def test_the_text_means_what_the_formula_computes(formula):
    for X in (inputs(), inputs_at_the_guards()):
        np.testing.assert_allclose(formula.predict(X), read_aloud(str(formula), X), rtol=1e-9, atol=0)


def subformulas(formula):
    for start in range(len(formula.nodes)):
        missing, end = 1, start
        while missing:
            missing += getattr(formula.nodes[end], "arity", 0) - 1
            end += 1
        yield Formula.from_prefix(formula.nodes[start:end])


@SETTINGS
@given(st.from_type(Formula))
def test_the_gradient_is_the_slope_away_from_kinks_and_guards(formula):
    X, step = inputs(), 2e-6
    parts = np.array([part.predict(X) for part in subformulas(formula)])
    # beyond, differences of neighbouring values are rounding, and mod(x0, 1e-9) a jagged line
    tame = np.all((np.abs(parts) < 1e4) & ((np.abs(parts) > 1e-4) | (parts == 0.0)), axis=0)
    gradient = formula.gradient(X)
    assert gradient.shape == X.shape
    for feature in range(FEATURES):
        shift = step * np.eye(FEATURES)[feature]
        far, near, here, next_, beyond = (formula.predict(X + times * shift) for times in (-4, -1, 0, 1, 4))
        with np.errstate(all="ignore"):
            narrow, wide = (next_ - near) / (2 * step), (beyond - far) / (8 * step)
            left, right = (here - near) / step, (next_ - here) / step
            straight = [np.abs(slope - narrow) < 1e-3 * (1 + np.abs(narrow)) for slope in (wide, left, right)]
        smooth = tame & np.all(straight, axis=0)
        np.testing.assert_allclose(gradient[smooth, feature], narrow[smooth], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("operator", "value", "slope"),
    [
        ("protected_div", 1.0, 0.0),
        ("protected_log", 0.0, 0.0),
        ("protected_inverse", 0.0, 0.0),
        ("protected_sqrt", 0.0, 0.0),
    ],
)
def test_a_protected_operator_is_flat_inside_its_guard(operator, value, slope):
    arguments = [Formula.variable(0)] * OPERATORS[operator].arity
    formula, X = Formula.apply(operator, *arguments), np.zeros((1, 1))
    assert formula.predict(X) == [value]
    assert formula.gradient(X) == [[slope]]


@pytest.mark.parametrize("operator", ["protected_div", "protected_log", "protected_inverse"])
def test_the_guard_ends_just_above_a_thousandth(operator):
    formula = Formula.apply(operator, *[Formula.variable(0)] * OPERATORS[operator].arity)
    inside, outside = formula.gradient(np.array([[0.001], [np.nextafter(0.001, 1)]])).ravel()
    assert inside == 0.0
    assert outside != 0.0 or operator == "protected_div"  # x/x is flat everywhere


def test_the_slope_of_a_quotient_survives_a_denominator_whose_square_underflows():
    X = np.array([[1e-200]])
    assert Formula.apply("div", Formula.constant(0.0), Formula.variable(0)).gradient(X) == [[0.0]]
    steep = Formula.apply("div", Formula.constant(1e-300), Formula.variable(0)).gradient(X)
    np.testing.assert_allclose(steep, [[-1e100]])


NEGATIVE_SUM = Formula.apply("sub", Formula.apply("neg", Formula.variable(0)), Formula.variable(1))


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (Formula.linear([2.0, 0.0, -3.5], 1.0), "1.0 + 2.0*x0 - 3.5*x2"),
        (Formula.linear([], 1.0), "1.0"),
        (Formula.apply("neg", Formula.linear([-1.0], 0.5)), "-(0.5 - 1.0*x0)"),
        (Formula.apply("sub", Formula.variable(2), NEGATIVE_SUM), "x2 - (-x0 - x1)"),
        (Formula.apply("add", Formula.variable(2), NEGATIVE_SUM), "x2 + (-x0 - x1)"),
        (Formula.apply("protected_div", Formula.variable(0), Formula.constant(2.0)), "pdiv(x0, 2.0)"),
        (Formula.apply("neg", Formula.apply("mul", X0, X1)), "-x0*x1"),
        (Formula.apply("square", Formula.apply("neg", X0)), "(-x0)^2"),
        (Formula.apply("analytic_quotient", Formula.apply("add", X0, X1), Formula.apply("neg", X1)), QUOTIENT),
        (Formula.apply("div", X0, Formula.apply("analytic_quotient", X0, X1)), "x0/(x0/sqrt(1 + x1^2))"),
    ],
)
def test_a_formula_reads_as_one_would_write_it(formula, text):
    assert str(formula) == text


@pytest.mark.parametrize(
    ("constant", "text"),
    [
        (np.pi, "x0*pi"),
        (-np.pi, "x0*(-pi)"),
        (np.e, "x0*exp(1)"),
        (np.sqrt(2), "x0*sqrt(2)"),
        (1 / 3, "x0*(1/3)"),
        (-1 / 3, "x0*(-1/3)"),
        (np.nextafter(np.pi, 4), "x0*3.1415926535897936"),
    ],
)
def test_a_number_that_has_a_name_is_written_by_it(constant, text):
    formula = Formula.apply("mul", X0, Formula.constant(float(constant)))
    assert str(formula) == text
    reading = read_aloud(text.replace("pi", repr(np.pi)), inputs())
    np.testing.assert_allclose(formula.predict(inputs()), reading, rtol=1e-15)


def test_a_fraction_keeps_its_place_in_sums_and_powers():
    third = Formula.constant(1 / 3)
    assert str(Formula.apply("sub", X0, third)) == "x0 - 1/3"
    assert str(Formula.apply("pow", X0, third)) == "x0^(1/3)"
    assert str(Formula.apply("add", X0, Formula.constant(-1 / 3))) == "x0 - 1/3"


def test_an_input_named_as_a_number_stands_in_quotes():
    assert Formula.apply("mul", X0, Formula.constant(np.pi)).text(["pi"]) == '"pi"*pi'


def test_names_and_digits_are_the_readers_choice():
    formula = Formula.linear([0.3333, 2 / 3], 0.0)
    assert formula.text(["length", "sin"], digits=2) == "0 + 0.33*length + 0.67*sin"


def test_complexity_counts_nodes_and_inputs_are_the_features_that_occur():
    formula = Formula.apply("protected_div", Formula.variable(2), Formula.apply("sin", Formula.variable(2)))
    assert formula.complexity == 4
    assert formula.inputs == {2}


@pytest.mark.parametrize(
    "formula",
    [
        Formula.from_prefix([OPERATORS["sin"]] * DEEP + [Variable(0)]),
        Formula.from_prefix([OPERATORS["add"]] * DEEP + [Variable(0)] * (DEEP + 1)),
        Formula.from_prefix([OPERATORS["sub"], Constant(0.5)] * DEEP + [Variable(1)]),
    ],
    ids=["unary", "left", "right"],
)
def test_no_formula_is_too_deep(formula):
    X = inputs(rows=3)
    assert formula.predict(X).shape == (3,)
    assert formula.gradient(X).shape == X.shape
    assert len(str(formula)) > DEEP
    for copy in (Formula.from_json(formula.to_json()), pickle.loads(pickle.dumps(formula))):
        assert copy == formula
        assert hash(copy) == hash(formula)


def test_a_constant_formula_predicts_one_value_a_row():
    formula = Formula.constant(2.5)
    np.testing.assert_array_equal(formula.predict(np.empty((4, 0))), [2.5] * 4)
    np.testing.assert_array_equal(formula.gradient(np.ones((4, 2))), np.zeros((4, 2)))


def test_no_rows_give_no_predictions():
    assert Formula.linear([1.0], 0.0).predict(np.empty((0, 1))).shape == (0,)


def test_predicting_does_not_hand_out_the_input_itself():
    X = inputs()
    Formula.variable(0).predict(X)[:] = 99.0
    assert not (X == 99.0).any()


def test_too_few_columns_are_refused_with_the_number_needed():
    with pytest.raises(FormulaError, match=r"shape \(n, 3\), not \(5, 2\)"):
        Formula.variable(2).predict(np.ones((5, 2)))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x0 + 1", "is a JSON array"),
        ("", "is a JSON array"),
        ("[" * 100_000, "is a JSON array"),
        ('{"add": 1}', "is a JSON array"),
        ("[]", "at least one"),
        ('["add","x0"]', "1 arguments are missing"),
        ('["add"]', "2 arguments are missing"),
        ('["sin","x0","x1"]', "complete before its node 2"),
        ('["ad","x0","x1"]', "did you mean 'add'"),
        ('["__import__","x0"]', "no operator '__import__'"),
        ('["x","x0"]', "no operator 'x'"),
        ('["x-1"]', "no operator 'x-1'"),
        ("[NaN]", "no operator, input or finite number"),
        ("[Infinity]", "no operator, input or finite number"),
        ("[1e999]", "no operator, input or finite number"),
        ("[true]", "no operator, input or finite number"),
        ("[null]", "no operator, input or finite number"),
        ('[["add","x0","x1"]]', "no operator, input or finite number"),
        pytest.param(json.dumps([10**400]), "no operator, input or finite number", id="integer beyond floats"),
        pytest.param('["x' + "9" * 5000 + '"]', "operator|input", id="input of 5000 digits"),
    ],
)
def test_what_is_no_formula_is_refused_with_the_reason(text, reason):
    with pytest.raises(FormulaError, match=reason):
        Formula.from_json(text)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_constants_must_be_finite(value):
    with pytest.raises(FormulaError, match="finite"):
        Formula.constant(value)
    with pytest.raises(FormulaError, match="finite"):
        Formula.linear([value], 0.0)


def test_an_unknown_operator_and_a_wrong_number_of_arguments_are_refused():
    with pytest.raises(FormulaError, match="did you mean 'mul'"):
        Formula.apply("mull", Formula.variable(0))
    with pytest.raises(FormulaError, match="'add' takes 2 arguments, not 1"):
        Formula.apply("add", Formula.variable(0))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("temp", "temp"),
        ("größe", "größe"),
        ("[origin = usa]", "[origin = usa]"),
        ("-temp", '"-temp"'),
        ("b - c", '"b - c"'),
        ("", '""'),
        ('5" pipe', '"5\\" pipe"'),
        ("two\nlines", '"two\\nlines"'),
        ("\x1b[2J", '"\\x1b[2J"'),
    ],
)
def test_a_name_cannot_be_taken_for_a_part_of_the_formula(name, written):
    formula = Formula.apply("add", Formula.constant(1.0), Formula.variable(0))
    assert formula.text([name]) == f"1.0 + {written}"


def test_inputs_are_counted_from_0():
    with pytest.raises(FormulaError, match="inputs are counted from 0, and this is -1"):
        Formula.variable(-1)


def test_a_formula_that_could_not_be_read_again_is_refused_before_it_is_stored():
    long = Formula.from_prefix([OPERATORS["neg"]] * MOST_NODES + [Variable(0)])
    with pytest.raises(FormulaError, match="a formula of 100,001 nodes is too large; at most 100,000 are read"):
        check_size(long)
    with pytest.raises(FormulaError, match="a formula of 100,001 nodes is too large"):
        Formula.from_json(long.to_json())
