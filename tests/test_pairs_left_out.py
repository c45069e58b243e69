"""Teachers and regularizers that do not fit each other: left out with a note, refused where nothing is left."""

import json

import pytest
from click.testing import CliRunner

from smoothdistill_core import RecipeError, Registry, Results, Study, SymbolicDistiller, recipe_from_text
from smoothdistill_core.cli import main
from smoothdistill_core.components import Role
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.report import write_report
from smoothdistill_core.testing import tiny

NOTE = "left out: the teacher stump cannot train with steepness"
FEW_ROWS = (
    "tiny: 8 validation rows are too few: formulas are judged by cross-validation of their constants on the 32 "
    "training and validation rows"
)
RECIPE = tiny.RECIPE.replace("teacher: tiny", "teacher: [tiny, stump]")

TREES = """
name: small
dataset: {name: csv, path: table.csv, target: y}
teacher: [{name: mlp, hidden: [4], epochs: 1}, {name: forest, n_estimators: 2}]
regularizer: [none, {name: jacobian, strength: 0.1}, {name: gaussian, strength: 0.5}]
student: linear
trials: {seeds: 1}
"""
TREE_NOTES = [
    "left out: the teacher mlp(hidden=[4], epochs=1) cannot train with gaussian",
    "left out: the teacher forest(n_estimators=2) cannot train with jacobian",
]


class Stump(tiny.TinyTeacher):
    """Trains without any penalty."""

    name = "stump"

    def accepts(self, regularizer):
        return not regularizer.strengths


@pytest.fixture
def study(smoothdistill_make_registry, tmp_path):
    """Return the study of a recipe of made-up components, always in the same folder."""

    def study(recipe=RECIPE):
        registry = smoothdistill_make_registry(*tiny.COMPONENTS, Stump)
        return Study(recipe_from_text(recipe, registry), registry, tmp_path / "run")

    return study


def trained(cells):
    return [(cell.teacher, cell.regularizer, cell.strength) for cell in cells if cell.role is Role.TEACHER]


def run(study, said):
    return study.run(executor=CallingThread(), workers=1, progress=lambda progress: said.extend(progress.notices))


def test_a_pair_that_cannot_train_is_left_out_of_the_plan(study):
    plan = study(RECIPE.replace("seeds: 2", "seeds: 1")).plan()
    assert trained(plan.cells) == [
        ("tiny", "none", 0.0),
        ("tiny", "steepness", 0.1),
        ("tiny", "steepness", 1.0),
        ("stump", "none", 0.0),
    ]
    assert len(plan.distillations) == 1 + 4


def test_the_note_is_said_before_anything_runs_and_stays_with_the_results(study, tmp_path):
    said = []
    results = run(study(), said)
    assert results.complete
    assert not results.failed
    assert said == [NOTE]
    assert results.notes == (NOTE, FEW_ROWS)
    assert Results.read(tmp_path / "run").notes == (NOTE, FEW_ROWS)
    assert study().outlook().notices == (NOTE,)


def test_a_program_without_progress_is_warned(study):
    with pytest.warns(RuntimeWarning, match=NOTE):
        study().run(executor=CallingThread(), workers=1)


def test_a_recipe_without_such_pairs_has_no_note_even_where_it_had_one(study, tmp_path):
    run(study(), [])
    said = []
    run(study(tiny.RECIPE), said)
    assert not any("left out" in note for note in said)
    assert Results.read(tmp_path / "run").notes == (FEW_ROWS,)


def test_the_report_says_what_is_left_out(study, tmp_path):
    page = write_report(run(study(), []), tmp_path / "report.html").read_text()
    assert NOTE in page
    assert "Teachers and penalties that do not fit each other are left out" in page


def test_where_no_pair_is_left_the_error_says_what_each_teacher_takes(smoothdistill_make_registry):
    registry = smoothdistill_make_registry(*tiny.COMPONENTS, Stump)
    with pytest.raises(
        RecipeError,
        match=r"regularizer\[0\]: the teacher 'stump' cannot train with the regularizer 'steepness'; it takes none",
    ):
        recipe_from_text("dataset: tiny\nteacher: stump\nregularizer: [steepness]\n", registry)


def test_trees_and_networks_share_a_recipe_with_the_smoothing_of_each(tmp_path):
    recipe = recipe_from_text(TREES, Registry(), folder=tmp_path)
    assert [[sweep.regularizer.name for sweep in recipe.sweeps_of(teacher)] for teacher in recipe.teacher] == [
        ["none", "jacobian"],
        ["none", "gaussian"],
    ]
    assert list(recipe.left_out) == TREE_NOTES


def test_regularizers_that_nobody_named_are_those_that_some_teacher_takes(tmp_path):
    text = TREES.replace("regularizer: [none, {name: jacobian, strength: 0.1}, {name: gaussian, strength: 0.5}]\n", "")
    recipe = recipe_from_text(text, Registry(), folder=tmp_path)
    assert [sweep.regularizer.name for sweep in recipe.regularizer] == ["none", "jacobian"]
    alone = recipe_from_text("dataset: diabetes\nteacher: forest", Registry())
    assert [sweep.regularizer.name for sweep in alone.regularizer] == ["none"]
    assert alone.left_out == ()


def test_the_commands_say_what_is_left_out(small_recipe, tmp_path):
    small_recipe.write_text(TREES)
    out = str(tmp_path / "run")

    def said(*arguments):
        return " ".join(CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False).output.split())

    assert all(f"note: {note}" in said("validate", small_recipe) for note in TREE_NOTES)
    assert all(f"note: {note}" in said("run", small_recipe, "--dry-run") for note in TREE_NOTES)
    told = CliRunner().invoke(main, ["run", str(small_recipe), "--dry-run", "--json"], catch_exceptions=False).stdout
    assert json.loads(told)["notices"] == TREE_NOTES
    ran = said("run", small_recipe, "--out", out, "--workers", "1")
    assert all(f"note: {note}" in ran for note in TREE_NOTES)
    assert all(f"note: {note}" in said("show", out) for note in TREE_NOTES)


def test_the_estimator_says_it_in_its_report(study):
    registry = study().registry
    X, y = [[float(i % 7), float(i % 5)] for i in range(60)], [float(i % 7) for i in range(60)]
    parameters = {"teacher": ["tiny", "stump"], "regularizer": ["none", "steepness"], "student": "tiny"}
    fitted = SymbolicDistiller(**parameters, metric=["r2"], registry=registry, random_state=0).fit(X, y)
    assert f"note: {NOTE}" in fitted.report()
