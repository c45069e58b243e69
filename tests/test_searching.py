"""What students share: a task is checked once, weights mean one thing, and every front is made by the same rule."""

import math
import subprocess
import sys
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from smoothdistill_core import DataError, DistillationTask
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.searching import as_shares, best_constant, checked, front, training_box, weights_of
from smoothdistill_core.searching.drawn import drawn
from smoothdistill_core.testing.students import task


class Found(NamedTuple):
    """What a search may find: a formula's text, its complexity and its error."""

    text: str
    size: int
    error: float


CONSTANT, LINE, DETOUR, PARABOLA, PARABOLA_AGAIN = (
    Found("1", 1, 1.0),
    Found("x", 3, 0.5),
    Found("x + 0", 5, 0.5),
    Found("x*x", 7, 0.1),
    Found("x^2", 7, 0.1),
)


def texts(members, **options):
    found = front(members, size=lambda each: each.size, error=lambda each: each.error, **options)
    return [each.text for each in found]


def given(y=(1.0, 2.0, 6.0), weights=None, **fields):
    y = np.array(y)
    X = np.arange(2.0 * len(y)).reshape(len(y), 2)
    return DistillationTask(
        **{"X": X, "y": y, "weights": None if weights is None else np.array(weights), **fields}, seed=0
    )


def test_a_task_that_is_sound_stays_what_it_is():
    for sound in (given(), given(weights=[1.0, 2.0, 0.5])):
        assert checked(sound) is sound


def test_rows_of_weight_0_are_left_out_whatever_stands_in_them():
    weighted = given(y=[1.0, math.nan, 6.0], weights=[2.0, 0.0, 4.0], names=("a", "b"))
    weighted.X[1] = math.inf
    found = checked(weighted)
    assert found.X.tolist() == [[0.0, 1.0], [4.0, 5.0]]
    assert found.y.tolist() == [1.0, 6.0]
    assert found.weights.tolist() == [2.0, 4.0]
    assert found.names == ("a", "b")
    assert len(weighted.X) == 3  # the task itself is as it was


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"X": np.ones((0, 2)), "y": np.ones(0)}, "at least one row, and there is none"),
        ({"X": np.ones(3)}, r"X of shape \(n, d\) and y of shape \(n,\), not \(3,\) and \(3,\)"),
        ({"X": np.ones((3, 2)), "y": np.ones(2)}, r"not \(3, 2\) and \(2,\)"),
        ({"X": np.ones((3, 2)), "y": np.ones((3, 1))}, r"not \(3, 2\) and \(3, 1\)"),
        ({"X": np.full((3, 2), math.nan)}, "the inputs must be finite; remove or fill in the rows"),
        ({"X": np.full((3, 2), -math.inf)}, "the inputs must be finite"),
        ({"y": np.array([0.0, 1.0, math.nan])}, "the target must be finite.*a teacher that diverged gives nan"),
        ({"y": np.array([0.0, 1.0, -math.inf])}, "the target must be finite"),
        ({"y": np.array([0.0, 1.0, -1e78])}, r"not beyond 1e\+77"),
        (
            {"y": np.array([0.0, 0.0, 1e-156])},
            "varies by no more than 1e-156, too little to be squared; use a smaller unit",
        ),
        ({"y": np.array([1e-300, 3e-300, 1e-300])}, "varies by no more than 2e-300"),
        ({"weights": np.zeros(3)}, "not all 0"),
        ({"weights": np.array([1.0, 1.0, -1.0])}, "not negative"),
        ({"weights": np.array([0.0, 1.0, math.inf])}, "the weights must be finite"),
        ({"weights": np.array([0.0, 0.0, math.nan])}, "the weights must be finite"),
        ({"weights": np.ones(2)}, r"one for each of 3 rows, not of shape \(2,\)"),
    ],
)
def test_a_task_that_cannot_be_searched_says_what_is_needed(fields, reason):
    with pytest.raises(DataError, match=reason):
        checked(given(**fields))


def test_the_largest_input_of_a_library_can_be_named():
    large = given(X=np.full((3, 2), -1e39))
    assert checked(large) is large
    with pytest.raises(DataError, match=r"no input beyond 3e\+38; scale the inputs"):
        checked(large, largest_input=float(np.finfo(np.float32).max))


@pytest.mark.parametrize("size", [1e77, 1e-150])
def test_the_squares_of_a_target_that_is_taken_are_numbers(size):
    found = best_constant(checked(given(y=[size, -size, 0.0])))
    assert found.spread == pytest.approx(math.sqrt(2.0 / 3.0) * size, rel=1e-12)
    assert math.isfinite(found.spread**4)


def test_the_largest_weight_is_1_and_without_weights_all_are():
    assert weights_of(given()).tolist() == [1.0, 1.0, 1.0]
    assert weights_of(given(weights=[1e308, 0.0, 5e307])).tolist() == [1.0, 0.0, 0.5]


@pytest.mark.parametrize("weights", [[0.0, 0.0, 0.0], [1.0, -1.0, 1.0], [1.0, math.nan, 1.0], [1.0, 1.0]])
def test_weights_that_say_nothing_are_refused_wherever_they_are_asked_for(weights):
    for asked in (weights_of, best_constant, checked):
        with pytest.raises(DataError, match="the weights must be"):
            asked(given(weights=weights))


def test_shares_sum_to_1():
    assert as_shares(np.array([1.0, 0.5, 0.5])).tolist() == [0.5, 0.25, 0.25]


def test_the_best_constant_is_the_weighted_mean_and_knows_its_error():
    found = best_constant(given(y=[1.0, 2.0, 6.0], weights=[1.0, 1.0, 2.0]))
    assert found.value == 3.75
    assert found.spread == pytest.approx(math.sqrt((2.75**2 + 1.75**2 + 2 * 2.25**2) / 4))
    assert not found.is_exact


def test_the_best_constant_does_not_look_at_rows_of_weight_0():
    assert best_constant(given(y=[1.0, math.nan, 3.0], weights=[1.0, 0.0, 1.0])).value == 2.0


@pytest.mark.parametrize("value", [0.0, 0.1, -1e-300, 1e77])
@pytest.mark.parametrize("rows", [1, 3, 7, 1000])
def test_a_target_of_one_value_is_that_value_to_the_last_digit(value, rows):
    found = best_constant(given(y=np.full(rows, value), weights=np.linspace(0.1, 2.0, rows)))
    assert found.value == value
    assert found.spread == 0.0
    assert found.is_exact


@pytest.mark.parametrize(("change", "is_exact"), [(1e-13, True), (1e-9, False)])
def test_what_varies_by_rounding_alone_is_a_constant(change, is_exact):
    assert best_constant(given(y=[5.0, 5.0 * (1.0 + change), 5.0])).is_exact is is_exact


def test_the_best_constant_is_a_candidate_whose_formula_and_prediction_agree():
    candidate = best_constant(given()).candidate
    X = np.ones((4, 2))
    assert candidate.formula.text() == "3.0"
    np.testing.assert_array_equal(candidate.predict(X), candidate.formula.predict(X))


def test_a_front_holds_what_is_more_accurate_than_all_that_is_simpler():
    assert texts([PARABOLA, DETOUR, LINE, CONSTANT]) == ["1", "x", "x*x"]


def test_of_equals_the_first_stays():
    assert texts([PARABOLA, PARABOLA_AGAIN]) == ["x*x"]
    assert texts([PARABOLA_AGAIN, PARABOLA]) == ["x^2"]


def test_all_of_a_front_beat_the_constant():
    assert texts([CONSTANT, LINE, PARABOLA], below=1.0) == ["x", "x*x"]
    assert texts([CONSTANT], below=1.0) == []


def test_a_longer_formula_has_to_be_worth_its_length():
    members = [LINE, Found("x + x^9", 9, 0.46)]
    assert texts(members, worth=0.05) == ["x", "x + x^9"]
    assert texts(members, worth=0.1) == ["x"]


def test_errors_that_are_rounding_are_as_good_as_one_another():
    members = [Found("x", 3, 1e-20), Found("x + 1e-30", 5, 1e-25), Found("x + 1e-40", 7, 0.0)]
    assert texts(members) == ["x", "x + 1e-30", "x + 1e-40"]
    assert texts(members, exact=1e-15) == ["x"]


def test_what_is_not_accepted_leaves_its_place_to_the_next():
    with_pole = Found("1/x", 3, 0.2)
    members = [CONSTANT, with_pole, LINE, PARABOLA]
    assert texts(members) == ["1", "1/x", "x*x"]
    assert texts(members, accept=lambda each: "/" not in each.text) == ["1", "x", "x*x"]


def test_only_what_would_be_in_the_front_is_asked_for():
    asked = []
    texts([DETOUR, LINE, PARABOLA], accept=lambda each: asked.append(each.text) or True)
    assert asked == ["x", "x*x"]


@pytest.mark.parametrize("error", [math.nan, math.inf])
def test_what_has_no_error_is_in_no_front(error):
    assert texts([Found("exp(exp(x))", 2, error), LINE]) == ["x"]
    assert texts([LINE, Found("exp(exp(x))", 2, error), CONSTANT, PARABOLA]) == ["1", "x", "x*x"]


def test_of_nothing_there_is_no_front():
    assert texts([]) == []


def test_few_rows_are_all_seen_in_their_order_and_of_many_some_are_drawn_from_all():
    assert drawn(5, 10).tolist() == [0, 1, 2, 3, 4]
    some = drawn(10_000, 100).tolist()
    assert some == sorted({*some}) == drawn(10_000, 100).tolist()
    assert 4_000 < np.mean(some) < 6_000
    assert {*drawn(np.array([9, 3, 7]), 2)} < {3, 7, 9}


def test_the_box_of_a_task_is_that_in_which_the_core_looks_for_poles():
    features = (Feature("a", None, 10.0, 2.0, 6.0, 16.0), Feature("b", "yes", 0.5, 0.5, 0.0, 1.0, reference="no"))
    scaling = Scaling(features, "y", "none", 0.0, 1.0)
    assert training_box(replace(given(), scaling=scaling)) == scaling.standardised_box
    assert scaling.box == [(5.0, 17.0), (0.0, 1.0)]
    assert scaling.standardised_box == [(-2.5, 3.5), (-1.0, 1.0)]


def test_without_units_the_box_is_the_range_of_the_rows_a_tenth_wider_on_both_sides():
    X = np.array([[-4.0, 7.0], [6.0, 7.0], [5.0, 7.0]])
    assert training_box(given(X=X)) == [(-5.0, 7.0), (7.0, 7.0)]


def test_a_student_of_few_lines_can_be_written_with_it():
    """The best line through each input, and the front of these."""
    shown = checked(task())
    weights = as_shares(weights_of(shown))
    lines = [(column, *np.polyfit(shown.X[:, column], shown.y, 1)) for column in range(3)]
    errors = {line: float(weights @ (line[1] * shown.X[:, line[0]] + line[2] - shown.y) ** 2) for line in lines}
    best = front(lines, size=lambda line: 5, error=errors.__getitem__, below=best_constant(shown).spread ** 2)
    assert [line[0] for line in best] == [0]


def test_importing_it_imports_nothing_heavy():
    check = (
        "import sys, smoothdistill_core.searching; "
        "print({'sklearn', 'scipy', 'pandas', 'torch', 'matplotlib', 'sympy', 'numba'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True).stdout == "set()\n"
