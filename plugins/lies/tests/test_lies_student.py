"""The LIES student finds laws exactly, keeps to its options and seeds, and refuses what it cannot do."""

import subprocess
import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from smoothdistill_core import DataError, DistillationTask, Explanation
from smoothdistill_core.formula import Operator
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.trial import verify
from smoothdistill_lies import training
from smoothdistill_lies.student import LIESStudent

SMALL = {"base_epochs": 5, "oversampled_epochs": 3, "strong_epochs": 4, "epoch_steps": 20, "tries": 2}


def law(function, names, low=1.0, high=5.0, rows=400, seed=0):
    """A task in standardised units whose data follow a law, and the way back."""
    raw = np.random.default_rng(seed).uniform(low, high, (rows, len(names)))
    y = function(*raw.T)
    features = tuple(
        Feature(name, None, float(x.mean()), float(x.std()), float(x.min()), float(x.max()))
        for name, x in zip(names, raw.T, strict=True)
    )
    scaling = Scaling(features, "y", "none", float(y.mean()), float(y.std()))
    return DistillationTask(scaling.standardised(raw), scaling.standardise(y), seed=seed, scaling=scaling)


def plain(rows=80, features=2, seed=0, **fields):
    X = np.random.default_rng(seed).normal(size=(rows, features))
    return DistillationTask(X, X[:, 0] + 0.5 * np.exp(X[:, -1]), **{"seed": seed, **fields})


def noisy():
    given = plain(rows=300)
    return DistillationTask(given.X, np.sin(2 * given.y) + np.random.default_rng(1).normal(size=300) / 10, seed=0)


def distilled(given, **options):
    return LIESStudent(**{**SMALL, **options}).distil(given)


def texts(candidates):
    return [str(candidate.formula) for candidate in candidates]


def r2(formula, given):
    return 1 - np.mean((formula.predict(given.X) - given.y) ** 2) / np.var(given.y)


@pytest.mark.parametrize(
    ("function", "wanted"),
    [
        (lambda q, e: q * e, "q*e"),
        (lambda q, c: q / c, "q/c"),
        (lambda k, x: k * x**2 / 2, "0.5*k*x^2"),
        (lambda g, p, r: np.sqrt(g * p / r), "sqrt(g*p/r)"),
        (lambda n, k, t, v: n * k * t / v, "n*k*t/v"),
        (lambda e, d, k, h: 2 * e * d**2 * k / h, "2*e*d^2*k/h"),
    ],
)
def test_a_law_of_products_and_powers_comes_out_to_the_letter(function, wanted):
    given = law(function, function.__code__.co_varnames)
    found = distilled(given)[-1].formula
    assert r2(found, given) > 1 - 1e-12
    explained = Explanation.of(found, given.scaling)
    explained.check(found, given.X)
    assert explained.text() == wanted


@pytest.mark.parametrize(
    ("function", "wanted"),
    [
        (lambda q, e: -q * e, "-q*e"),
        (lambda m, n: -1 / (m * n**2), "-1/(m*n^2)"),
        (lambda m, q: -0.5 * m / q, "-0.5*m/q"),
    ],
)
def test_a_law_that_is_negative_comes_out_as_one_that_is_positive_does(function, wanted):
    given = law(function, function.__code__.co_varnames)
    found = distilled(given)[-1].formula
    assert r2(found, given) > 1 - 1e-12
    assert Explanation.of(found, given.scaling).text() == wanted


def test_without_units_a_negative_law_has_one_sign():
    X = np.random.default_rng(0).uniform(1, 5, (200, 2))
    for y, wanted in [(-X[:, 0] * X[:, 1], "-x0*x1"), (-X[:, 0] / X[:, 1] ** 2, "-x0/x1^2"), (-3 / X[:, 0], "-3.0/x0")]:
        found = distilled(DistillationTask(X, y, seed=0), space="log")[-1].formula
        assert str(found) == wanted
        assert found.complexity <= 6


def test_noise_may_lift_a_few_negative_targets_above_0_with_auto():
    given = law(lambda a, b: -a * b**1.7, ["a", "b"])
    few = given.y * given.scaling.scale + given.scaling.mean
    few[:5] = 1e-6
    found = distilled(replace(given, y=given.scaling.standardise(few)))
    assert r2(found[-1].formula, given) > 0.99


def test_log_space_says_that_a_target_is_not_all_negative():
    given = law(lambda a, b: 0.05 * b - a, ["a", "b"])
    mixed = given.y * given.scaling.scale + given.scaling.mean
    mixed[3] = 2.5
    with pytest.raises(DataError, match=r"a target of one sign in the data: the target y has the greatest value 2\.5"):
        distilled(replace(given, y=given.scaling.standardise(mixed)), space="log")


@pytest.mark.slow
def test_a_factor_that_is_no_short_number_is_kept():
    given = law(lambda p, r: p / (4 * np.pi * r**2), ["p", "r"])
    found = Explanation.of(distilled(given)[-1].formula, given.scaling).formula
    assert float(found.predict(np.ones((1, 2)))[0]) == pytest.approx(1 / (4 * np.pi), rel=1e-6)


@pytest.mark.slow
def test_laws_with_exponentials_are_found_beyond_three_nines():
    bell = law(lambda t: np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi), ["t"], 1.0, 3.0, rows=2000)
    air = law(lambda n, m, g, x, k, t: n * np.exp(-m * g * x / (k * t)), list("nmgxkt"), rows=2000)
    for given in (bell, air):
        assert r2(LIESStudent().distil(given)[-1].formula, given) > 0.999


def test_the_front_starts_with_a_constant_and_every_step_up_is_worth_it():
    given = plain(rows=200)
    found = [candidate.formula for candidate in distilled(given)]
    errors = [1 - r2(formula, given) for formula in found]
    assert found[0].inputs == frozenset()
    assert len(found) > 2
    assert sorted(formula.complexity for formula in found) == [formula.complexity for formula in found]
    assert sorted(set(errors), reverse=True) == errors


@pytest.mark.parametrize("space", ["auto", "log", "raw"])
def test_formulas_are_their_networks_far_from_the_data_too(space):
    given = law(lambda a, b: a * np.exp(-b) + 0.1 * b, ["a", "b"])
    found = distilled(given, space=space)
    assert found[-1].formula.inputs == {0, 1}
    for candidate in found:
        verify(candidate, given.X, "lies")


@pytest.mark.parametrize("weights", [None, np.linspace(0.1, 2.0, 80)])
def test_the_same_task_gives_the_same_formulas_with_any_number_of_threads(weights):
    runs = [texts(distilled(plain(weights=weights, threads=threads))) for threads in (1, 1, 2, 3)]
    assert len(runs[0]) > 2
    assert runs[0] == runs[1] == runs[2] == runs[3]


def test_digits_do_not_depend_on_where_memory_lies():
    given = plain()
    room = np.empty(given.X.size + 1)
    X = room[1:].reshape(given.X.shape)
    X[:] = given.X
    found = texts(distilled(DistillationTask(X, given.y, seed=0)))
    assert len(found) > 2
    assert found == texts(distilled(given))


def test_another_seed_is_another_search_whatever_its_size():
    given = noisy()
    runs = [
        texts(distilled(DistillationTask(given.X, given.y, seed=seed), max_complexity=1000))
        for seed in (0, 1, 2**63, -1)
    ]
    assert len({tuple(run) for run in runs}) == 4


def test_auto_stays_with_the_space_that_is_better():
    product = law(lambda a, b: a * b**1.7, ["a", "b"])
    plane = law(lambda a, b: 3 * a - b + 20, ["a", "b"])
    assert texts(distilled(product)) == texts_after_choice(product, "log")
    assert texts(distilled(plane)) == texts_after_choice(plane, "raw")


@pytest.mark.parametrize("rows", [8, 15, 19])
@pytest.mark.parametrize(
    ("function", "wanted"),
    [(lambda a, b: 2 + a - 0.3 * b, "2.0 + x0 - 0.3*x1"), (lambda a, b: a / b**2, "x0/x1^2")],
)
def test_auto_compares_on_the_fitted_rows_where_there_are_too_few_to_keep_any(rows, function, wanted):
    """In either space there are formulas that pass through all of so few rows: the error alone would say nothing."""
    X = np.random.default_rng(0).uniform(1, 5, (rows, 2))
    assert texts(distilled(DistillationTask(X, function(*X.T), seed=0)))[-1] == wanted


def texts_after_choice(given, space):
    """Auto trains on fewer rows than one space alone does, so that formulas may differ that are not exact."""
    both, alone = distilled(given), distilled(given, space=space)
    assert str(both[-1].formula) == str(alone[-1].formula)
    return texts(both)


@pytest.mark.parametrize("space", ["auto", "raw"])
def test_data_that_are_not_positive_are_seen_raw(space):
    given = plain()
    found = distilled(given, space=space, tries=1)
    assert r2(found[-1].formula, given) > 0.9
    assert "log(x0" not in "".join(texts(found))


def test_log_space_says_which_input_is_not_positive():
    given = law(lambda a, b: a + b, ["width", "height"], -1.0, 5.0)
    least = given.scaling.features[0].low
    with pytest.raises(DataError, match=f"the input width has the least value {least:.6g}; use space: raw"):
        distilled(given, space="log")


def test_log_space_says_that_the_target_is_not_positive():
    with pytest.raises(DataError, match="the target y has the least value -3"):
        distilled(law(lambda a, b: a - b, ["a", "b"], rows=2000), space="log")


@pytest.mark.parametrize(("teacher", "name"), [(None, "the target y"), (object(), "the target")])
def test_log_space_says_that_a_target_was_transformed_before_it_is_not_positive(teacher, name):
    given = law(lambda a: a - 1.5, ["a"])
    least = (given.y * given.scaling.scale + given.scaling.mean).min()
    given = replace(given, teacher=teacher, scaling=replace(given.scaling, transform="log1p"))
    message = f"data: {name}, as prepared by log1p, has the least value {least:.6g}; use space: raw"
    with pytest.raises(DataError, match=message):
        distilled(given, space="log")


def test_without_units_the_arrays_are_the_data():
    X = np.random.default_rng(0).uniform(1, 5, (200, 2))
    found = distilled(DistillationTask(X, X[:, 0] / X[:, 1] ** 2, seed=0), space="log")
    assert str(found[-1].formula) == "x0/x1^2"


def test_rows_of_weight_0_play_no_part():
    given = plain(rows=200)
    wrong = given.y.copy()
    wrong[:100] += 1000.0
    found = distilled(DistillationTask(given.X, wrong, seed=0, weights=np.repeat([0.0, 1.0], 100)))[-1].formula
    assert r2(found, DistillationTask(given.X[100:], given.y[100:], seed=0)) > 0.9


def test_weights_pull_the_formula_as_they_should():
    """Rows of weight 3 say y = x, and equal rows of weight 1 say y = -x: the least squares line is y = x / 2."""
    x = np.linspace(-1, 1, 60)
    X, y = np.concatenate([x, x])[:, None], np.concatenate([x, -x])
    found = distilled(DistillationTask(X, y, seed=0, weights=np.repeat([3.0, 1.0], 60)))
    line = next(candidate for candidate in found if candidate.formula.inputs).formula
    np.testing.assert_allclose(line.predict(np.array([[-1.0], [1.0]])), [-0.5, 0.5], atol=1e-6)


def test_without_sin_no_formula_has_one():
    with_it, without = (
        {
            node.name
            for found in distilled(noisy(), sin=sin)
            for node in found.formula.nodes
            if isinstance(node, Operator)
        }
        for sin in (True, False)
    )
    assert with_it & {"sin", "cos"}
    assert without
    assert not without & {"sin", "cos"}


def test_no_formula_is_longer_than_asked():
    assert 1 < max(candidate.formula.complexity for candidate in distilled(plain(), max_complexity=12)) <= 12


@pytest.mark.parametrize(
    "options",
    [
        {"sin": False},
        {"tries": 8},
        {"max_layers": 1},
        {"base_epochs": 8},
        {"oversampled_epochs": 6},
        {"strong_epochs": 8},
        {"epoch_steps": 10},
        {"batch_size": 20},
        {"learning_rate": 0.005},
        {"oversampling": False},
        {"admm": False},
        {"pruning": False},
        {"pruning_threshold": 0.2},
    ],
    ids=str,
)
def test_every_option_of_training_changes_what_is_found(options):
    given = noisy()
    assert texts(distilled(given, max_complexity=1000, **options)) != texts(distilled(given, max_complexity=1000))


def test_epochs_of_a_phase_that_is_off_take_no_steps_from_the_others(monkeypatch):
    monkeypatch.setattr(training, "WORK", 1e7)
    given = noisy()
    runs = [texts(distilled(given, oversampling=False, oversampled_epochs=epochs)) for epochs in (0, 3, 1000)]
    assert runs[0] == runs[1] == runs[2]
    assert texts(distilled(given, base_epochs=1000)) != runs[0]


@pytest.mark.parametrize("value", [0.0, 0.1, -1e9])
def test_a_constant_target_is_a_constant_formula(value):
    given = plain()
    (only,) = distilled(DistillationTask(given.X, np.full(80, value), seed=0))
    assert only.formula.predict(given.X) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("rows", "features"), [(2, 1), (3, 60), (30, 40)])
def test_few_rows_and_many_inputs_are_no_obstacle(rows, features):
    given = plain(rows=rows, features=features)
    found = distilled(given, tries=1)
    assert found[-1].formula.inputs
    for candidate in found:
        assert np.isfinite(candidate.formula.predict(given.X)).all()


def test_an_input_that_never_varies_is_no_obstacle():
    given = plain()
    given.X[:, 1] = 3.0
    wanted = DistillationTask(given.X, given.X[:, 0], seed=0)
    assert r2(distilled(wanted)[-1].formula, wanted) > 0.99


def test_networks_that_diverge_start_again_and_in_the_end_are_reported(monkeypatch):
    attempts = []

    def diverged(*arguments):
        attempts.append(arguments)

    monkeypatch.setattr(training, "_attempt", diverged)
    with pytest.raises(DataError, match=r"all 2 networks diverged.*a lower learning_rate than 0.015"):
        distilled(plain())
    assert len(attempts) == 2 * training.ATTEMPTS


def test_the_search_is_silent(capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        distilled(plain())
        distilled(law(lambda a, b: a / b, ["a", "b"]))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("space", ["auto", "raw"])
@pytest.mark.parametrize("size", [1e-300, 1e200])
def test_inputs_whose_squares_are_no_numbers_are_searched_in_silence(space, size):
    positive, centred = np.random.default_rng(0).uniform(1, 5, (60, 2)), plain(rows=60).X
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = distilled(DistillationTask(positive * [size, 1], positive[:, 0] / positive[:, 1], seed=0), space=space)
        assert distilled(DistillationTask(centred * [size, 1], centred.sum(axis=1), seed=0), space=space)
    assert space == "raw" or str(found[-1].formula).startswith("x0/x1*")


def test_a_tiny_target_is_as_good_as_any_as_long_as_its_square_is_a_number():
    given = plain()
    found = distilled(DistillationTask(given.X, 1e-150 * given.X[:, 0], seed=0))
    assert str(found[-1].formula) == "1e-150*x0"


def test_a_task_that_cannot_be_searched_says_what_is_needed():
    with pytest.raises(DataError, match="a teacher that diverged"):
        distilled(DistillationTask(np.eye(2), np.array([0.0, np.nan]), seed=0))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"space": "linear"}, "'auto', 'log' or 'raw'"),
        ({"tries": 0}, "tries"),
        ({"sin": 1}, "sin"),
        ({"max_layers": 0}, "max_layers"),
        ({"base_epochs": 0}, "base_epochs"),
        ({"strong_epochs": -1}, "strong_epochs"),
        ({"epoch_steps": 0}, "epoch_steps"),
        ({"batch_size": 0}, "batch_size"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"pruning_threshold": -0.1}, "pruning_threshold"),
        ({"max_complexity": 0}, "max_complexity"),
        ({"layers": 3}, "layers"),
    ],
)
def test_a_bad_option_is_refused_with_the_reason(options, reason):
    with pytest.raises(ValidationError, match=reason):
        LIESStudent(**options)


def test_every_option_is_described_and_in_the_json_schema():
    assert all(option["description"] for option in LIESStudent.model_json_schema()["properties"].values())


def test_listing_the_plugin_imports_nothing_heavy():
    check = (
        "import sys, smoothdistill_lies.plugin as plugin; [s.unavailable() for s in plugin.smoothdistill_students()];"
        "print({'numpy', 'numba', 'scipy', 'sklearn', 'pandas', 'torch'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True).stdout == "set()\n"
