"""A program builds a recipe from its own values: the same rules and errors, and components as instances."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import Field

from smoothdistill_core import RecipeError, Registry
from smoothdistill_core.recipe import Prepare, recipe_from_data, recipe_from_text
from smoothdistill_core.recipe.recipe import SECTIONS
from smoothdistill_core.study import make_plan

REGISTRY = Registry()
MLP = REGISTRY.get("teacher", "mlp")


def test_plain_data_say_what_yaml_says():
    data = {
        "dataset": "friedman1",
        "teacher": {"name": "mlp", "hidden": (8,)},
        "regularizer": ("none", {"name": "l2", "strength": np.array([0.1, 1.0])}),
        "trials": {"seeds": np.int64(2)},
    }
    text = "{dataset: friedman1, teacher: {name: mlp, hidden: [8]}, regularizer: [none, {name: l2, strength: [0.1, 1]}]"
    assert recipe_from_data(data, REGISTRY) == recipe_from_text(text + ", trials: {seeds: 2}}", REGISTRY)


def test_a_component_may_be_an_instance_and_get_options_on_top():
    ready = MLP(hidden=(8,))
    assert recipe_from_data({"dataset": "friedman1", "teacher": ready}, REGISTRY).teacher == (ready,)
    changed = {"dataset": "friedman1", "teacher": {"name": ready, "epochs": 3}}
    assert recipe_from_data(changed, REGISTRY).teacher == (MLP(hidden=(8,), epochs=3),)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"teacher": "mpl"}, "here: teacher: there is no teacher 'mpl'; did you mean 'mlp'?"),
        ({"teacher": REGISTRY.get("student", "linear")()}, "here: teacher: must be a name or a mapping with a name"),
        ({"teacher": {"name": MLP(), "epoch": 3}}, "here: teacher.epoch: teacher 'mlp' has no option 'epoch'"),
        ({"prepare": {"test": 0}}, "here: prepare.test: 0 does not fit"),
    ],
)
def test_errors_name_the_program_in_place_of_a_line(data, message):
    with pytest.raises(RecipeError) as caught:
        recipe_from_data({"dataset": "friedman1", **data}, REGISTRY, "here")
    assert str(caught.value).startswith(message)


def test_a_program_may_have_other_rules_for_a_section():
    class Everything(Prepare):
        test: float = Field(0.0, ge=0, le=0)

    data = {"dataset": "friedman1", "prepare": {"validation": 0.25}}
    recipe = recipe_from_data(data, REGISTRY, sections={**SECTIONS, "prepare": Everything})
    (facts,) = make_plan(recipe, REGISTRY).facts.values()
    assert set(facts.rows) == {"validation", "train"}
    assert facts.rows["train"] == 3 * facts.rows["validation"]


def test_seeds_count_on_from_the_first():
    def seeds(text: str) -> list[int]:
        recipe = recipe_from_text("{dataset: friedman1, trials: {runs: 2, seeds: 2" + text + "}}", REGISTRY)
        return [trial.seed for trial in make_plan(recipe, REGISTRY).trials]

    assert seeds("") == [0, 1, 1000, 1001]
    assert seeds(", first_seed: 70") == [70, 71, 1070, 1071]
