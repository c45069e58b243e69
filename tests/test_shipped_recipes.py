"""The recipes that come along: found by name from anywhere, and all of them valid."""

import os
import subprocess
import sys

import pytest

from smoothdistill_core import RecipeError, Registry, read_recipe
from smoothdistill_core.recipe import find_recipe, shipped_recipes


def test_the_shipped_recipes_have_names():
    assert {"quickstart", "csv", "paper/table1"} <= shipped_recipes().keys()


@pytest.mark.parametrize("name", shipped_recipes())
def test_every_shipped_recipe_reads(name, everything_available):
    recipe = read_recipe(shipped_recipes()[name], Registry())
    assert recipe.description


def test_a_recipe_is_found_by_path_or_by_shipped_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_recipe("quickstart") == shipped_recipes()["quickstart"]
    (tmp_path / "quickstart").mkdir()
    assert find_recipe("quickstart") == shipped_recipes()["quickstart"]
    (tmp_path / "mine.yaml").write_text("dataset: diabetes")
    assert find_recipe("mine.yaml").samefile(tmp_path / "mine.yaml")
    assert find_recipe(str(tmp_path / "mine.yaml")).samefile(tmp_path / "mine.yaml")


def test_a_recipe_that_is_not_there_suggests_near_ones(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text("dataset: diabetes")
    with pytest.raises(RecipeError, match=r"quickstrat.*: there is no such recipe; did you mean 'quickstart'"):
        find_recipe("quickstrat")
    with pytest.raises(RecipeError, match=r"there is no such recipe; did you mean 'mine.yaml'"):
        find_recipe("mine.yml")
    with pytest.raises(RecipeError, match="is a folder; known: "):
        find_recipe(os.curdir)


def test_reading_a_recipe_imports_nothing_heavy():
    code = (
        "import sys; from smoothdistill_core import Registry, recipe_from_text;"
        "recipe_from_text('dataset: diabetes', Registry());"
        "print([m for m in ('torch', 'sklearn', 'pandas', 'matplotlib', 'pysr', 'gplearn') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
