"""Schedules: which way each moves the strength, and what of it a recipe says."""

from dataclasses import replace

import pytest

from smoothdistill_core import Epoch, RecipeError, Registry, recipe_from_text
from smoothdistill_smoothness.penalties import Jacobian, Lipschitz
from smoothdistill_smoothness.schedules import BOUNDS, SCHEDULES, balance, constrained, hypergradient

EPOCH = Epoch(9, 200, 0.2, 1.0, 0.4, 0.8, validation_error=0.3, lowest_validation_error=0.25, agreement=0.5)


def test_the_hypergradient_raises_the_strength_where_less_penalty_is_less_validation_error():
    assert hypergradient(0.1, replace(EPOCH, agreement=-0.5)) < 0.1 < hypergradient(0.1, EPOCH)
    assert hypergradient(0.1, replace(EPOCH, agreement=0.0)) == 0.1


def test_the_constraint_reads_overfitting_as_too_little_smoothness():
    overfitted = replace(EPOCH, error=0.1, validation_error=0.4)
    too_smooth = replace(EPOCH, error=0.4, validation_error=0.4)
    assert constrained(0.1, too_smooth) < 0.1 < constrained(0.1, overfitted)


def test_the_constraint_lets_go_while_the_validation_error_still_falls():
    falling = replace(EPOCH, error=0.1, validation_error=0.25)
    assert constrained(0.1, falling) < 0.1


def test_a_balanced_penalty_pulls_half_as_hard_as_the_error_and_needs_no_validation_rows():
    alone = Epoch(9, 200, 0.2, 1.0, error_slope=0.4, penalty_slope=0.8)
    strength = 0.01
    for _ in range(200):
        strength = balance(strength, alone)
    assert strength * alone.penalty_slope == pytest.approx(0.5 * alone.error_slope)


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
@pytest.mark.parametrize("agreement", [-1.0, 1.0])
def test_no_schedule_leaves_its_bounds(schedule, agreement):
    epoch = replace(EPOCH, agreement=agreement, error=0.01 if agreement > 0 else 9.0, error_slope=50 * agreement + 50)
    strength = 0.1
    for _ in range(500):
        strength = schedule(strength, epoch)
    assert BOUNDS[0] <= strength <= BOUNDS[1]


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_a_network_without_error_or_penalty_leaves_a_finite_strength(schedule):
    nothing = Epoch(9, 200, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert schedule(0.1, nothing) == 0.1


def test_adapting_is_part_of_the_identity_only_where_it_is_asked_for():
    assert "adapt" not in Jacobian().identity()["options"]
    assert Jacobian(adapt="balance").identity() != Jacobian(adapt="constrained").identity()


def recipe(text):
    return recipe_from_text(f"dataset: diabetes\n{text}", Registry())


def test_a_recipe_that_names_no_start_begins_in_the_midst_of_the_strengths():
    found = recipe("regularizer: [{name: jacobian, adapt: balance}, {name: lipschitz, adapt: balance, strength: 0.2}]")
    adapted = [(sweep.label, sweep.strengths) for sweep in found.regularizer]
    assert adapted == [("jacobian(adapt=balance)", (0.1,)), ("lipschitz(adapt=balance)", (0.2,))]
    assert Lipschitz().sweep == Lipschitz.strengths


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "regularizer: {name: jacobian, adapt: grid}",
            "2:38: regularizer.adapt: the text 'grid' is none of the choices",
        ),
        (
            "regularizer: {name: jacobian, adapt: balance, strength: {path: [1, 0.1], steps: 3}}",
            "regularizer.strength: jacobian(adapt=balance) sets its strength itself, from a start above 0; write",
        ),
        (
            "regularizer: {name: jacobian, adapt: balance, strength: 0}",
            "sets its strength itself, from a start above 0",
        ),
        (
            "regularizer: {name: jacobian, adapt: constrained}\nprepare: {validation: 0}\nchoose: {part: train}",
            "3:23: prepare.validation: the strength of jacobian(adapt=constrained) follows the error on the validation",
        ),
    ],
)
def test_what_cannot_be_adapted_is_refused_in_one_line(text, problem):
    with pytest.raises(RecipeError) as refused:
        recipe(text)
    (found,) = refused.value.problems
    assert problem in str(found)
    assert "\n" not in str(found)
