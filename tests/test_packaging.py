"""The distribution declares what the folders hold, and what it ships works without the checkout."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

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
    }


@pytest.mark.parametrize("name", PLUGINS)
def test_every_plugin_folder_is_shaped_like_a_package(name):
    folder = ROOT / "plugins" / name
    assert (folder / f"smoothdistill_{name}" / "plugin.py").exists()
    assert list((folder / "tests").glob("test_*.py"))


def test_nothing_strange_stands_at_the_top_level():
    allowed = {"pyproject.toml", "README.md", "CONTRIBUTING.md", "LICENSE", "smoothdistill_core", "plugins", "docs"}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    names = {line.split("/")[0] for line in tracked.splitlines()}
    assert {name for name in names if not name.startswith(".")} <= allowed | {"tests", "recipes"}


def test_no_dependency_is_capped_from_above():
    for requirement in PROJECT["project"]["dependencies"]:
        assert "<" not in requirement
        assert "==" not in requirement


def test_the_core_imports_no_plugin():
    for path in (ROOT / "smoothdistill_core").rglob("*.py"):
        assert not re.search(r"(from|import) smoothdistill_(?!core)", path.read_text()), path


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
    assert not [name for name in names if "/tests/" in name or name.startswith(("plugins/", "tests/"))]
