"""Rows along the trajectories of a system: they obey it, and begin all over the ranges."""

import re

import numpy as np
import pytest
from pydantic import ValidationError

from smoothdistill_core import DataError, RecipeError, Registry, recipe_from_text
from smoothdistill_core.preparation import fingerprint
from smoothdistill_laws.trajectory import Trajectory

DECAY = {"system": {"x": "-x", "y": "x - y"}, "state": "x", "ranges": {"x": (1, 2), "y": (0, 4)}, "time": 3.0}


def test_the_rows_are_states_at_equal_times_and_the_target_is_the_derivative_there():
    frame = Trajectory(**DECAY, trajectories=2, rows=60).load().frame
    assert list(frame.columns) == ["x", "y", "dx/dt"]
    assert len(frame) == 60
    times = np.linspace(0, 3, 30)
    for way in (frame[:30], frame[30:]):
        x, y = way.x.iloc[0], way.y.iloc[0]
        np.testing.assert_allclose(way.x, x * np.exp(-times), rtol=1e-8)
        np.testing.assert_allclose(way.y, (y + x * times) * np.exp(-times), rtol=1e-8)
    np.testing.assert_allclose(frame["dx/dt"], -frame.x, rtol=1e-14)


def test_the_trajectories_begin_in_all_parts_of_each_range():
    for seed in range(5):
        frame = Trajectory(**DECAY, trajectories=4, rows=40, seed=seed).load().frame
        starts = frame.iloc[::10]
        assert sorted((starts.x - 1) // 0.25) == [0, 1, 2, 3]
        assert sorted(starts.y // 1) == [0, 1, 2, 3]


def test_the_derivatives_of_a_system_are_over_the_same_rows():
    one, other = (Trajectory(**{**DECAY, "state": state}).load().frame for state in "xy")
    assert (one[["x", "y"]] == other[["x", "y"]]).all(axis=None)
    assert list(other.columns) == ["x", "y", "dy/dt"]


def test_the_table_knows_its_law_over_all_states():
    table = Trajectory(**DECAY, noise=0.5).load()
    X = table.frame[["x", "y"]].to_numpy()
    np.testing.assert_allclose(table.law.predict(X), -X[:, 0], rtol=1e-14)


def test_the_noise_is_a_share_of_the_spread_and_moves_no_state():
    plain, noisy = (Trajectory(**DECAY, rows=4000, noise=noise).load().frame for noise in (0.0, 0.1))
    assert (noisy["dx/dt"] - plain["dx/dt"]).std() / plain["dx/dt"].std() == pytest.approx(0.1, rel=0.1)
    assert (noisy[["x", "y"]] == plain[["x", "y"]]).all(axis=None)


def test_the_seed_decides_the_rows():
    marks = [fingerprint(Trajectory(**DECAY, seed=seed).load()) for seed in (1, 1, 2)]
    assert marks[0] == marks[1] != marks[2]


def test_what_was_done_is_noted_and_the_label_is_the_title_or_the_equation():
    trajectory = Trajectory(**DECAY)
    assert trajectory.load().notes == (
        "made by the law dx/dt = -x",
        "the rows are states on 4 trajectories until time 3 of dx/dt = -x, dy/dt = x - y",
    )
    assert trajectory.label == "dx/dt = -x"
    assert Trajectory(**DECAY, title="decay", target="rate").label == "decay"
    assert Trajectory(**DECAY, target="rate").load().target == "rate"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"system": {"x": "sine(x)", "y": "y"}}, "the derivative of 'x': there is no function 'sine'; did you mean"),
        ({"system": {"x": "x*z"}}, "the derivative of 'x' reads 'z', which is no state; give its derivative too"),
        ({"system": {"x": "x", "e": "x"}}, "'e' cannot be a state, it is a constant; name the state otherwise"),
        ({"system": {"x": 1, "y": "y"}}, "the derivative of 'x' is 1; write an expression, as text"),
        ({"system": {}}, "at least 1"),
        ({"state": "z"}, "there is no state 'z'; known: x, y"),
        ({"system": {"x": "1", "y": "x"}}, "the derivative of 'x' is constant; choose a state whose derivative is not"),
        ({"ranges": {"x": (1, 2)}}, "the state 'y' has no range; give it one"),
        ({"ranges": {"x": (1, 2), "y": (1, 2), "u": (1, 2)}}, "'u' is no state; remove its range, or rename it"),
        ({"rows": 42}, "42 rows cannot be shared evenly by 4 trajectories; choose a multiple of 4"),
        ({"rows": 20, "trajectories": 20}, "at least twice as many"),
        ({"time": 0}, "greater than 0"),
        ({"target": "y"}, "'y' is a state of the system; name the target otherwise"),
        ({"target": " "}, "the name of the target is empty; leave it out"),
        ({"title": "two\nlines"}, "the title must be one line of text"),
    ],
)
def test_options_that_cannot_be_are_refused(options, message):
    with pytest.raises(ValidationError, match=message):
        Trajectory(**{**DECAY, **options})


@pytest.mark.parametrize(
    ("system", "time"),
    [
        ({"x": "x^2"}, 3.0),  # runs away at time 1/x
        ({"x": "-1/sqrt(x)"}, 9.0),  # meets the end of its domain
        ({"x": "sqrt(x - 9)"}, 1.0),  # has no value where it begins
    ],
)
def test_a_system_that_cannot_be_followed_is_refused(system, time):
    trajectory = Trajectory(system=system, state="x", ranges={"x": (1, 2)}, time=time)
    with pytest.raises(DataError, match=r"cannot be followed beyond time .*; choose other ranges, or a shorter time"):
        trajectory.load()


def test_a_system_that_is_too_stiff_is_given_up(monkeypatch):
    monkeypatch.setattr("smoothdistill_laws.trajectory.MOST_EVALUATIONS", 1000)
    trajectory = Trajectory(system={"x": "-1e6*(x - 1)"}, state="x", ranges={"x": (1, 2)}, time=10.0)
    with pytest.raises(DataError, match="cannot be followed beyond time"):
        trajectory.load()


def test_what_is_wrong_in_a_recipe_is_told_with_its_place():
    text = (
        "dataset:\n  name: trajectory\n  system:\n    x: x*sine(x)\n  state: x\n  ranges: {x: [1, 2]}\n  time: soon\n"
    )
    with pytest.raises(RecipeError) as caught:
        recipe_from_text(text, Registry(), name="r.yaml")
    one, other = map(str, caught.value.problems)
    assert re.match(r"r\.yaml:4:5: dataset\.system: the derivative of 'x': there is no function 'sine'", one)
    assert re.match(r"r\.yaml:7:9: dataset\.time: the text 'soon' does not fit; it should be a number", other)
