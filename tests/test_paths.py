"""Paths: one network goes through strengths from high to low, and is a teacher at each of them."""

import json
import re

import pytest
from click.testing import CliRunner

from smoothdistill_core import RecipeError, Registry, Results, Study, recipe_from_text
from smoothdistill_core.cli import main
from smoothdistill_core.components import Role, path_strengths
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.recipe import recipe_schema
from smoothdistill_core.report import write_report
from smoothdistill_core.results.by_name import formulas_by_name
from smoothdistill_core.testing import tiny

TRAINED: list[list[tuple[tuple[float, ...], float]]] = []


class Walker(tiny.TinyTeacher):
    """Knows paths: its slopes shrink with all strengths that it went through."""

    name = "walker"
    epochs: int = 12

    def for_path(self, steps):
        return self.model_copy(update={"epochs": self.epochs // steps})

    def train(self, jobs):
        TRAINED.append([(job.path, job.strength) for job in jobs])
        return super().train(jobs)


WITH_PATH = """
name: tiny
dataset: tiny
teacher: TEACHER
regularizer:
  - none
  - {name: steepness, strength: 0.1}
  - {name: steepness, strength: {path: [1.0, 0.01], steps: 3}}
student: tiny
metric: [r2, jacobian_norm]
trials: {seeds: 1}
"""
RECIPE = WITH_PATH.replace("TEACHER", "walker")


@pytest.fixture
def study(smoothdistill_make_registry, tmp_path):
    """Return the study of a recipe of made-up components, always in the same folder."""

    def study(recipe=RECIPE):
        registry = smoothdistill_make_registry(*tiny.COMPONENTS, Walker)
        return Study(recipe_from_text(recipe, registry), registry, tmp_path / "run")

    TRAINED.clear()
    return study


def run(study):
    return study.run(executor=CallingThread(), workers=1, progress=lambda _: None)


def teachers(cells):
    return {(cell.regularizer, cell.strength): cell.key for cell in cells if cell.role is Role.TEACHER}


def test_the_steps_of_a_path_are_geometric_and_a_longer_one_meets_a_shorter_one():
    shorter, longer = path_strengths(1.0, 0.001, 10), path_strengths(1.0, 0.0001, 13)
    assert shorter == (1.0, 0.4642, 0.2154, 0.1, 0.04642, 0.02154, 0.01, 0.004642, 0.002154, 0.001)
    assert longer[:10] == shorter


def test_a_path_is_trained_in_one_call_beside_the_sweep_that_it_is_never_merged_with(study):
    results = run(study())
    assert TRAINED == [[((), 0.0)], [((), 0.1)], [((), 1.0), ((1.0,), 0.1), ((1.0, 0.1), 0.01)]]
    assert {label for label, _ in results.chosen} == {"steepness", "steepness (path)"}
    assert {"steepness 0.1", "steepness 0.1 (path)"} <= formulas_by_name(results, "tiny").keys()
    methods = {method.label for method in results.scores_of_methods("r2")}
    assert {"steepness", "steepness (path)"} <= methods


def test_a_path_that_is_longer_at_its_end_trains_nothing_that_is_there(study):
    run(study())
    TRAINED.clear()
    longer = RECIPE.replace("0.01], steps: 3", "0.001], steps: 4").replace("walker", "{name: walker, epochs: 16}")
    cells = study(longer).plan().cells
    before = teachers(study().plan().cells)
    assert {at: key for at, key in teachers(cells).items() if before.get(at) == key and "path" in at[0]} == {
        at: key for at, key in before.items() if "path" in at[0]
    }
    results = run(study(longer))
    assert TRAINED[-1] == [((1.0, 0.1, 0.01), 0.001)]  # what is missing, by the path up to it
    assert results.complete


@pytest.mark.parametrize("other", ["{path: [2.0, 0.01], steps: 3}", "{path: [1.0, 0.01], steps: 4}"])
def test_another_start_or_other_steps_make_new_cells(study, other):
    before, after = (
        teachers(study(recipe).plan().cells)
        for recipe in (RECIPE, RECIPE.replace("{path: [1.0, 0.01], steps: 3}", other))
    )
    assert before["steepness", 0.1] == after["steepness", 0.1]
    paths = [{key for at, key in cells.items() if "path" in at[0]} for cells in (before, after)]
    assert paths[0].isdisjoint(paths[1])


def test_the_start_of_a_path_is_another_cell_than_the_same_strength_in_a_sweep(study):
    cells = teachers(study(RECIPE.replace("strength: 0.1}", "strength: 1.0}")).plan().cells)
    assert cells["steepness", 1.0] != cells["steepness (path)", 1.0]


def test_teachers_that_are_the_same_on_a_path_are_refused(study):
    twins = WITH_PATH.replace("TEACHER", "[{name: walker, epochs: 12}, {name: walker, epochs: 13}]")
    said = "walker, steepness 1 (path) and walker(epochs=13), steepness 1 (path) come to the same work; leave out one"
    with pytest.raises(RecipeError, match=re.escape(said)):
        study(twins).plan()


def test_a_dry_run_counts_a_cell_a_step_and_a_network_a_path(study):
    outlook = study().outlook()
    (batch,) = [batch for batch in outlook.batches if batch.kind == "teacher"]
    assert (batch.who, batch.planned, batch.to_run) == ("walker", 5, 5)
    assert (outlook.path_teachers, outlook.path_networks) == (3, 1)
    run(study())
    outlook = study().outlook()
    assert (outlook.path_teachers, outlook.path_networks) == (0, 0)


def test_a_teacher_that_knows_no_paths_sweeps_their_strengths_and_that_is_said(study):
    note = "no path: the teacher tiny knows none, so steepness is a sweep of 3 trainings, one a strength"
    swept = study(WITH_PATH.replace("TEACHER", "tiny"))
    assert teachers(swept.plan().cells).keys() == {
        *(("none", 0.0), ("steepness", 0.1), ("steepness", 1.0), ("steepness", 0.01))
    }
    assert swept.outlook().notices == (note,)


def test_report_and_json_keep_a_path_apart(study, tmp_path):
    results = run(study())
    page = write_report(results, tmp_path / "report.html").read_text()
    assert "steepness (path)" in page
    assert "steps: 3" in page  # the recipe, ready to run again
    shown = CliRunner().invoke(main, ["show", str(tmp_path / "run"), "--json"])
    assert '"steepness (path)"' in shown.stdout
    assert Results.read(tmp_path / "run").complete


@pytest.mark.parametrize(
    ("strength", "problem"),
    [
        ("{path: [1, 0.1], steps: 1}", "2:65: regularizer.strength.steps: a path has a whole number of steps, 2 to"),
        ("{path: [1, 0.1], steps: 2.5}", "2:65: regularizer.strength.steps: a path has a whole number of steps"),
        ("{path: [1, 1], steps: 3}", "a path goes from a high strength to a lower one, and this from 1 to 1; lower"),
        ("{path: [0.1, 1], steps: 3}", "and this from 0.1 to 1; write the higher one first"),
        ("{path: [1, 0], steps: 3}", "2:52: regularizer.strength.path[1]: a strength of a path is a number above 0"),
        ("{path: [-1, 0.1], steps: 3}", "regularizer.strength.path[0]: a strength of a path is a number above 0"),
        ("{path: [1, much], steps: 3}", "regularizer.strength.path[1]: a strength of a path is a number above 0"),
        ("{path: [1, 0.5, 0.1], steps: 3}", "regularizer.strength.path: must be the first strength and the last"),
        ("{path: [1, 0.1]}", "regularizer.strength: the key 'steps' is missing; write for example `strength: {path"),
        ("{path: [1, 0.1], steps: 3, list: [1]}", "regularizer.strength.list: a path has no option 'list'"),
        ("[0.1, {path: [1, 0.1], steps: 3}]", "regularizer.strength[1]: must be a number, not a mapping"),
        ("{path: [1, 0.999], steps: 900}", "900 steps from 1 to 0.999 are so close that some are the same; take fewer"),
    ],
)
def test_what_is_no_path_is_refused(strength, problem):
    with pytest.raises(RecipeError) as refused:
        recipe_from_text(f"dataset: diabetes\nregularizer: {{name: jacobian, strength: {strength}}}", Registry())
    (found,) = refused.value.problems
    assert problem in str(found)


def test_two_paths_of_one_regularizer_are_refused_in_one_line():
    entries = ", ".join(f"{{name: jacobian, strength: {{path: [{start}, 0.1], steps: 3}}}}" for start in (1, 2))
    with pytest.raises(RecipeError) as refused:
        recipe_from_text(f"dataset: diabetes\nregularizer: [{entries}]", Registry())
    (found,) = refused.value.problems
    assert "regularizer[1]: a path of jacobian is listed twice; keep one of them" in str(found)


def test_no_penalty_goes_through_no_path():
    with pytest.raises(RecipeError, match="the regularizer 'none' takes no strength; remove it"):
        recipe_from_text(
            "dataset: diabetes\nregularizer: {name: none, strength: {path: [1, 0.1], steps: 3}}", Registry()
        )


def test_a_teacher_that_stops_early_needs_a_validation_part():
    text = "dataset: diabetes\nteacher: {name: mlp, stopping: early}\nprepare: {validation: 0}\nchoose: {part: train}"
    with pytest.raises(RecipeError, match=r"recipe:3:23: prepare\.validation: the teacher mlp\(stopping=early\) stops"):
        recipe_from_text(text, Registry())


def test_the_schema_and_describe_show_paths():
    schema = json.dumps(recipe_schema(Registry())["$defs"])
    assert '"steps": {"type": "integer", "minimum": 2' in schema
    described = CliRunner().invoke(main, ["describe", "regularizer", "jacobian"]).stdout
    assert "{path: [1.0, 0.001], steps: 10}" in " ".join(described.split())
