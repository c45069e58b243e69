"""The distribution declares what the folders hold, and what it ships works without the checkout."""

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

from smoothdistill_core import Registry
from smoothdistill_core.components import KINDS

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PLUGINS = sorted(path.name for path in (ROOT / "plugins").iterdir() if (path / "README.md").exists())


def test_every_plugin_folder_is_declared_as_package_and_entry_point():
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert [f"plugins/{name}/smoothdistill_{name}" for name in PLUGINS] == [
        package for package in packages if package.startswith("plugins/")
    ]
    assert PROJECT["project"]["entry-points"]["smoothdistill"] == {
        name: f"smoothdistill_{name}.plugin" for name in PLUGINS
    } | {"core": "smoothdistill_core.own_plugin"}


@pytest.mark.parametrize("name", PLUGINS)
def test_every_plugin_folder_is_shaped_like_a_package(name):
    folder = ROOT / "plugins" / name
    assert (folder / f"smoothdistill_{name}" / "plugin.py").exists()
    assert list((folder / "tests").glob("test_*.py"))


def test_nothing_strange_stands_at_the_top_level():
    texts = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "CITATION.cff", "LICENSE"}
    allowed = texts | {"pyproject.toml", "smoothdistill_core", "plugins", "docs"}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    names = {line.split("/")[0] for line in tracked.splitlines()}
    assert {name for name in names if not name.startswith(".")} <= allowed | {"tests", "recipes"}


def test_the_citation_names_the_version_and_licence_of_the_project():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert {key: citation[key] for key in ("version", "license")} == {
        key: PROJECT["project"][key] for key in ("version", "license")
    }


def test_no_dependency_is_capped_from_above():
    for requirement in PROJECT["project"]["dependencies"]:
        assert "<" not in requirement
        assert "==" not in requirement


def test_the_core_imports_no_plugin():
    for path in (ROOT / "smoothdistill_core").rglob("*.py"):
        assert not re.search(r"(from|import) smoothdistill_(?!core)", path.read_text()), path


WORDS = {"none", "monotone", "accuracy", "auc", "log_loss"}
"""Names of components that are other words too: ``none`` is an option of many things, and matplotlib's no colour;
``monotone`` is what a recipe may demand of formulas (``choose.monotone``), and a penalty that asks for it. The
last three are what an explanation calls the agreement with a classifier as well."""

REGISTRY = Registry()
COMPONENTS = {name for kind in KINDS for name in REGISTRY.components(kind)} - WORDS

ATTRIBUTES = {("components/regularizer.py", "jacobian")}
"""What a network offers goes by the names of its attributes."""


def names_of_components(path: Path) -> list[str]:
    """Return the texts of a file that are no docstring and equal a registered component's name."""
    tree = ast.parse(path.read_text())
    said = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [f"{node.value} in line {node.lineno}" for node in texts if node not in said and node.value in COMPONENTS]


def test_the_core_names_no_component_but_in_the_file_of_defaults():
    core = ROOT / "smoothdistill_core"
    free = [core / "recipe" / "defaults.py", *(core / "testing").rglob("*.py")]
    found = {
        str(path.relative_to(core)): names
        for path in core.rglob("*.py")
        if path not in free and (names := names_of_components(path))
    }
    for file, name in ATTRIBUTES:
        found[file] = [text for text in found[file] if not text.startswith(name)]
    assert {file: names for file, names in found.items() if names} == {}


def test_a_name_of_a_component_in_a_file_is_found(tmp_path):
    (tmp_path / "odd.py").write_text('"""mlp"""\n\n\ndef odd():\n    """operon"""\n    return f"{1}" + "operon"\n')
    assert names_of_components(tmp_path / "odd.py") == ["operon in line 6"]


MOST_LINES = 400

CODE = {".py", ".html", ".css", ".js", ".sql", ".tmpl"}

MADE = {"__pycache__", "_build", "build", "dist", "runs"}
"""Folders of files that no person wrote; so are those that are hidden, such as caches and environments."""


def too_long(root: Path) -> dict[str, int]:
    """Return the number of lines of each file of code or template under a folder that is longer than any may be."""
    lengths = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in MADE and not name.startswith(".")]
        for path in (Path(folder, name) for name in names):
            if path.suffix in CODE and (lines := len(path.read_bytes().splitlines())) > MOST_LINES:
                lengths[str(path.relative_to(root))] = lines
    return lengths


def test_no_file_is_too_long_to_be_read_at_once():
    folders = ("smoothdistill_core", "plugins", "tests", "docs", "recipes")
    assert {folder: found for folder in folders if (found := too_long(ROOT / folder))} == {}


def test_a_file_that_is_too_long_is_found_but_not_what_a_program_made(tmp_path):
    for name, lines in [
        ("a/long.py", 401),
        ("a/fits.py", 400),
        ("a/long.md", 401),
        ("build/b.py", 401),
        (".c/c.py", 401),
    ]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("\n" * lines)
    assert too_long(tmp_path) == {"a/long.py": 401}


@pytest.mark.slow
def test_the_wheel_holds_packages_recipes_and_types(tmp_path):
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "--wheel-dir", tmp_path, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for expected in ("py.typed", "recipes/quickstart.yaml", "recipes/paper/table1.yaml", "recipes/pendulum.csv"):
        assert f"smoothdistill_core/{expected}" in names
    for plugin in PLUGINS:
        assert f"smoothdistill_{plugin}/plugin.py" in names
    assert "smoothdistill_core/store/schema.sql" in names
    for file in ("concrete_strength.csv.gz", "README.md"):
        assert f"smoothdistill_datasets/shipped/{file}" in names
    for file in ("feynman.csv", "strogatz.csv", "README.md"):
        assert f"smoothdistill_laws/suites/{file}" in names
    assert not [name for name in names if "/tests/" in name or name.startswith(("plugins/", "tests/"))]
