"""A recipe in a file: its name and paths come from there, and the command line overrides it."""

import pytest

from smoothdistill_core import RecipeError, Registry, read_recipe, recipe_from_text


@pytest.fixture(scope="module")
def registry():
    return Registry()


def test_paths_are_relative_to_the_recipe(registry, tmp_path):
    (tmp_path / "mine.yaml").write_text("dataset: {name: csv, path: data/t.csv, target: y}")
    assert read_recipe(tmp_path / "mine.yaml", registry).dataset[0].path == tmp_path / "data" / "t.csv"
    recipe = recipe_from_text("dataset: {name: csv, path: t.csv, target: y}", registry, folder=tmp_path)
    assert recipe.dataset[0].path == tmp_path / "t.csv"
    recipe = recipe_from_text(f"dataset: {{name: csv, path: '{tmp_path}/t.csv', target: y}}", registry, folder="/")
    assert recipe.dataset[0].path == tmp_path / "t.csv"


def test_a_recipe_without_a_name_is_named_after_its_file(registry, tmp_path):
    (tmp_path / "mine.yaml").write_text("dataset: diabetes")
    assert read_recipe(tmp_path / "mine.yaml", registry).name == "mine"
    (tmp_path / "my recipe.yaml").write_text("dataset: diabetes")
    with pytest.raises(RecipeError, match="name: the text 'my recipe' does not fit; write a name"):
        read_recipe(tmp_path / "my recipe.yaml", registry)


def test_overrides_are_read_like_the_recipe_itself(registry, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("dataset: diabetes\nregularizer: [none, jacobian]\n")
    overrides = ["teacher.name=mlp", "teacher.epochs=7", "regularizer.1.strength=[0.2, 2]", "trials.seeds=2", "name=b"]
    recipe = read_recipe(path, registry, overrides)
    assert (recipe.name, recipe.teacher[0].epochs, recipe.trials.seeds) == ("b", 7, 2)
    assert recipe.regularizer[1].strengths == (0.2, 2.0)


def test_problems_of_overrides_name_the_option(registry, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("dataset: diabetes\nteacher: {name: mlp, epochs: few}\n")
    with pytest.raises(RecipeError) as error:
        read_recipe(path, registry, ["trials.seeds=0", "teacher.epoch=3"])
    places, after = [problem.source for problem in error.value.problems][:1], error.value.problems[1:]
    assert places == [f"{path}:2:30"]
    assert {problem.source for problem in after} == {"--set trials.seeds", "--set teacher.epoch"}


def test_a_default_gets_an_option_by_an_override(registry, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("dataset: diabetes\n")
    assert read_recipe(path, registry, ["teacher.epochs=7"]).teacher[0].epochs == 7


@pytest.mark.parametrize("overrides", [["teacher.epochs=7", "prepare.validation=0"], ["teacher.epochs=7"]])
def test_an_override_gives_an_option_to_the_default_that_this_recipe_would_get(registry, tmp_path, overrides):
    path = tmp_path / "mine.yaml"
    validation = "" if len(overrides) > 1 else "prepare: {validation: 0}\n"
    path.write_text(f"dataset: diabetes\nchoose: {{part: train}}\n{validation}")
    (teacher,) = read_recipe(path, registry, overrides).teacher
    assert (teacher.epochs, teacher.stopping) == (7, None)


def test_an_override_reaches_into_the_students_that_are_there(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("dataset: diabetes\n")
    recipe = read_recipe(path, Registry(block=["operon"]), ["student.1.restarts=7"])
    assert [student.name for student in recipe.student] == ["symmetry", "layerwise"]
