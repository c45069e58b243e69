"""`smoothdistill new-plugin` writes a package that works, is clean, and is explained."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import metadata
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from smoothdistill_core import PluginError, Registry, Student, hookimpl
from smoothdistill_core.cli import main
from smoothdistill_core.components import KINDS
from smoothdistill_core.template import new_plugin
from smoothdistill_core.template.naming import LONGEST

BAD_NAMES = {
    "My Tree": "use lower-case letters, digits, and single dashes or underscores between them",
    "Tree": "a letter first: 'tree', for example",
    "2fast": "'fast', for example",
    "tree-": "'tree', for example",
    "tree__search": "'tree-search', for example",
    "baum_für_alle": "is no name for a plugin",
    "": "is no name for a plugin",
    "../tree": "is no name for a plugin",
    "tree" * 10: "has 40 characters; choose one of at most 30",
    "smoothdistill-tree": "gets 'smoothdistill' in front anyway; leave it out",
    "null": "recipes read 'null' as a value",
    "core": "a package smoothdistill_core is installed already; choose another name",
    "gplearn": "there is a student 'gplearn' already, from smoothdistill; choose another name",
    "smoothness": "a package smoothdistill_smoothness is installed already",
}


@pytest.fixture
def registry():
    return Registry()


@pytest.fixture
def invoke(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, ["new-plugin", *map(str, arguments)], catch_exceptions=False)


def run_in(folder, *command):
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    environment.pop("PYTEST_ADDOPTS", None)  # options of this session are not the new package's
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_new_plugin_passes_its_own_tests(kind, registry, tmp_path):
    folder = new_plugin(f"bright-{kind}", kind, registry, tmp_path / "new")
    out = run_in(folder, "pytest", "-q", "-p", "no:cacheprovider")
    assert re.search(r"^\d+ passed", out, re.MULTILINE)
    assert not re.search(r"failed|skipped|xfailed", out)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["a", "tree-" * 5 + "trees"], ids=["short", "long"])
def test_a_new_plugin_is_clean_and_formatted(kind, name, registry, tmp_path):
    assert len(name) in (1, LONGEST)
    folder = new_plugin(name, kind, registry, tmp_path / "new")
    run_in(folder, "ruff", "check", "--no-cache", ".")
    run_in(folder, "ruff", "format", "--no-cache", "--check", ".")


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_plugin_is_complete(kind, registry, tmp_path):
    folder = new_plugin("my-tree", kind, registry, tmp_path / "new")
    assert files_in(folder) == {
        ".github/workflows/tests.yml",
        ".gitignore",
        "README.md",
        "pyproject.toml",
        "recipe.yaml",
        "smoothdistill_my_tree/__init__.py",
        f"smoothdistill_my_tree/{kind}.py",
        "smoothdistill_my_tree/plugin.py",
        "tests/test_conformance.py",
        "tests/test_plugin.py",
    }
    for path in files_in(folder):
        text = (folder / path).read_text(encoding="utf-8")
        assert not re.search(r"\$(?!\{\{)", text), f"{path} holds a placeholder that was not filled in"
        assert text.endswith("\n")


@pytest.mark.parametrize("kind", KINDS)
def test_the_project_file_declares_entry_point_and_core(kind, registry, tmp_path):
    folder = new_plugin("my-tree", kind, registry, tmp_path / "new")
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    assert project["name"] == "smoothdistill-my-tree"
    assert project["entry-points"] == {"smoothdistill": {"my_tree": "smoothdistill_my_tree.plugin"}}
    major, minor, *_ = metadata("smoothdistill")["Version"].split(".")
    assert f"smoothdistill>={major}.{minor}" in project["dependencies"]
    assert project["requires-python"] == metadata("smoothdistill")["Requires-Python"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_readme_shows_the_recipe_that_comes_along(kind, registry, tmp_path):
    folder = new_plugin("my-tree", kind, registry, tmp_path / "new")
    assert (folder / "recipe.yaml").read_text() in (folder / "README.md").read_text()


def test_the_student_takes_under_60_lines(registry, tmp_path):
    folder = new_plugin("my-tree", "student", registry, tmp_path / "new")
    assert len((folder / "smoothdistill_my_tree" / "student.py").read_text().splitlines()) < 60


def test_the_command_says_what_to_do_next(invoke, tmp_path):
    result = invoke("my_tree", "--kind", "student")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-3:] == ["  cd smoothdistill-my-tree", '  pip install -e ".[test]"', "  pytest"]
    assert (
        "class MyTreeStudent(Student)"
        in (tmp_path / "smoothdistill-my-tree/smoothdistill_my_tree/student.py").read_text()
    )


def test_the_command_takes_another_folder(invoke, tmp_path):
    (tmp_path / "empty one").mkdir()
    result = invoke("tree", "--kind", "metric", "--out", "empty one")
    assert result.exit_code == 0
    assert "cd 'empty one'" in result.stdout
    assert "pyproject.toml" in files_in(tmp_path / "empty one")


@pytest.mark.parametrize("name", BAD_NAMES, ids=lambda name: name or "empty")
def test_a_bad_name_is_refused_with_a_remedy(name, invoke, tmp_path):
    result = invoke("--kind", "student", "--", name)
    assert result.exit_code == 2
    assert BAD_NAMES[name] in result.stderr
    assert not files_in(tmp_path)


def test_a_name_whose_class_the_core_has_is_refused(registry, tmp_path):
    with pytest.raises(PluginError, match="would be called TrainedTeacher, which smoothdistill has; choose another"):
        new_plugin("trained", "teacher", registry, tmp_path / "new")


def test_the_name_of_a_plugin_that_is_installed_is_refused(registry, tmp_path):
    class Oak(Student):
        name = "oak"

        def distil(self, task):
            return []

    registry.register(SimpleNamespace(smoothdistill_students=hookimpl(lambda: [Oak])), "tree", "oaks")
    with pytest.raises(PluginError, match="a plugin 'tree' is installed already, from oaks; choose another name"):
        new_plugin("tree", "student", registry, tmp_path / "new")


def test_a_folder_that_holds_something_is_not_touched(invoke, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    for place in ("thesis", "thesis/chapter.txt"):
        result = invoke("tree", "--kind", "dataset", "--out", place)
        assert result.exit_code == 2
        assert f"{place} is there already and is not empty; name another folder with --out" in result.stderr
    assert files_in(tmp_path) == {"thesis/chapter.txt"}


def test_a_folder_that_cannot_be_made_is_an_error(invoke, tmp_path):
    (tmp_path / "note").write_text("a file")
    result = invoke("tree", "--kind", "dataset", "--out", "note/new")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_an_unknown_kind_is_refused(invoke):
    result = invoke("tree", "--kind", "studnet")
    assert result.exit_code == 2
    assert "'student'" in result.stderr
