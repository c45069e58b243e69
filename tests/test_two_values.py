"""A target of two values: which of them is 1, how its rows are split, and what is said of both."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError, Formula, Table
from smoothdistill_core.preparation import learn
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.scaling import Feature, Scaling

ROWS = 100


def table(target, name="survived", **columns):
    inputs = columns or {"age": np.arange(float(len(target)))}
    return Table(pd.DataFrame({**inputs, name: target}), name)


def answers(ones, rows=ROWS, words=("no", "yes")):
    """Return two words, the second in so many rows."""
    return [words[row < ones] for row in range(rows)]


def learnt(values, seed=0, test_seed=None, **options):
    return learn(table(values), Prepare(**options), seed, test_seed)


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        (("no", "yes"), ("no", "yes")),
        (("died", "alive"), ("alive", "died")),
        ((False, True), ("False", "True")),
        ((0, 1), ("0", "1")),
        ((2.0, 1.0), ("1", "2")),
        ((-1, 1), ("-1", "1")),
    ],
)
def test_the_later_of_two_values_is_1_as_in_scikit_learn(values, classes):
    target = answers(30, words=values)
    found = learnt(target)
    assert found.facts.scaling.classes == classes
    assert found.facts.scaling.transform == "logit"
    assert found.target.sum() == [str(value) for value in target].count(str(values[values.index(max(values))]))


def test_the_recipe_names_the_value_whose_probability_is_given():
    found = learnt(answers(30), positive="no")
    assert found.facts.scaling.classes == ("yes", "no")
    assert found.target.sum() == 70
    assert found.facts.scaling.shown == "p(survived = no)"


def test_it_is_said_what_is_1_and_how_to_have_it_otherwise():
    (note,) = learnt(answers(30)).facts.notes
    assert note == (
        "the target has two values, and p is the probability of survived = yes (the later of the two; positive names "
        "the other): 30 of 100 rows have it, the others no; target: none fits it as a number"
    )


def test_labels_are_never_standardised():
    found = learnt(answers(30))
    assert (found.facts.scaling.mean, found.facts.scaling.scale) == (0.0, 1.0)
    assert set(found.y("train")) == {0.0, 1.0}


@pytest.mark.parametrize("ones", [10, 50, 95])
@pytest.mark.parametrize("seed", [0, 1])
def test_each_part_has_its_share_of_both_classes(ones, seed):
    found = learnt(answers(ones), seed, test_seed=7)
    for part, rows in found.places.items():
        assert found.y(part).mean() == pytest.approx(ones / ROWS, abs=1 / len(rows)), part
    assert sorted(np.concatenate(list(found.places.values()))) == list(range(ROWS))


def test_few_rows_that_are_used_have_their_share_of_both_classes_too():
    found = learnt(answers(20, rows=1000), max_rows=100)
    assert sum(found.target[rows].sum() for rows in found.places.values()) == 2


def test_a_class_that_a_part_lacks_is_said():
    notes = learnt(answers(2)).facts.notes
    assert any("no row of the test part has survived = yes" in note for note in notes)


def test_other_targets_are_split_as_ever():
    def rows(target):
        return learnt(target, target="none").places

    numbers = [float(value) for value in range(ROWS)]
    labels = [float(row < 30) for row in range(ROWS)]
    for part, places in rows(numbers).items():
        np.testing.assert_array_equal(places, rows(labels)[part])


@pytest.mark.parametrize("advised", ["none", "log1p"])
def test_a_dataset_may_advise_to_fit_labels_as_numbers(advised):
    frame = table([float(row < 30) for row in range(ROWS)]).frame
    found = learn(Table(frame, "survived", advised=advised), Prepare(), 0)
    assert found.facts.scaling.transform == advised


def test_two_measured_numbers_are_no_classes():
    assert learnt([0.5, 3.7] * 50).facts.scaling.classes is None
    assert learnt([20.0, 400.0] * 50).facts.scaling.classes is None
    assert learnt([20.0, 400.0] * 50, target="logit").facts.scaling.classes == ("20", "400")


@pytest.mark.parametrize(
    ("target", "options", "said"),
    [
        (["yes"] * ROWS, {"target": "logit"}, "is yes in every row: nothing to explain"),
        (["a", "b", "c"] * 33, {"target": "logit"}, r"has 3 values \(a, b, c\).*one class against the rest"),
        ([1.0, 2.0, 3.0] * 33, {"target": "logit"}, r"has 3 values \(1, 2, 3\).*target: none fits it as a number"),
        (
            ["a", "b", "c"] * 33,
            {},
            "is not numeric: data row 1 holds 'a'; choose a target of numbers, or of two values",
        ),
        ([*answers(30), None], {}, "is missing in 1 of 101 rows, first in data row 101; remove those rows"),
        (answers(30), {"positive": "Yes"}, "no row has survived = Yes; did you mean 'yes'"),
        ([0.5, 1.5, 2.5, 3.5] * 25, {"positive": "1.5"}, "is for a target of two values, and 'survived' is fitted"),
        (answers(30), {"target": "none"}, "is not numeric"),
    ],
)
def test_what_cannot_be_two_classes_says_what_can(target, options, said):
    with pytest.raises(DataError, match=said):
        learnt(target, **options)


def test_one_class_alone_in_the_training_part_is_refused():
    frame = table(["no"] * 60 + ["yes"] * 40).frame
    by_time = Table(frame.assign(day=pd.date_range("2024-01-01", periods=ROWS)), "survived")
    with pytest.raises(DataError, match="is no in all rows of the training part: nothing to explain; bring more rows"):
        learn(by_time, Prepare(split="time", by="day"), 0)


def test_a_positive_value_of_a_target_of_numbers_is_refused():
    with pytest.raises(ValueError, match="positive: yes is for the log-odds of a target, and target is log1p"):
        Prepare(positive="yes", target="log1p")


@pytest.mark.parametrize(("said", "read"), [(1, "1"), (True, "True"), ("yes", "yes")])
def test_the_positive_value_may_be_a_number(said, read):
    assert Prepare(positive=said).positive == read


def test_what_was_not_asked_for_does_not_change_how_a_run_is_kept():
    assert "positive" not in Prepare().model_dump(mode="json")
    assert Prepare(positive="yes").model_dump(mode="json")["positive"] == "yes"


SCALING = Scaling((Feature("x", None, 1.0, 2.0, -1.0, 3.0),), "survived", "logit", 0.0, 1.0, classes=("no", "yes"))


def test_log_odds_become_probabilities_and_back():
    p = np.array([0.01, 0.5, 0.99])
    np.testing.assert_allclose(SCALING.restore(SCALING.standardise(p)), p)
    assert SCALING.restore(np.array([-1e4, 1e4])).tolist() == [0.0, 1.0]


def test_a_formula_of_log_odds_is_shown_as_that_of_the_probability():
    shown = SCALING.restored(SCALING.raw_formula(Formula.linear([2.0], 0.5)))
    assert shown.text(["x"]) == "1.0/(1.0 + exp(-(x - 0.5)))"
    assert SCALING.before_restored(shown) == SCALING.raw_formula(Formula.linear([2.0], 0.5))


def test_the_classes_are_kept_with_the_scaling():
    assert Scaling.from_json(SCALING.to_json()) == SCALING
    plain = Scaling(SCALING.features, "y", "none", 0.0, 1.0)
    assert "classes" not in plain.to_json()
    with pytest.raises(DataError, match="two classes"):
        Scaling.from_json(SCALING.to_json().replace("logit", "none"))
