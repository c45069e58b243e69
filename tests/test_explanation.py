"""An explanation computes what the formula computes, in the data's own units and names."""

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError, Explanation, Formula, FormulaError, Table
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Prepare

rng = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "age": rng.uniform(20, 70, 200),
        "income": rng.uniform(1e4, 1e5, 200),
        "origin": rng.choice(["usa", "japan", "europe"], 200, p=[0.5, 0.3, 0.2]),
        "price": rng.uniform(1.0, 9.0, 200),
    }
)


def split_with(target="none"):
    return prepare(Table(FRAME, "price"), Prepare(target=target), 0)


def found(scaling):
    """Return age times income, and something for Japan, over standardised inputs."""
    age, income, japan = (Formula.variable(scaling.names.index(name)) for name in ("age", "income", "[origin = japan]"))
    product = Formula.apply("mul", Formula.constant(0.3), Formula.apply("mul", age, income))
    return Formula.apply("add", product, Formula.apply("mul", Formula.constant(-0.2), japan))


@pytest.mark.parametrize("target", ["none", "log1p"])
def test_it_predicts_a_table_in_the_data_s_own_units(target):
    split = split_with(target)
    scaling = split.facts.scaling
    explanation = Explanation.of(found(scaling), scaling)
    X = split.parts["test"].X
    expected = scaling.restore(found(scaling).predict(X))
    np.testing.assert_allclose(explanation.predict(scaling.frame(X)), expected, rtol=1e-9)
    np.testing.assert_allclose(explanation.predict(scaling.raw(X)), expected, rtol=1e-9)


def test_it_reads_in_names_and_units():
    scaling = split_with().facts.scaling
    text = str(Explanation.of(found(scaling), scaling))
    assert text.startswith("price = ")
    assert "[origin = japan]" in text
    assert "x0" not in text
    logarithmic = split_with("log1p").facts.scaling
    assert "expm1(" in str(Explanation.of(found(logarithmic), logarithmic))


def test_a_category_that_training_never_saw_is_predicted_like_the_reference():
    scaling = split_with().facts.scaling
    explanation = Explanation.of(found(scaling), scaling)
    assert scaling.references == {"origin": "usa"}
    known, unknown = (explanation.predict(FRAME.head(3).assign(origin=origin)) for origin in ("usa", "atlantis"))
    np.testing.assert_array_equal(unknown, known)
    assert (explanation.predict(FRAME.head(3).assign(origin="japan")) != known).all()


def test_a_rewriting_that_changes_values_is_an_error():
    split = split_with()
    scaling = split.facts.scaling
    wrong = Explanation.of(found(scaling), scaling)
    with pytest.raises(FormulaError, match=r"rewritten into the data's own units.* in place of"):
        wrong.check(Formula.variable(0), split.parts["train"].X)


def test_a_row_next_to_a_pole_may_move_by_the_rounding_of_its_inputs():
    split = split_with()
    scaling, X = split.facts.scaling, split.parts["train"].X
    income = scaling.names.index("income")
    pole = X[7, income] - 1e-12
    formula = Formula.apply("log", Formula.apply("sub", Formula.variable(income), Formula.constant(pole)))
    formula = Formula.apply("add", formula, Formula.apply("square", Formula.variable(income)))
    explanation = Explanation.of(formula, scaling)
    here = scaling.raw(X[7:8])
    assert abs(scaling.restore(formula.predict(X[7:8])) - explanation.formula.predict(here))[0] > 1e-5
    with np.errstate(invalid="ignore"):
        explanation.check(formula, X)


def test_rounding_keeps_r2_within_the_tolerance():
    split = split_with()
    scaling, train = split.facts.scaling, split.parts["train"]
    exact = Explanation.of(found(scaling), scaling)
    rows, target = scaling.raw(train.X), exact.predict(scaling.raw(train.X))
    for tolerance in (1e-2, 1e-6):
        short = exact.rounded(rows, target, tolerance)
        assert len(short.text()) < len(exact.text())
        assert np.var(short.predict(rows) - target) <= tolerance * np.var(target)


def test_an_explanation_prints_its_short_form_and_says_what_that_loses():
    scaling = split_with().facts.scaling
    exact = Explanation.of(found(scaling), scaling)
    assert str(exact) == f"{scaling.target} = {exact.text()}"
    whole = Explanation(exact.formula, scaling, Formula.variable(scaling.names.index("age")))
    assert str(whole) == f"{scaling.target} = age  (rounded: R2 falls by at most 0.001)"
    assert whole.text() == exact.text()
    np.testing.assert_array_equal(whole.predict(np.ones((2, 4))), exact.predict(np.ones((2, 4))))


def test_notebooks_typeset_the_short_form():
    scaling = split_with().facts.scaling
    age = Formula.variable(scaling.names.index("age"))
    whole = Explanation(Formula.linear([0.123] * 4, 1.0), scaling, Formula.apply("square", age))
    assert "<msup><mrow><mi>age</mi></mrow><mn>2</mn></msup>" in whole._repr_html_()
    assert r"\text{age}^{2}" in whole._repr_latex_()
    deep = age
    for _ in range(200):
        deep = Formula.apply("sin", deep)
    assert Explanation(deep, scaling)._repr_html_().startswith("<code>")
    assert Explanation(deep, scaling)._repr_latex_() is None


def test_simplifying_changes_no_value():
    scaling = split_with().facts.scaling
    age = Formula.variable(scaling.names.index("age"))
    roundabout = Formula.apply("sub", Formula.apply("mul", age, age), Formula.apply("mul", age, age))
    explanation = Explanation(Formula.apply("add", age, roundabout), scaling)
    simple = explanation.simplified(seconds=20.0)
    assert simple.text() == "age"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (np.zeros((3, 2)), r"shape \(n, 4\), not \(3, 2\)"),
        (FRAME.drop(columns="income"), "no column 'income'"),
        (FRAME.assign(age=np.nan), "'age' is empty"),
    ],
)
def test_rows_that_are_no_inputs_are_refused(rows, message):
    scaling = split_with().facts.scaling
    with pytest.raises(DataError, match=message):
        Explanation.of(found(scaling), scaling).predict(rows)


def shifted(found, scaling, change):
    """Return the explanation of a formula, plus ``change``: a formula over the data's own units."""
    return Explanation(Formula.apply("add", Explanation.of(found, scaling).formula, change), scaling)


@pytest.mark.parametrize(("relative", "taken"), [(1e-10, True), (1e-8, True), (1e-6, False), (1e-3, False)])
def test_a_rewriting_may_move_a_prediction_by_rounding_and_no_more(relative, taken):
    split = split_with()
    scaling, X = split.facts.scaling, split.parts["train"].X
    found = Formula.apply("add", Formula.variable(0), Formula.constant(50.0))
    moved = Formula.apply("mul", Formula.constant(1.0 + relative), Explanation.of(found, scaling).formula)
    if taken:
        Explanation(moved, scaling).check(found, X)
    else:
        with pytest.raises(FormulaError, match="rewritten into the data's own units"):
            Explanation(moved, scaling).check(found, X)


def test_where_predictions_cross_0_the_size_of_the_others_tells_what_rounding_is():
    split = split_with()
    scaling, X = split.facts.scaling, split.parts["train"].X
    units = found(scaling)
    size = float(np.median(np.abs(scaling.restore(units.predict(X)))))
    at_0 = Formula.apply(
        "sub", units, Formula.constant(float((units.predict(X[0:1]) + scaling.mean / scaling.scale)[0]))
    )
    assert abs(scaling.restore(at_0.predict(X[0:1])))[0] < 1e-12 * size
    shifted(at_0, scaling, Formula.constant(1e-9 * size)).check(at_0, X)
    with pytest.raises(FormulaError, match="rewritten into"):
        shifted(at_0, scaling, Formula.constant(1e-4 * size)).check(at_0, X)


def test_a_rewriting_that_is_wrong_only_beside_the_rows_is_an_error():
    split = split_with()
    scaling, X = split.facts.scaling, split.parts["train"].X
    age = scaling.names.index("age")
    oldest = float(scaling.raw(X)[:, age].max())
    beyond = Formula.apply("sub", Formula.variable(age), Formula.constant(oldest))
    rising = Formula.apply("add", beyond, Formula.apply("abs", beyond))  # 0 up to the oldest, and rising from there
    wrong = shifted(found(scaling), scaling, rising)
    np.testing.assert_allclose(
        wrong.predict(scaling.raw(X)), Explanation.of(found(scaling), scaling).predict(scaling.raw(X))
    )
    with pytest.raises(FormulaError, match="rewritten into the data's own units"):
        wrong.check(found(scaling), X)
