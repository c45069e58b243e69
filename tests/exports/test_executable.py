"""What exported code computes is what the formula predicts, for every operator and for random formulas."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from random_formulas import assembled
from smoothdistill_core import Formula, FormulaError
from smoothdistill_core.exports import FORMATS, export
from smoothdistill_core.exports.inputs import as_inputs
from smoothdistill_core.exports.preparation_for_code import precomputed
from smoothdistill_core.exports.verification import verify
from smoothdistill_core.formula import OPERATORS, Constant, Operator, Variable

FEATURES = 3
NAMES = ["a", "b", "c"]
EXECUTABLE = [name for name, kind in FORMATS.items() if kind.run]
REFUSED = {(name, kind) for name in ("erf", "gamma") for kind in ("sql", "onnx")}
SPECIAL = [0.0, -0.0, 0.0005, -0.001, 0.001, np.nextafter(0.001, 1), -np.nextafter(0.001, 1), 1.0, -1.0, 0.5, 2.5, -3.0]

leaves = st.one_of(
    st.integers(0, FEATURES - 1).map(Variable),
    st.floats(-5, 5).map(Constant),
    st.sampled_from([0.0, -0.0, 0.001, -0.001, 1.0, 2.0, -3.0, 0.5, 1e-300, 1e300]).map(Constant),
)


operators = st.sampled_from(list(OPERATORS.values()))
formulas = st.lists(st.booleans().flatmap(lambda leaf: leaves if leaf else operators), min_size=25, max_size=80)


def single(name):
    return Formula.apply(name, *(Formula.variable(index) for index in range(OPERATORS[name].arity)))


def rows(seed=0):
    random = np.random.default_rng(seed)
    wide = [random.normal(size=(20, FEATURES), scale=scale) for scale in (1e-6, 1.0, 100.0)]
    return np.concatenate([*wide, random.choice(SPECIAL, size=(40, FEATURES))])


def computed(formula, kind, X):
    """Write and execute without the verification of `export`."""
    inputs = as_inputs(formula, NAMES)
    return FORMATS[kind].run(FORMATS[kind].write(formula, inputs, "y"), formula, inputs, X)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_is_supported_in_every_format_or_refused_with_a_remedy(operator, kind):
    formula = single(operator)
    if (operator, kind) in REFUSED:
        with pytest.raises(FormulaError, match=rf"no {operator}.*: export to"):
            export(formula, NAMES, kind)
    else:
        assert export(formula, NAMES, kind)


@pytest.mark.parametrize("kind", EXECUTABLE)
@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_is_exact_at_guards_and_edges_of_its_domain(operator, kind):
    if (operator, kind) in {*REFUSED, ("mod", "sql")}:
        return  # the remainder of SQL is rounded
    formula, X = single(operator), rows()
    expected = formula.predict(X)
    found = np.broadcast_to(computed(formula, kind, X), expected.shape)
    finite = np.isfinite(expected)
    np.testing.assert_array_equal(np.isfinite(found), np.isfinite(expected))
    np.testing.assert_allclose(found[finite], expected[finite], rtol=1e-9, atol=0)


@pytest.mark.parametrize("kind", EXECUTABLE)
@pytest.mark.parametrize(
    "tree", ['["add", 8e-135, "x0"]', '["sub", "x0", 1e-60]', '["pow", "x0", "add", 8e-135, "x0"]']
)
def test_a_summand_that_single_precision_takes_for_0_is_not_lost(kind, tree):
    formula = Formula.from_json(tree)
    X = np.zeros((3, len(NAMES)))
    np.testing.assert_array_equal(np.broadcast_to(computed(formula, kind, X), 3), formula.predict(X))


@pytest.mark.parametrize("kind", [kind for kind in EXECUTABLE if kind != "sql"])
def test_a_remainder_is_a_number_where_the_quotient_overflows(kind):
    formula = Formula.from_json('["add", "x0", "mod", "x1", "x2"]')
    X = np.tile([-142.5, 142.5, 4e-308], (9, 1))  # rows enough for what computes several at once
    np.testing.assert_array_equal(computed(formula, kind, X), formula.predict(X))


@pytest.mark.parametrize("kind", EXECUTABLE)
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(formula=formulas.map(assembled))
def test_every_export_of_a_random_formula_computes_the_same_as_predict(kind, formula):
    inputs, X, chosen = as_inputs(formula, NAMES), rows(), FORMATS[kind]
    if any(isinstance(node, Operator) and (node.name, kind) in REFUSED for node in formula.nodes):
        return
    try:
        prepared = precomputed(formula)
    except FormulaError as error:
        if "no finite value" not in str(error):
            raise
        return
    exported = chosen.write(prepared, inputs, "y")
    verify(formula, lambda X: chosen.run(exported, prepared, inputs, X), X, kind, null=not chosen.has_infinity)


@pytest.mark.parametrize(
    ("relative", "taken"), [(1e-9, True), (1e-7, True), (1e-5, False), (-1e-5, False), (0.5, False)]
)
def test_an_export_may_differ_from_predict_by_a_millionth_and_no_more(relative, taken):
    formula, X = Formula.apply("mul", single("exp"), Formula.constant(3.0)), rows()[:40]

    def compute(X):
        return formula.predict(X) * (1.0 + relative)

    if taken:
        verify(formula, compute, X, "toy")
    else:
        with pytest.raises(FormulaError, match="the export to toy is not what the formula predicts"):
            verify(formula, compute, X, "toy")
