"""Several formulas shown together: what they have in common once, whatever their inputs are called."""

from __future__ import annotations

import pytest

from smoothdistill_core import Explanation, Formula, Formulas
from smoothdistill_core.scaling import Feature, Scaling

A, B = Formula.variable(0), Formula.variable(1)


def wave(first, second):
    return Formula.apply("sin", Formula.apply("mul", first, second))


def explanation(target, formula, names=("dose", "age")):
    features = tuple(Feature(name, None, 0.0, 1.0, 0.0, 1.0) for name in names)
    return Explanation(formula, Scaling(features, target, "none", 0.0, 1.0), formula)


def test_a_common_part_has_a_name_of_its_own():
    formulas = Formulas([explanation("up", wave(A, B)), explanation("down", Formula.apply("neg", wave(B, A)))])
    assert str(formulas).splitlines() == ["u1 = sin(dose*age)", "up = u1", "down = -u1"]
    assert str(formulas["up"]) == "up = sin(dose*age)"


def test_inputs_go_by_their_names_where_each_formula_has_its_own():
    other = explanation("down", Formula.apply("exp", wave(A, B)), names=("age", "dose"))
    assert str(Formulas([explanation("up", wave(A, B)), other])).splitlines() == [
        "u1 = sin(dose*age)",
        "up = u1",
        "down = exp(u1)",
    ]


def test_a_name_is_none_that_a_column_has():
    names = ("u1", "age")
    formulas = Formulas([explanation("up", wave(A, B), names), explanation("down", wave(A, B), names)])
    assert str(formulas).splitlines() == ["u_1 = sin(u1*age)", "up = u_1", "down = u_1"]


def test_a_page_shows_text_as_text():
    assert "&lt;b&gt;" in Formulas([explanation("<b>", A), explanation("c", B)])._repr_html_()


def test_it_is_a_mapping_that_predicts_all():
    formulas = Formulas([explanation("up", A), explanation("down", B)])
    assert list(formulas) == ["up", "down"]
    assert formulas.predict([[1.0, 2.0], [3.0, 4.0]]).tolist() == [[1.0, 2.0], [3.0, 4.0]]
    with pytest.raises(KeyError, match="there is no target 'upp'; did you mean 'up'"):
        formulas["upp"]
