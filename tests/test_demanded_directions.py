"""``choose.monotone``: what a recipe may demand, what is refused of it and where, and runs that keep to it."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from smoothdistill_core import Candidate, DataError, Dataset, Formula, RecipeError, Registry, Student, Study, Table
from smoothdistill_core.cli import main
from smoothdistill_core.components import Role
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.recipe import recipe_from_text
from smoothdistill_core.testing import tiny
from smoothdistill_linear.one_input import OneInputStudent

RECIPE = """name: doses
dataset: doses
teacher: tiny
regularizer: none
distil: {{teachers: none, refit: none, prune: false}}
student: wavy
metric: r2
trials: {{seeds: 1}}
choose:
  monotone: {monotone}
"""


class Doses(Dataset):
    """A response that rises with the dose and is lower for women."""

    name = "doses"

    def load(self):
        rng = np.random.default_rng(0)
        dose, weight = rng.uniform(0.0, 10.0, 120), rng.uniform(50.0, 90.0, 120)
        sex = np.where(rng.random(120) < 0.4, "f", "m")
        response = np.sqrt(dose) - (sex == "f") * 0.5 + rng.normal(0.0, 0.05, 120)
        return Table(pd.DataFrame({"dose": dose, "weight": weight, "sex": sex, "response": response}), "response")


class Wavy(Student):
    """Finds a formula that rises and falls with the dose."""

    name = "wavy"

    def distil(self, task):
        wave = Formula.apply(
            "add", Formula.variable(0), Formula.apply("sin", Formula.apply("square", Formula.variable(0)))
        )
        return [Candidate(wave, wave.predict)]


@pytest.fixture
def study(smoothdistill_make_registry, tmp_path):
    def study(monotone, further="", students=(Wavy, OneInputStudent)):
        registry = smoothdistill_make_registry(*tiny.COMPONENTS, Doses, *students)
        recipe = recipe_from_text(RECIPE.format(monotone=monotone) + further, registry, "doses.yaml")
        return Study(recipe, registry, tmp_path / "run")

    return study


@pytest.mark.parametrize(
    ("monotone", "said"),
    [
        (
            "{rising: [dose], falling: [dose]}",
            "10:13: choose.monotone: 'dose' is in both lists; a formula either rises or",
        ),
        ("{rising: [dose, dose]}", "10:13: choose.monotone: 'dose' is listed twice; list it once"),
        ("{}", "10:13: choose.monotone: no input is named; write for example rising: \\[age\\]"),
        ("{rsing: [dose]}", "10:14: choose.monotone.rsing: monotone has no option 'rsing'; did you mean 'rising'"),
        ("{rising: dose}", "10:22: choose.monotone.rising: the text 'dose' does not fit; it should be a list"),
        ("[dose]", "10:13: choose.monotone: a list does not fit; it should be a mapping"),
    ],
)
def test_what_is_no_demand_is_refused_at_its_place(study, monotone, said):
    with pytest.raises(RecipeError, match=said):
        study(monotone)


@pytest.mark.parametrize(
    ("monotone", "said"),
    [
        ("{falling: [wieght]}", "doses.yaml:10:24: choose.monotone: there is no input 'wieght'; did you mean 'weight'"),
        (
            "{rising: [dose, sex]}",
            "doses.yaml:10:29: choose.monotone: 'sex' holds categories, which have no order; name an indicator "
            r'\("\[sex = f\]"\), or give numbers',
        ),
        ("{rising: [response]}", "doses.yaml:10:23: choose.monotone: there is no input 'response'"),
    ],
)
def test_a_name_that_is_no_input_is_refused_before_any_work(study, monotone, said):
    with pytest.raises(DataError, match=said):
        study(monotone).plan()


def test_an_indicator_of_a_category_is_an_input(study):
    assert study('{falling: ["[sex = f]"]}').plan().cells


def test_a_column_that_screening_left_out_may_be_named(study):
    assert study("{rising: [weight]}", "prepare: {screen: 1}\n").plan().cells


def test_where_no_search_goes_the_demanded_way_the_answer_is_a_curve_of_one_input(study):
    results = study("{rising: [dose]}").run(executor=CallingThread(), workers=1)
    answer = results.answers["doses"].recommended
    assert answer.student == "one_input"
    assert answer.chosen.explained.inputs == {0}
    assert answer.score("r2") > 0.6
    assert any("no formula of a search" in note for note in results.notes)


def test_where_the_data_go_the_other_way_it_is_a_formula_of_another_input_or_the_mean(study):
    results = study("{falling: [dose]}").run(executor=CallingThread(), workers=1)
    answer = results.answers["doses"].recommended
    assert answer.student == "one_input"
    assert 0 not in answer.chosen.explained.inputs


def test_without_a_demand_there_is_no_student_of_one_input_and_the_recipe_says_nothing_of_it(study):
    demanding = study("{rising: [dose]}")
    free = Study(
        recipe_from_text(RECIPE.format(monotone="").replace("choose:\n  monotone:", ""), demanding.registry, "free"),
        demanding.registry,
    )
    students = [[cell.student for cell in each.plan().cells] for each in (demanding, free)]
    assert [found.count("one_input") for found in students] == [1, 0]
    assert demanding.recipe.content()["choose"]["monotone"] == {"rising": ["dose"], "falling": []}
    assert "monotone" not in free.recipe.content()["choose"]


def test_a_student_of_one_input_that_the_recipe_lists_is_run_once(study):
    registry, listed = study("{rising: [dose]}").registry, RECIPE.replace("student: wavy", "student: one_input")
    text = listed.replace("none, refit", "none, extra: none, refit").format(monotone="{rising: [dose]}")
    plan = Study(recipe_from_text(text, registry), registry).plan()
    assert [cell.role for cell in plan.cells if cell.student == "one_input"] == [Role.DIRECT]


def test_a_demand_changes_no_search(study):
    loose, strict = study("{rising: [weight]}").plan(), study("{rising: [dose]}").plan()
    assert [cell.key for cell in loose.cells] == [cell.key for cell in strict.cells]


@pytest.mark.parametrize(("choose", "spares"), [("", True), ("choose: {monotone: {rising: [age]}}", False)])
def test_no_search_is_spared_by_itself_where_directions_are_demanded(choose, spares):
    assert recipe_from_text(f"dataset: diabetes\n{choose}", Registry()).distil.spare == spares


TABLE = "dose,weight,response\n" + "".join(f"{n % 13},{n % 7},{(n % 13) ** 0.5 + 0.01 * (n % 7)}\n" for n in range(80))


@pytest.fixture
def fit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "doses.csv").write_text(TABLE)
    return lambda *arguments: CliRunner().invoke(main, ["fit", "doses.csv", "--target", "response", *arguments])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--rising", "dsoe"], "--rising dsoe: there is no such input; did you mean 'dose'"),
        (["--falling", "response"], "--falling response: there is no such input"),
        (["--rising", "dose", "--falling", "dose"], "--falling dose: it was named before; a formula either rises or"),
    ],
)
def test_fit_refuses_directions_that_no_formula_can_have_and_writes_no_recipe(fit, tmp_path, given, said):
    done = fit(*given)
    assert done.exit_code == 2
    assert said in done.output
    assert not list(tmp_path.glob("runs/*/recipe.yaml"))


@pytest.mark.slow
def test_fit_keeps_the_directions_in_its_recipe_and_proves_them(fit, tmp_path):
    done = fit("--rising", "dose", "--rising", "weight", "--minutes", "0.3", "--workers", "1")
    assert "choose: {monotone: {rising: [dose, weight]}}" in (tmp_path / "runs" / "doses" / "recipe.yaml").read_text()
    assert "the formula never falls as dose or weight rises" in " ".join(done.output.split())
