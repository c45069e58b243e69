"""The gplearn student finds what gplearn finds, writes it down exactly, and leaves the process alone."""

import subprocess
import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest
from gplearn.genetic import SymbolicRegressor
from pydantic import ValidationError

from smoothdistill_core import DataError, Deadline, DistillationTask
from smoothdistill_core.formula import Constant, Operator
from smoothdistill_gplearn import student as module
from smoothdistill_gplearn.student import GplearnStudent

SMALL = {"population_size": 40, "generations": 3, "tournament_size": 5}
ALL_FUNCTIONS = ("add", "sub", "mul", "div", "sqrt", "log", "abs", "neg", "inv", "max", "min", "sin", "cos", "tan")


def task(rows=60, features=3, seed=0, **fields):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, features))
    return DistillationTask(X, X[:, 0] * X[:, -1] + 0.5 * X[:, 0], **{"seed": seed, **fields})


def distilled(options, given):
    (candidate,) = GplearnStudent(**{**SMALL, **options}).distil(given)
    return candidate


def rows_on_both_sides_of_every_guard(features):
    edge = np.array([0.0, 0.0005, 0.001, np.nextafter(0.001, 1), 0.002, 0.5, 1.0, np.pi / 2, 30.0, 1e6])
    values = np.concatenate([edge, -edge])
    rng = np.random.default_rng(1)
    return np.vstack([np.repeat(values[:, None], features, axis=1), rng.choice(values, size=(300, features))])


def test_the_formula_computes_what_gplearn_predicts_on_both_sides_of_every_guard():
    edges = rows_on_both_sides_of_every_guard(3)
    seen = set()
    for seed in range(40):
        rng = np.random.default_rng(seed)
        given = DistillationTask(rng.choice(edges.ravel(), size=(30, 3)), rng.normal(size=30), seed=seed)
        found = distilled({"function_set": ALL_FUNCTIONS, "parsimony_coefficient": 0.0, "init_depth": (4, 7)}, given)
        with np.errstate(all="ignore"):
            expected = found.predict(edges)
        np.testing.assert_allclose(found.formula.predict(edges), expected, rtol=1e-9, atol=0)
        seen |= {node.name for node in found.formula.nodes if isinstance(node, Operator)}
    assert len(seen) == len(ALL_FUNCTIONS)


def test_the_search_is_gplearns_own():
    given = task(seed=7)
    plain = SymbolicRegressor(**SMALL, metric="mse", random_state=7).fit(given.X, given.y)
    np.testing.assert_array_equal(distilled({}, given).formula.predict(given.X), plain.predict(given.X))


def test_a_patch_release_of_gplearn_gives_its_formula_and_a_warning(monkeypatch):
    expected = distilled({}, task()).formula
    monkeypatch.setattr("gplearn.__version__", "0.4.4")
    with pytest.warns(UserWarning, match=r"gplearn 0\.4\.4 runs at its own pace"):
        assert distilled({}, task()).formula == expected


@pytest.mark.parametrize(("version", "tested"), [("0.4.2", False), ("0.4.3", True), ("0.4.4", True), ("0.5.0", False)])
def test_a_gplearn_that_was_not_tested_is_named_with_one_that_was(version, tested, monkeypatch):
    monkeypatch.setattr("smoothdistill_core.components.versions.version", lambda name: version)
    reason = f"gplearn {version} is not a version that was tested: pip install 'gplearn>=0.4.3,<0.5'"
    assert GplearnStudent.unavailable() == (None if tested else reason)


def test_without_gplearn_the_student_says_how_to_get_it(monkeypatch):
    assert GplearnStudent.unavailable() is None
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    assert GplearnStudent.unavailable() == "gplearn is not installed: pip install 'gplearn>=0.4.3,<0.5'"


def test_the_defaults_are_the_papers_and_otherwise_gplearns():
    ours = GplearnStudent().model_dump()
    paper = {"population_size": 1000, "generations": 10, "metric": "mse", "function_set": ("add", "sub", "mul", "div")}
    assert ours == {**{option: SymbolicRegressor().get_params()[option] for option in ours}, **paper}


def test_the_same_task_gives_the_same_formula():
    formula = distilled({}, task()).formula
    assert formula.inputs
    assert distilled({}, task()).formula == formula


def test_the_number_of_threads_does_not_change_the_formula():
    formula = distilled({}, task(threads=1)).formula
    assert formula.inputs
    assert distilled({}, task(threads=2)).formula == formula


def test_another_seed_is_another_search_whatever_its_size():
    X, y = task().X, task().y
    seeds = (0, 1, 2**32 - 1, 2**40 + 5)
    assert len({distilled({"generations": 1}, DistillationTask(X, y, seed=seed)).formula for seed in seeds}) == 4


@pytest.mark.parametrize("max_samples", [1.0, 0.5])
def test_numpys_global_random_state_stays_as_it_was(max_samples):
    np.random.seed(11)
    expected = np.random.uniform(size=3)
    np.random.seed(11)
    distilled({"max_samples": max_samples}, task())
    np.testing.assert_array_equal(np.random.uniform(size=3), expected)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_search_is_silent_even_where_programs_overflow(threads, capfd):
    given = task(threads=threads)
    huge = DistillationTask(given.X * 1e160, given.y, seed=0, threads=threads)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        distilled({"function_set": ALL_FUNCTIONS}, huge)
    assert capfd.readouterr() == ("", "")


def test_a_program_that_overflows_does_not_win():
    huge = DistillationTask(task().X * 1e160, task().y, seed=0)
    with np.errstate(all="ignore"):
        plain = SymbolicRegressor(**SMALL, metric="mse", random_state=0).fit(huge.X, huge.y).predict(huge.X)
    assert not np.isfinite(plain).all()
    assert np.isfinite(distilled({}, huge).formula.predict(huge.X)).all()


def test_rows_of_weight_zero_do_not_count():
    given = task()
    weights = np.repeat([1.0, 0.0], 30)
    other = np.where(weights > 0, given.y, 99.0)
    (formula,) = {
        distilled({}, DistillationTask(given.X, y, seed=0, weights=weights)).formula for y in (given.y, other)
    }
    assert formula.inputs


@pytest.mark.parametrize(("rows", "features"), [(1, 1), (1, 3), (2, 1), (50, 1), (20, 300)])
@pytest.mark.parametrize("target", ["constant", "varying"])
@pytest.mark.parametrize(
    "options", [{}, {"parsimony_coefficient": "auto"}, {"metric": "pearson", "stopping_criteria": 1.0}]
)
def test_extreme_shapes_and_constant_targets_give_a_formula(rows, features, target, options):
    given = task(rows, features)
    y = given.y if target == "varying" else np.full(rows, 0.1)
    found = distilled(options, DistillationTask(given.X, y, seed=0))
    np.testing.assert_allclose(found.formula.predict(given.X), found.predict(given.X), rtol=1e-9)


def test_formulas_without_constants_can_be_asked_for():
    formula = distilled({"const_range": None}, task()).formula
    assert not any(isinstance(node, Constant) for node in formula.nodes)


@pytest.mark.parametrize("fields", [{"rows": 1}, {"weights": np.eye(60)[0]}], ids=["one row", "one row of weight"])
def test_samples_of_less_than_one_row_that_counts_are_refused(fields):
    with pytest.raises(DataError, match=r"max_samples 0\.5 of 1 rows"):
        distilled({"max_samples": 0.5}, task(**fields))


def test_a_task_that_cannot_be_searched_says_what_is_needed():
    with pytest.raises(DataError, match="a teacher that diverged"):
        distilled({}, DistillationTask(task().X, np.full(60, np.nan), seed=0))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"population_size": 1}, "population_size"),
        ({"population_size": 10}, "tournament_size 20 is larger than population_size 10"),
        ({"generations": 0}, "generations"),
        ({"generations": True}, "generations"),
        ({"init_depth": [6, 2]}, "init_depth"),
        ({"init_depth": [0, 2]}, "init_depth"),
        ({"const_range": [1.0, -1.0]}, "const_range"),
        ({"function_set": []}, "function_set"),
        ({"function_set": ["add", "power"]}, "'tan'"),
        ({"metric": "r2"}, "'mse'"),
        ({"init_method": "half"}, "half and half"),
        ({"p_crossover": 1.1}, "p_crossover"),
        ({"p_crossover": 0.9, "p_point_mutation": 0.2}, "sum to at most 1"),
        ({"p_point_replace": -0.1}, "p_point_replace"),
        ({"max_samples": 0.0}, "max_samples"),
        ({"parsimony_coefficient": "automatic"}, "'auto'"),
        ({"stopping_criteria": float("nan")}, "stopping_criteria"),
        ({"metric": "pearson"}, "set stopping_criteria to 1.0"),
        ({"popsize": 10}, "popsize"),
    ],
)
def test_a_bad_option_is_refused_with_the_reason(options, reason):
    with pytest.raises(ValidationError, match=reason):
        GplearnStudent(**options)


def test_every_option_is_described_and_in_the_json_schema():
    assert all(option["description"] for option in GplearnStudent.model_json_schema()["properties"].values())


def test_listing_the_plugin_imports_nothing_heavy():
    check = (
        "import sys, smoothdistill_gplearn.plugin as plugin; plugin.smoothdistill_students(); "
        "print({'numpy', 'gplearn', 'sklearn', 'scipy', 'pandas', 'torch', 'joblib', 'numba'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True).stdout == "set()\n"


@pytest.mark.parametrize(("metric", "perfect"), [("mean absolute error", 0.0), ("pearson", 1.0)])
def test_a_deadline_ends_a_search_that_would_take_hours_with_the_best_of_its_generation(metric, perfect):
    noisy = task().y + np.random.default_rng(1).normal(size=60)
    given = replace(task(deadline=Deadline(1.0)), y=noisy)
    candidate = distilled({"generations": 1_000_000, "metric": metric, "stopping_criteria": perfect}, given)
    assert given.deadline.cut
    np.testing.assert_allclose(candidate.predict(given.X), candidate.formula.predict(given.X), rtol=1e-9)


def test_a_search_that_ends_by_itself_is_not_cut():
    given = task(deadline=Deadline(1000.0))
    assert str(distilled({}, given).formula) == str(distilled({}, task()).formula)
    assert not given.deadline.cut
