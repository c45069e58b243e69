"""The Operon student finds good formulas of every length, honours weights and seeds, and refuses what it cannot do."""

import subprocess
import sys
import warnings
from typing import get_args

import numpy as np
import pytest
from pydantic import ValidationError

from smoothdistill_core import DataError, Deadline, DistillationTask
from smoothdistill_core.formula import Operator, first_pole
from smoothdistill_operon import student as module
from smoothdistill_operon.primitives import SYMBOLS
from smoothdistill_operon.student import OperatorName, OperonStudent

SMALL = {"population_size": 100, "generations": 5}


def task(rows=80, features=3, seed=0, **fields):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, features))
    return DistillationTask(X, X[:, 0] * X[:, -1] + 0.5 * X[:, 0], **{"seed": seed, **fields})


def distilled(given, **options):
    return OperonStudent(**{**SMALL, **options}).distil(given)


def texts(candidates):
    return [str(candidate.formula) for candidate in candidates]


def r2(formula, X, y):
    return 1 - np.mean((formula.predict(X) - y) ** 2) / np.var(y)


@pytest.mark.slow
def test_a_product_and_a_quotient_are_found_by_the_defaults():
    X = np.random.default_rng(0).normal(size=(300, 4))
    y = X[:, 0] * X[:, 1] + X[:, 2] / np.sqrt(1 + X[:, 3] ** 2)
    best = OperonStudent(generations=10).distil(DistillationTask(X, y, seed=0))[-1].formula
    assert r2(best, X, y) > 0.9999


def test_the_whole_front_is_returned_from_a_constant_on_and_every_step_up_is_worth_it():
    given = task(rows=200)
    found = [candidate.formula for candidate in distilled(given)]
    errors = [np.mean((formula.predict(given.X) - given.y) ** 2) for formula in found]
    assert found[0].inputs == frozenset()
    assert len(found) > 3
    assert sorted({formula.complexity for formula in found}) == [formula.complexity for formula in found]
    assert sorted(set(errors), reverse=True) == errors


def test_no_formula_comes_twice():
    found = texts(distilled(task(), operators=("add", "div", "log"), generations=8))
    assert len(set(found)) == len(found) > 3


def test_what_may_have_a_pole_stands_beside_what_has_none():
    X = np.random.default_rng(0).uniform(-2, 2, size=(200, 2))
    given = DistillationTask(X, X[:, 0] / (X[:, 1] + 1.0), seed=0)
    options = {"inputs": "standardised", "operators": ("add", "mul", "div")}
    found = [each.formula for each in distilled(given, **options)]
    free = [formula for formula in found if first_pole(formula, [(-2.2, 2.2)] * 2) is None]
    assert 3 < len(free) < len(found)


def test_without_div_the_default_operators_have_no_poles():
    given = task()
    box = list(zip(given.X.min(axis=0) * 10, given.X.max(axis=0) * 10, strict=True))
    operators = tuple(name for name in OperonStudent().operators if name != "div")
    found = [candidate.formula for candidate in distilled(given, generations=8, operators=operators)]
    assert len(found) > 3
    assert [formula for formula in found if first_pole(formula, box)] == []


def test_only_the_allowed_operators_and_lengths_occur():
    found = [candidate.formula for candidate in distilled(task(), operators=("mul", "sin"), max_length=7)]
    names = {node.name for formula in found for node in formula.nodes if isinstance(node, Operator)}
    assert {"mul", "sin"} < names <= {"mul", "sin", "add", "sub"}  # the intercept is added or subtracted
    inputs = [sum(1 for token in str(formula).split("x")) - 1 for formula in found]
    assert 1 < max(inputs) <= 4


@pytest.mark.parametrize("weights", [None, np.linspace(0.1, 2, 80)])
def test_the_same_task_gives_the_same_formulas_with_any_number_of_threads(weights):
    runs = [texts(distilled(task(weights=weights, threads=threads), generations=8)) for threads in (1, 1, 2, 3)]
    assert len(runs[0]) > 3
    assert runs[0] == runs[1] == runs[2] == runs[3]


def test_another_seed_is_another_search_whatever_its_size():
    X, y = task().X, task().y
    runs = [texts(distilled(DistillationTask(X, y, seed=seed))) for seed in (0, 1, 2**32 + 1, 2**64 - 1)]
    assert len({tuple(run) for run in runs}) == 4


def test_a_negative_seed_is_a_seed():
    X, y = task().X, task().y
    assert texts(distilled(DistillationTask(X, y, seed=-1))) == texts(distilled(DistillationTask(X, y, seed=2**64 - 1)))


def test_many_rows_are_searched_on_a_draw_and_fitted_on_more():
    given = task(rows=3000)
    best = distilled(given, search_rows=50, generations=10)[-1].formula
    assert r2(best, given.X, given.y) > 0.999


def test_rows_of_weight_0_play_no_part():
    given = task(rows=100)
    wrong = given.y.copy()
    wrong[:50] += 1000.0
    weights = np.repeat([0.0, 1.0], 50)
    best = distilled(DistillationTask(given.X, wrong, seed=0, weights=weights), generations=10)[-1].formula
    assert r2(best, given.X[50:], given.y[50:]) > 0.99


def test_weights_pull_the_formula_as_they_should():
    """Rows of weight 3 say y = x, and equal rows of weight 1 say y = -x: the least squares line is y = x / 2."""
    x = np.linspace(-1, 1, 60)
    X, y = np.concatenate([x, x])[:, None], np.concatenate([x, -x])
    weights = np.repeat([3.0, 1.0], 60)
    line = distilled(DistillationTask(X, y, seed=0, weights=weights), operators=("add",), max_length=3)[-1].formula
    np.testing.assert_allclose(line.predict(np.array([[-1.0], [1.0]])), [-0.5, 0.5], atol=1e-6)


@pytest.mark.parametrize(("scale", "shift"), [(1e-8, 0.0), (1e8, 0.0), (1.0, 1e7), (1e30, -1e32)])
def test_targets_of_any_size_are_found(scale, shift):
    given = task()
    y = given.y * scale + shift
    best = distilled(DistillationTask(given.X, y, seed=0), generations=10)[-1].formula
    assert r2(best, given.X, y) > 0.99


@pytest.mark.parametrize("value", [0.0, 0.1, -1e9])
def test_a_constant_target_is_a_constant_formula(value):
    given = task()
    (only,) = distilled(DistillationTask(given.X, np.full(80, value), seed=0))
    assert only.formula.predict(given.X) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("rows", "features"), [(1, 3), (2, 1), (3, 300), (30, 500)])
def test_few_rows_and_many_inputs_are_no_obstacle(rows, features):
    given = task(rows=rows, features=features)
    found = distilled(given)
    assert found[-1].formula.inputs or rows == 1  # one row tells nothing but a constant
    for candidate in found:
        assert np.isfinite(candidate.formula.predict(given.X)).all()


def test_an_input_that_never_varies_is_no_obstacle():
    given = task()
    given.X[:, 1] = 3.0
    assert r2(distilled(given, generations=10)[-1].formula, given.X, given.y) > 0.9


def test_arrays_that_are_read_only_are_taken():
    given = task()
    for array in (given.X, given.y):
        array.setflags(write=False)
    found = texts(distilled(given))
    assert len(found) > 3
    assert found == texts(distilled(task()))


def test_without_local_iterations_constants_are_left_to_chance():
    given = task()
    fitted, chance = (distilled(given, local_iterations=steps)[-1].formula for steps in (10, 0))
    assert r2(chance, given.X, given.y) < r2(fitted, given.X, given.y)


def test_the_search_is_silent(capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        distilled(task(), operators=tuple(SYMBOLS))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"X": np.full((2, 2), 1e39)}, r"no input beyond 3e\+38"),
        ({"y": np.array([0.0, np.nan])}, "a teacher that diverged"),
    ],
)
def test_a_task_that_cannot_be_searched_says_what_is_needed(fields, reason):
    given = {"X": np.eye(2), "y": np.array([0.0, 1.0]), "seed": 0, **fields}
    with pytest.raises(DataError, match=reason):
        distilled(DistillationTask(**given))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"max_length": 0}, "max_length"),
        ({"max_depth": 0}, "max_depth"),
        ({"inputs": "raw"}, "'auto', 'scaled' or 'standardised'"),
        ({"inputs": ["scaled"]}, "inputs"),
        ({"operators": []}, "operators"),
        ({"operators": ["add", "min"]}, "'tanh'"),
        ({"operators": ["add", "add"]}, "names one twice"),
        ({"population_size": 1}, "population_size"),
        ({"population_size": 4}, "tournament_size 5 is larger than population_size 4"),
        ({"generations": 0}, "generations"),
        ({"generations": True}, "generations"),
        ({"local_iterations": -1}, "local_iterations"),
        ({"local_probability": 1.5}, "local_probability"),
        ({"tournament_size": 0}, "tournament_size"),
        ({"crossover_probability": -0.1}, "crossover_probability"),
        ({"mutation_probability": 2}, "mutation_probability"),
        ({"epsilon": -1.0}, "epsilon"),
        ({"epsilon": float("nan")}, "epsilon"),
        ({"search_rows": 0}, "search_rows"),
        ({"objectives": ["r2"]}, "objectives"),
    ],
)
def test_a_bad_option_is_refused_with_the_reason(options, reason):
    with pytest.raises(ValidationError, match=reason):
        OperonStudent(**options)


def test_every_option_is_described_and_in_the_json_schema():
    assert all(option["description"] for option in OperonStudent.model_json_schema()["properties"].values())


def test_every_primitive_is_an_operator_that_the_option_names():
    assert set(get_args(OperatorName)) == set(SYMBOLS)


def test_without_pyoperon_the_student_says_how_to_get_it(monkeypatch):
    assert OperonStudent.unavailable() is None
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    assert OperonStudent.unavailable().startswith(
        "pyoperon is not installed: pip install 'pyoperon>=0.6.1,<0.7', on Linux"
    )


@pytest.mark.parametrize(("version", "tested"), [("0.6.0", False), ("0.6.9", True), ("0.7.0", False), ("1.0", False)])
def test_a_pyoperon_that_was_not_tested_is_named_with_one_that_was(version, tested, monkeypatch):
    monkeypatch.setattr("smoothdistill_core.components.versions.version", lambda name: version)
    reason = f"pyoperon {version} is not a version that was tested: pip install 'pyoperon>=0.6.1,<0.7'"
    assert OperonStudent.unavailable() == (None if tested else reason)


def test_listing_the_plugin_imports_nothing_heavy():
    check = (
        "import sys, smoothdistill_operon.plugin as plugin; [s.unavailable() for s in plugin.smoothdistill_students()];"
        "print({'numpy', 'pyoperon', 'sklearn', 'scipy', 'pandas', 'torch'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True).stdout == "set()\n"


def test_a_deadline_ends_a_search_that_would_take_hours_with_what_it_has_bred():
    given = task(deadline=Deadline(3.0))
    found = distilled(given, generations=1_000_000)
    assert given.deadline.cut
    assert r2(found[-1].formula, given.X, given.y) > 0.99


def test_a_search_that_ends_by_itself_is_not_cut_and_is_that_without_a_deadline():
    given = task(deadline=Deadline(1000.0))
    assert texts(distilled(given)) == texts(distilled(task()))
    assert not given.deadline.cut
