"""The plan says what each cell is there for; nobody after it guesses."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from smoothdistill_core import Candidate, Formula, Registry, Student, Study, formula_by_name, hookimpl, recipe_from_text
from smoothdistill_core.components import Role
from smoothdistill_core.estimator import SymbolicDistiller
from smoothdistill_core.report.run_page import RunPage
from smoothdistill_core.statistics import comparisons, standings

RECIPE = """
name: roles
dataset: diabetes
prepare: {max_rows: 60}
teacher: {name: mlp, hidden: [4], epochs: 2}
regularizer: [none, {name: jacobian, strength: [0.1]}]
student: STUDENTS
trials: {runs: 1, seeds: 2}
"""

SEARCH = "{name: gplearn, population_size: 30, generations: 2, tournament_size: 3}"


class MeanOnly(Student):
    """A third party's baseline: predicts the mean."""

    name = "mean_only"
    baseline = True

    def distil(self, task):
        formula = Formula.constant(float(task.y.mean()))
        return [Candidate(formula, formula.predict)]


class Plugin:
    @hookimpl
    def smoothdistill_students(self):
        return [MeanOnly]


@pytest.fixture
def registry():
    return Registry()


@pytest.fixture
def with_another_baseline():
    registry = Registry()
    registry.register(Plugin(), "third-party")
    return registry


def plan(students, registry):
    return Study(recipe_from_text(RECIPE.replace("STUDENTS", students), registry), registry).plan()


def roles(plan, seed_key):
    cells = [cell for cell in plan.cells if cell.trial == seed_key and cell.role is not Role.TEACHER]
    return [(cell.role.value, cell.student.partition("(")[0], cell.regularizer) for cell in cells]


def test_a_baseline_that_a_recipe_lists_is_one_all_the_same_and_imitates_teachers_too(registry):
    found = plan("[gplearn, linear]", registry)
    assert roles(found, found.trials[0].key) == [
        ("baseline", "linear", ""),
        ("direct", "gplearn", ""),
        ("taught", "gplearn", "none"),
        ("taught", "linear", "none"),
        ("taught", "gplearn", "jacobian"),
        ("taught", "linear", "jacobian"),
    ]


def test_a_baseline_that_is_listed_with_other_options_is_a_second_one_with_its_own_label(registry):
    found = plan("[{name: linear, strengths: [0.5]}]", registry)
    labels = [cell.student for cell in found.cells if cell.role is Role.BASELINE and cell.trial == found.trials[0].key]
    assert labels == ["linear", "linear(strengths=[0.5])"]


def test_a_role_is_no_part_of_a_cells_identity(registry):
    alone, listed = (plan(students, registry) for students in ("gplearn", "[gplearn, linear]"))
    assert {cell.key for cell in alone.cells} < {cell.key for cell in listed.cells}


def run(students, registry):
    recipe = recipe_from_text(RECIPE.replace("STUDENTS", students), registry)
    with ThreadPoolExecutor(1) as executor:
        return Study(recipe, registry).run(executor=executor, workers=1)


@pytest.mark.slow
def test_a_listed_baseline_keeps_the_recommendation_from_luck_as_an_unlisted_one_does(registry):
    unlisted, listed = run(SEARCH, registry), run(f"[{SEARCH}, linear]", registry)
    for results in (unlisted, listed):
        on_data = [outcome for outcome in results.outcomes if outcome.role is not Role.TAUGHT]
        assert {(outcome.role.value, outcome.penalty) for outcome in on_data} == {
            ("direct", "direct"),
            ("baseline", "linear"),
        }
    assert formula_by_name(listed, choice="linear").formula == formula_by_name(unlisted, choice="linear").formula


@pytest.mark.slow
def test_a_third_partys_baseline_is_what_penalties_are_compared_with_and_no_penalty_itself(with_another_baseline):
    results = run(SEARCH, with_another_baseline)
    page = RunPage(results)
    assert [str(method) for method in page.board.penalties] == ["jacobian"]
    compared = [(str(comparison.method), str(comparison.against)) for comparison in comparisons(results)]
    assert ("jacobian", "mean_only") in compared
    assert not [pair for pair in compared if pair[0] == "mean_only" and pair[1] in ("none", "direct")]
    assert "mean_only" in [str(method) for standing in standings(results) for method in standing.methods]


def test_a_fit_may_choose_the_baseline_that_it_lists_among_its_students():
    X = np.random.default_rng(0).normal(size=(60, 2))
    search = {"name": "gplearn", "population_size": 30, "generations": 2, "tournament_size": 3}
    distiller = SymbolicDistiller(
        teacher={"name": "mlp", "hidden": [4], "epochs": 2},
        regularizer="none",
        student=[search, "linear"],
        choice="linear",
        random_state=0,
    )
    distiller.fit(X, X @ [2.0, -1.0] + 0.5)
    np.testing.assert_allclose(distiller.predict(X), X @ [2.0, -1.0] + 0.5, atol=0.05)
