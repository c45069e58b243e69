"""The pages tell the truth: their code runs, their commands exist, nothing public is missing, and they build."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import smoothdistill_core
import smoothdistill_core.searching
import smoothdistill_core.testing
from smoothdistill_core import Registry, hookspecs, recipe_from_text
from smoothdistill_core.cli import main
from smoothdistill_core.recipe import shipped_recipes
from smoothdistill_core.testing import fixtures

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
PAGES = [ROOT / "CONTRIBUTING.md", *sorted(page for page in DOCS.rglob("*.md") if "_build" not in page.parts)]
LONG = [
    DOCS / f"{name}.md" for name in ("explain", "tutorials/estimator", "tutorials/own-data", "tutorials/own-student")
]
"""The pages whose commands and examples take long."""
REFERENCE = "".join(page.read_text() for page in sorted((DOCS / "reference").glob("*.md")))
BUILD = "-m sphinx -W --keep-going -b html docs docs/_build/html"
PLUGINS = [plugin for plugin in Registry().plugins if plugin.distribution == "smoothdistill" and plugin.name != "core"]


class Reader:
    """Does what the reader of one page does, block by block, in an empty folder and with little patience."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch
        self.names = {"__name__": "example"}
        self.path: list[str] = []

    def read(self, page: Path) -> None:
        for language, code in re.findall(r"^```(\w+)\n(.*?)^```", page.read_text(), re.S | re.M):
            self.monkeypatch.chdir(self.folder)
            name = re.match(r"# (\S+\.\w+)\n", code)
            if name:  # a block that begins with the name of a file is that file
                self.write(name[1], code[name.end() :])
            elif language == "python":
                exec(compile(code, page.name, "exec"), self.names)
            elif language == "yaml":
                recipe_from_text(code, Registry())
            elif language == "sh":
                for line in code.splitlines():
                    self.type(line.removeprefix(".venv/bin/"))

    def write(self, name: str, text: str) -> None:
        file = self.folder / name
        assert file.parent.is_dir(), f"{name}: the reader has no such folder"
        file.write_text(re.sub(r"(epochs|seeds): \d+", r"\1: 1", text))
        if file.suffix == ".yaml":
            self.run("-m", "smoothdistill_core.cli", "validate", name)

    def type(self, line: str) -> None:
        """Type a command; what needs a network, a checkout or much time is only looked at."""
        words = shlex.split(line)
        if words[0] == "smoothdistill":
            check_command(words[1])
            argument = words[2] if len(words) > 2 else ""
            if words[1] in ("run", "validate") and not (self.folder / argument).is_file():
                assert argument in shipped_recipes()
            else:
                self.run("-m", "smoothdistill_core.cli", *words[1:])
        elif words[0] == "cd":
            self.folder /= words[1]
        elif line.startswith("pip install -e") and (self.folder / "pyproject.toml").exists():
            self.install()
        elif line == "pytest" and self.path:
            self.run("-m", "pytest", "-q", "-p", "no:cacheprovider")

    def install(self) -> None:
        """Make the package of this folder known as an editable installation does, without building it."""
        project = tomllib.loads((self.folder / "pyproject.toml").read_text())["project"]
        record = self.folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        record.mkdir()
        (record / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
        points = "".join(f"{name} = {module}\n" for name, module in project["entry-points"]["smoothdistill"].items())
        (record / "entry_points.txt").write_text(f"[smoothdistill]\n{points}")
        self.path.append(str(self.folder))

    def run(self, *arguments: str) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(self.path), "PYTEST_ADDOPTS": ""}
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(arguments)}\n{done.stdout}\n{done.stderr}"


def check_command(name: str) -> None:
    assert name in main.commands, f"there is no command smoothdistill {name}"


@pytest.mark.parametrize(
    "page", [pytest.param(page, id=page.stem, marks=[pytest.mark.slow] * (page in LONG)) for page in PAGES]
)
def test_a_reader_can_do_what_a_page_says(page, tmp_path, monkeypatch):
    Reader(tmp_path, monkeypatch).read(page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_that_a_page_names_exists(page):
    for name in re.findall(r"`smoothdistill\s([a-z][a-z-]*)", page.read_text()):
        check_command(name)


def test_the_student_of_the_tutorial_takes_under_sixty_lines():
    page = (DOCS / "tutorials" / "own-student.md").read_text()
    (student,) = re.findall(r"^```python\n# smoothdistill_stepwise/student.py\n(.*?)^```", page, re.S | re.M)
    lines = student.count("\n")
    assert lines < 60
    assert f"in {lines} lines" in page


@pytest.mark.parametrize(
    "module",
    [smoothdistill_core, smoothdistill_core.searching, smoothdistill_core.testing],
    ids=lambda module: module.__name__,
)
def test_every_public_name_is_in_the_reference(module):
    missing = [name for name in module.__all__ if not in_reference(name)]
    assert missing == []


def test_every_hook_and_fixture_is_in_the_reference():
    names = [name for module in (hookspecs, fixtures) for name in vars(module) if name.startswith("smoothdistill_")]
    assert len(names) == 12
    assert [name for name in names if not in_reference(name)] == []


def in_reference(name: str) -> bool:
    return bool(re.search(rf"^\.\. (auto|py:)\w+:: smoothdistill_core[\w.]*\.{name}(\(\.\.\.\))?$", REFERENCE, re.M))


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_the_page_of_a_plugin_names_its_components_and_their_options(plugin):
    readme = (ROOT / "plugins" / plugin.name / "README.md").read_text()
    told = " ".join(re.findall(r"^#.*|`[^`\n]+`|\bname: \w+", readme, re.M))
    names = {name for component in plugin.components for name in (component.name, *component.model_fields)}
    assert {name for name in names if not re.search(rf"\b{name}\b", told)} == set()


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_every_plugin_has_a_page_that_is_its_readme(plugin):
    page = (DOCS / "plugins" / f"{plugin.name}.md").read_text()
    assert f"{{include}} ../../plugins/{plugin.name}/README.md" in page


def test_contributing_names_every_check_that_a_change_has_to_pass():
    for command in re.findall(r"^\s*(\.venv/bin/(?!pip).*)", (ROOT / ".ci" / "run").read_text(), re.M):
        assert command in CONTRIBUTING
    for page in (CONTRIBUTING, (DOCS / "index.md").read_text()):
        assert BUILD in page


def test_everything_public_in_the_core_has_a_docstring():
    options = ["--fail-under=100", "--ignore-private", "--ignore-semiprivate", "--ignore-magic", "--ignore-init-method"]
    command = [sys.executable, "-m", "interrogate", "-vv", *options, "--ignore-nested-functions", "smoothdistill_core"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_pages_build_without_warnings_and_ask_no_network_for_anything(tmp_path):
    command = [sys.executable, *BUILD.replace("docs/_build/html", str(tmp_path / "html")).split()]
    done = subprocess.run([*command, "-d", tmp_path / "trees"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for page in (tmp_path / "html").rglob("*.html"):
        tags = re.findall(r"<(?:script|link|img|iframe)\b[^>]*>", page.read_text())
        assert [tag for tag in tags if re.search(r'(src|href)="(https?:)?//', tag)] == [], page
