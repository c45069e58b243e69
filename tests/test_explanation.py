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
        "origin": rng.choice(["usa", "japan", "europe"], 200),
        "price": rng.uniform(1.0, 9.0, 200),
    }
)


def split_with(target="none"):
    return prepare(Table(FRAME, "price"), Prepare(target=target), 0)


def found(units):
    """Return age times income, and something for Japan, over standardised inputs."""
    age, income, japan = (Formula.variable(units.names.index(name)) for name in ("age", "income", "[origin = japan]"))
    product = Formula.apply("mul", Formula.constant(0.3), Formula.apply("mul", age, income))
    return Formula.apply("add", product, Formula.apply("mul", Formula.constant(-0.2), japan))


@pytest.mark.parametrize("target", ["none", "log1p"])
def test_it_predicts_a_table_in_the_data_s_own_units(target):
    split = split_with(target)
    units = split.facts.units
    explanation = Explanation.of(found(units), units)
    X = split.parts["test"].X
    expected = units.restore(found(units).predict(X))
    np.testing.assert_allclose(explanation.predict(units.frame(X)), expected, rtol=1e-9)
    np.testing.assert_allclose(explanation.predict(units.raw(X)), expected, rtol=1e-9)


def test_it_reads_in_names_and_units():
    units = split_with().facts.units
    text = str(Explanation.of(found(units), units))
    assert text.startswith("price = ")
    assert "[origin = japan]" in text
    assert "x0" not in text
    logarithmic = split_with("log1p").facts.units
    assert "expm1(" in str(Explanation.of(found(logarithmic), logarithmic))


def test_a_rewriting_that_changes_values_is_an_error():
    split = split_with()
    units = split.facts.units
    wrong = Explanation.of(found(units), units)
    with pytest.raises(FormulaError, match=r"rewritten into the data's own units.* in place of"):
        wrong.check(Formula.variable(0), split.parts["train"].X)


def test_a_row_next_to_a_pole_may_move_by_the_rounding_of_its_inputs():
    split = split_with()
    units, X = split.facts.units, split.parts["train"].X
    income = units.names.index("income")
    pole = X[7, income] - 1e-12
    formula = Formula.apply("log", Formula.apply("sub", Formula.variable(income), Formula.constant(pole)))
    formula = Formula.apply("add", formula, Formula.apply("square", Formula.variable(income)))
    explanation = Explanation.of(formula, units)
    here = units.raw(X[7:8])
    assert abs(units.restore(formula.predict(X[7:8])) - explanation.formula.predict(here))[0] > 1e-5
    with np.errstate(invalid="ignore"):
        explanation.check(formula, X)


def test_rounding_keeps_r2_within_the_tolerance():
    split = split_with()
    units, train = split.facts.units, split.parts["train"]
    exact = Explanation.of(found(units), units)
    rows, target = units.raw(train.X), exact.predict(units.raw(train.X))
    for tolerance in (1e-2, 1e-6):
        short = exact.rounded(rows, target, tolerance)
        assert len(short.text()) < len(exact.text())
        assert np.var(short.predict(rows) - target) <= tolerance * np.var(target)


def test_simplifying_changes_no_value():
    units = split_with().facts.units
    age = Formula.variable(units.names.index("age"))
    roundabout = Formula.apply("sub", Formula.apply("mul", age, age), Formula.apply("mul", age, age))
    explanation = Explanation(Formula.apply("add", age, roundabout), units)
    simple = explanation.simplified(seconds=20.0)
    assert simple.text() == "age"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (np.zeros((3, 2)), r"shape \(n, 5\), not \(3, 2\)"),
        (FRAME.drop(columns="income"), "no column 'income'"),
        (FRAME.assign(age=np.nan), "'age' is empty"),
    ],
)
def test_rows_that_are_no_inputs_are_refused(rows, message):
    units = split_with().facts.units
    with pytest.raises(DataError, match=message):
        Explanation.of(found(units), units).predict(rows)
