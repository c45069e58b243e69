"""Parameters are stored as they are, say what a recipe can say, and are refused in a recipe's words."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import RandomForestRegressor

from smoothdistill_core import RecipeError, Registry
from smoothdistill_core.estimator import SymbolicDistiller

REGISTRY = Registry()


def labels(fitted: SymbolicDistiller) -> list[str]:
    """Return penalty and strength of each teacher, in order."""
    cells = [record.cell for record in fitted.results_.cells if record.cell.role == "teacher"]
    return [f"{cell.regularizer} {cell.strength:g}" for cell in cells]


def test_a_component_is_a_name_a_mapping_or_an_instance(distiller, plane):
    mapping = {"name": "mlp", "hidden": [8], "epochs": 3}
    instance = REGISTRY.get("teacher", "mlp")(hidden=(8,), epochs=3)
    named = distiller(teacher=mapping).fit(*plane)
    ready = distiller(teacher=instance, student=REGISTRY.get("student", "linear")()).fit(*plane)
    assert str(named.formula_) == str(ready.formula_)
    assert named.teacher_.weights == ready.teacher_.weights


def test_an_instance_needs_no_registry_that_knows_it(distiller, plane):
    class Tiny(REGISTRY.get("teacher", "mlp")):
        name = "tiny"

    assert distiller(teacher=[Tiny(hidden=(2,), epochs=1)]).fit(*plane).teacher_.component.name == "tiny"


@pytest.mark.parametrize(
    ("regularizer", "strength", "expected"),
    [
        ("none", 0.3, ["none 0"]),
        (("none", "jacobian"), 0.3, ["none 0", "jacobian 0.3"]),
        ("jacobian", [0.1, 0.3], ["jacobian 0.1", "jacobian 0.3"]),
        ("jacobian", np.array([0.1, 0.3]), ["jacobian 0.1", "jacobian 0.3"]),
        ("jacobian", np.float64(0.5), ["jacobian 0.5"]),
        ([{"name": "jacobian", "strength": 1}, "l2"], 0.3, ["jacobian 1", "l2 0.3"]),
        (REGISTRY.get("regularizer", "l2")(), 0.3, ["l2 0.3"]),
        ({"name": REGISTRY.get("regularizer", "l2")(), "strength": [0.2]}, None, ["l2 0.2"]),
        (None, 0.3, ["none 0", "jacobian 0.3"]),
        ("jacobian", {"path": [1.0, 0.1], "steps": 2}, ["jacobian (path) 1", "jacobian (path) 0.1"]),
    ],
)
def test_a_strength_goes_to_every_regularizer_without_one_of_its_own(distiller, plane, regularizer, strength, expected):
    assert labels(distiller(regularizer=regularizer, strength=strength).fit(*plane)) == expected


def test_without_regularizers_a_teacher_gets_those_that_it_takes(distiller, plane):
    class Stubborn(REGISTRY.get("teacher", "mlp")):
        name = "stubborn"

        def accepts(self, regularizer):
            return regularizer.name in ("none", "l2")

    fitted = distiller(teacher=Stubborn(hidden=(2,), epochs=1), regularizer=None).fit(*plane)
    assert labels(fitted) == ["none 0"]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"teacher": "mpl"}, "SymbolicDistiller: teacher: there is no teacher 'mpl'; did you mean 'mlp'?"),
        ({"teacher": {"name": "mlp", "epoch": 5}}, "teacher.epoch: teacher 'mlp' has no option 'epoch'; did you mean"),
        ({"teacher": {"name": "mlp", "epochs": 0}}, "teacher.epochs: 0 does not fit; it should be greater than or eq"),
        ({"teacher": 3}, "teacher: must be a name or a mapping with a name, not 3"),
        ({"teacher": []}, "teacher: is an empty list; name at least one teacher"),
        ({"student": ["linear", "linaer"]}, "student[1]: there is no student 'linaer'; did you mean 'linear'"),
        ({"regularizer": "jacobain"}, "regularizer: there is no regularizer 'jacobain'; did you mean 'jacobian'?"),
        ({"regularizer": "l2", "strength": -1}, "regularizer[0].strength: a strength is never negative"),
        ({"metric": "fidelity"}, "metric: choosing needs the metric 'r2'; add it to the list"),
        ({"validation": 1.5}, "SymbolicDistiller: validation: 1.5 does not fit; it should be less than 1"),
        ({"validation": 0.0}, "SymbolicDistiller: validation: choosing on the validation part needs one"),
        ({"target": "logp1"}, "target: the text 'logp1' is none of the choices; did you mean 'log1p' or 'logit'?"),
        ({"max_rows": 3}, "SymbolicDistiller: max_rows: 3 does not fit"),
        ({"categorical": 3}, "fit: categorical: 3 names no columns; name them, as in categorical=['town']"),
        ({"n_jobs": "2"}, "SymbolicDistiller: n_jobs: '2' is no number of processes; say a whole number, or -1"),
        ({"missing": "impure"}, "missing: 'impure' is none of the choices; did you mean 'impute'?"),
        ({"distil": {"max_row": 100}}, "distil.max_row: distil has no option 'max_row'; did you mean 'max_rows'?"),
        ({"choose": {"rule": "bets"}}, "choose.rule"),
        ({"choose": "knee"}, "choose: the text 'knee' does not fit; it should be a mapping"),
        ({"choice": "jacobian"}, "choice: there is no choice 'jacobian'; known: best, direct, linear, none"),
        ({"model": max}, "model: a finished model is asked, not trained, which the teacher 'mlp' cannot do; set"),
    ],
)
def test_what_is_wrong_with_a_parameter_is_said_as_of_a_recipe(distiller, plane, parameters, message):
    with pytest.raises(RecipeError, match=re.escape(message)):
        distiller(**parameters).fit(*plane)


def test_no_categories_may_be_said_by_none(distiller, plane):
    assert str(distiller(categorical=None).fit(*plane).formula_) == str(distiller().fit(*plane).formula_)


def test_options_are_set_of_the_teacher_that_the_fit_would_get(distiller, plane):
    bare = distiller(teacher=None, validation=0.0, choose={"part": "train"})
    assert not bare.set_params(teacher__epochs=2).fit(*plane).teacher_.component.stopping


def test_everything_that_is_wrong_is_said_at_once(distiller, plane):
    with pytest.raises(RecipeError) as caught:
        distiller(teacher="mpl", student="linaer", validation=2.0).fit(*plane)
    assert {problem.path[0] for problem in caught.value.problems} == {"validation", "teacher", "student"}


def test_an_error_of_a_parameter_is_a_value_error(distiller, plane):
    with pytest.raises(ValueError, match="there is no teacher"):
        distiller(teacher="mpl").fit(*plane)


def test_no_parameter_is_looked_at_before_fit():
    nonsense = SymbolicDistiller(teacher=3, strength="much", validation=None, missing=object())
    assert nonsense.get_params()["strength"] == "much"


def test_options_of_components_and_sections_are_set_one_by_one(distiller, plane):
    fitted = distiller(teacher="mlp").set_params(teacher__epochs=1, teacher__hidden=(4,), choose__within=0.5)
    assert fitted.teacher == {"name": "mlp", "epochs": 1, "hidden": (4,)}
    assert fitted.choose == {"within": 0.5}
    assert fitted.fit(*plane).teacher_.component.epochs == 1


def test_options_of_penalties_and_metrics_are_set_one_by_one_too(distiller):
    varied = distiller(regularizer="lipschitz", metric="r2").set_params(regularizer__norm="sum", metric__unknown=1)
    assert varied.regularizer == {"name": "lipschitz", "norm": "sum"}
    assert varied.metric == {"name": "r2", "unknown": 1}


def test_options_of_an_instance_are_set_without_touching_it(distiller, plane):
    instance = REGISTRY.get("teacher", "mlp")(hidden=(4,), epochs=2)
    fitted = distiller(teacher=instance).set_params(teacher__epochs=1).fit(*plane)
    assert (fitted.teacher_.component.epochs, fitted.teacher_.component.hidden) == (1, (4,))
    assert instance.epochs == 2
    with pytest.raises(RecipeError, match="epochs"):
        fitted.set_params(teacher__epochs=0).fit(*plane)


def test_an_option_of_one_of_several_components_is_refused(distiller):
    with pytest.raises(ValueError, match="belongs to one of several components"):
        distiller(teacher=["mlp", "mlp"]).set_params(teacher__epochs=1)
    with pytest.raises(ValueError, match="Invalid parameter"):
        distiller().set_params(techer__epochs=1)


def test_a_clone_shares_the_model_that_was_fitted(plane):
    forest = RandomForestRegressor(n_estimators=2, random_state=0).fit(*plane)
    seen = []
    copied = clone(SymbolicDistiller(teacher="blackbox", model=forest, progress=seen.append, registry=REGISTRY))
    assert copied.model is forest
    assert copied.registry is REGISTRY
    assert copied.progress == seen.append


def test_the_rules_of_choosing_are_those_of_recipes(distiller, plane):
    kept = distiller(
        regularizer=("none", "jacobian"), strength=[0.1, 0.3], choose={"part": "train"}, choice="jacobian 0.3"
    ).fit(*plane)
    assert kept.teacher_.penalty == "jacobian"
    assert kept.teacher_.strength == 0.3
    assert kept.results_.choose.part == "train"


def test_without_a_validation_part_choices_are_made_on_the_training_part(distiller, plane):
    fitted = distiller(validation=0.0, choose={"part": "train"}).fit(*plane)
    assert fitted.results_.trials.popitem()[1].facts.rows == {"train": 120}


@pytest.mark.parametrize("seed", [0, np.int64(0), np.random.RandomState(0)])
def test_equal_random_states_give_equal_formulas(distiller, plane, seed):
    search = {"name": "gplearn", "population_size": 60, "generations": 2, "tournament_size": 5}
    state = seed.get_state() if isinstance(seed, np.random.RandomState) else None
    first = distiller(random_state=seed, student=search).fit(*plane)
    if state is not None:
        seed.set_state(state)
    second = distiller(random_state=seed, student=search).fit(*plane)
    assert str(first.formula_) == str(second.formula_)
    assert first.front_.astype(str).equals(second.front_.astype(str))


def test_without_a_random_state_every_fit_has_its_own_seed(distiller, plane):
    seeds = [distiller(random_state=None).fit(*plane).results_.trials.popitem()[1].seed for _ in range(2)]
    assert seeds[0] != seeds[1]


def test_a_random_state_that_is_none_is_refused_by_scikit_learn(distiller, plane):
    with pytest.raises(ValueError, match="cannot be used to seed"):
        distiller(random_state="zero").fit(*plane)
