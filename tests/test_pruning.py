"""A formula that is too long shrinks to the short ones inside it, with their constants fitted anew."""

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_core.searching.pruning import pruned

V, C, APPLY = Formula.variable, Formula.constant, Formula.apply
ROWS = 400


def line(*slopes, offset=0.3):
    return Formula.linear(list(slopes), offset)


@pytest.fixture
def rows():
    return np.random.default_rng(0).uniform(1.0, 3.0, size=(ROWS, 4))


def shapes(formulas):
    return [formula.complexity for formula in formulas]


def error(formula, X, y):
    return float(np.mean((formula.predict(X) - y) ** 2))


def test_summands_that_do_not_matter_go_first(rows):
    y = 2 * rows[:, 0] - rows[:, 1]
    long = line(2.1, -0.9, 0.02, 0.01)
    found = list(pruned(long, rows, y))
    assert shapes(found) == sorted(set(shapes(found)), reverse=True)
    exact = [formula for formula in found if error(formula, rows, y) < 1e-12]
    assert min(shapes(exact)) <= line(2.0, -0.9, offset=0.0).complexity
    assert {frozenset(formula.inputs) for formula in exact[-1:]} == {frozenset({0, 1})}


def test_a_bend_where_a_line_does_is_straightened(rows):
    y = rows[:, 0] + 0.5 * rows[:, 1]
    nearly = APPLY("mul", C(100.0), APPLY("tanh", APPLY("mul", C(0.01), line(1.0, 0.5, offset=0.1))))
    assert any(error(formula, rows, y) < 1e-12 and formula.complexity <= 7 for formula in pruned(nearly, rows, y))


def test_a_guarded_division_by_what_is_never_near_0_becomes_one(rows):
    y = rows[:, 0] * rows[:, 1] / rows[:, 2]
    guarded = APPLY("analytic_quotient", APPLY("mul", V(0), V(1)), APPLY("mul", C(9.0), V(2)))
    guarded = APPLY("mul", C(9.0), guarded)
    assert error(guarded, rows, y) > 1e-6
    law = APPLY("div", APPLY("mul", V(0), V(1)), V(2))
    exact = [formula for formula in pruned(guarded, rows, y) if error(formula, rows, y) < 1e-12]
    assert min(shapes(exact)) <= law.complexity + 2


def test_formulas_that_are_not_allowed_are_passed_over(rows):
    y = rows[:, 0] / rows[:, 1]
    guarded = APPLY("analytic_quotient", V(0), APPLY("mul", C(5.0), V(1)))

    def without_division(formula):
        return all(getattr(node, "name", "") != "div" for node in formula.nodes)

    assert any(not without_division(formula) for formula in pruned(guarded, rows, y))
    assert all(map(without_division, pruned(guarded, rows, y, allowed=without_division)))


def test_it_ends_with_a_formula_that_has_no_part_left(rows):
    assert shapes(pruned(line(1.0, 2.0), rows, rows[:, 0]))[-1] == 1


def test_rows_of_weight_0_do_not_count(rows):
    y, weights = 2 * rows[:, 0], np.ones(ROWS)
    y[::2], weights[::2] = 50.0, 0.0
    found = list(pruned(line(1.9, 0.1), rows, y, weights))
    assert any(error(formula, rows[1::2], y[1::2]) < 1e-12 for formula in found)


def test_an_input_that_varies_in_late_rows_alone_stays(rows):
    rows[:300, 1] = 0.0
    y = rows[:, 0] + 3 * rows[:, 1]
    exact = [formula for formula in pruned(line(1.1, 2.9, 0.1), rows, y) if error(formula, rows, y) < 1e-12]
    assert exact[-1].inputs == {0, 1}


@pytest.mark.parametrize("formula", [V(0), C(2.0)])
def test_a_formula_of_one_node_has_nothing_to_lose(formula, rows):
    assert list(pruned(formula, rows, rows[:, 0])) == []


def test_the_same_formula_shrinks_the_same_way_again(rows):
    y = np.sin(rows[:, 0])
    once, again = (list(pruned(line(1.0, 0.1, 0.2), rows, y)) for _ in range(2))
    assert once == again


def test_products_that_a_sine_of_a_sum_expands_to_are_that_sine(rows):
    sin, cos = (lambda x: APPLY("sin", x)), (lambda x: APPLY("cos", x))
    a, b = V(0), V(1)
    y = np.sin(rows[:, 0]) + 0.8 * np.sin(rows[:, 0] + rows[:, 1])
    expanded = sin(a)
    for number, one, other in ((0.801, cos(a), sin(b)), (0.799, sin(a), cos(b))):
        expanded = APPLY("add", expanded, APPLY("mul", C(number), APPLY("mul", one, other)))
    short = [formula for formula in pruned(expanded, rows, y) if error(formula, rows, y) < 1e-12]
    assert min(shapes(short)) == 9
