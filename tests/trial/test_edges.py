"""A formula has to stay within measure where the range of the data ends."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import Formula, Table
from smoothdistill_core.preparation import Rows, prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.trial.edges import Edges

x = Formula.variable


def split_of(low=914.0, **options):
    """Return a split of deaths by the air pressure within a storm, and of a category that plays no part."""
    rng = np.random.default_rng(0)
    pressure = rng.uniform(low, 1003.0, 200)
    pressure[:2] = low, 1003.0
    frame = pd.DataFrame({"deaths": 300.0 - 0.25 * pressure, "pressure": pressure, "town": rng.choice(["a", "b"], 200)})
    return prepare(Table(frame, "deaths"), Prepare(**options), 0)


def over_raw(split, formula):
    """Return a formula over the inputs in their own units as one over standardised inputs."""
    return split.facts.scaling.standardised_formula(formula)


def step(height, at):
    """Return ``60 + height * (1 - tanh(pressure - at))``: 60 above ``at``, and twice the height more below."""
    bend = Formula.apply("tanh", Formula.apply("sub", x(0), Formula.constant(at)))
    below = Formula.apply("mul", Formula.constant(height), Formula.apply("sub", Formula.constant(1.0), bend))
    return Formula.apply("add", Formula.constant(60.0), below)


def test_the_outermost_rows_are_those_of_training_and_validation_together():
    split = split_of(validation=0.3)
    X = np.concatenate([rows.X for part, rows in split.parts.items() if part != "test"])
    edges, number = Edges.of(split), next(i for i, f in enumerate(split.facts.scaling.features) if f.category is None)
    order = np.argsort(X[:, number])
    for rows, edge in zip((order[:5], order[-5:]), split.facts.scaling.standardised_box[number], strict=True):
        here = edges.X[edges.X[:, number] == edge]
        assert (np.delete(here, number, axis=1) == np.delete(X[np.sort(rows)], number, axis=1)).all()
    assert len(edges.X) == 10


def test_a_line_goes_on_beyond_the_data():
    split = split_of()
    assert Edges.of(split).passed_by(over_raw(split, Formula.linear([-0.25], 300.0))) == ""


def test_a_step_of_millions_just_outside_of_the_data_is_out_of_proportion():
    split = split_of()
    (low, high), *_ = split.facts.scaling.box
    assert low < 910 < 914 < high
    assert Edges.of(split).passed_by(over_raw(split, step(2e7, at=910.0))) == f"the formula at pressure = {low:.4g}"
    assert Edges.of(split).passed_by(over_raw(split, step(2e7, at=800.0))) == ""


def test_a_value_that_is_none_is_out_of_proportion():
    split = split_of(low=20.0)
    root = Formula.apply("sqrt", Formula.apply("sub", x(0), Formula.constant(20.0)))
    assert Edges.of(split).passed_by(over_raw(split, root)).startswith("the formula at pressure = ")


@pytest.mark.parametrize(("target", "told"), [("none", "the formula at a = "), ("log1p", "")])
def test_what_is_fitted_as_its_logarithm_is_measured_as_that(target, told):
    a = np.random.default_rng(0).uniform(0.0, 30.0, 200)
    split = prepare(Table(pd.DataFrame({"a": a, "y": np.exp(a)}), "y"), Prepare(target=target), 0)
    growth = Formula.apply("exp", Formula.linear([1.0], 0.0))  # by exp(3), where the range is a tenth wider
    law = over_raw(split, growth) if target == "none" else over_raw(split, Formula.apply("log1p", growth))
    assert Edges.of(split).passed_by(law)[: len("the formula at a = ")] == told


def test_no_test_row_tells_how_far_the_data_go():
    split = split_of()
    rows = split.parts["test"]
    poisoned = replace(split, parts=split.parts | {"test": Rows(rows.X * 1e9, rows.y * 1e9)})
    edges, others = Edges.of(split), Edges.of(poisoned)
    assert edges.range == others.range
    np.testing.assert_array_equal(edges.X, others.X)


def test_a_table_of_categories_alone_has_no_edges():
    frame = pd.DataFrame({"town": ["a", "b"] * 50, "y": np.arange(100.0)})
    split = prepare(Table(frame, "y"), Prepare(), 0)
    assert Edges.of(split).passed_by(Formula.constant(1e9)) == ""
