"""README tells the truth: its code runs, its recipe is valid, its commands exist."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from smoothdistill_core import Registry, recipe_from_text
from smoothdistill_core.cli import main
from smoothdistill_core.components import Role
from smoothdistill_core.results import Results
from smoothdistill_core.testing.conditions import BROWSERS

ROOT = Path(__file__).parents[1]
COMMANDS = (ROOT / "docs" / "reference" / "command-line.md").read_text()
TEXTS = [ROOT / "README.md", *sorted((ROOT / "plugins").glob("*/README.md"))]
BLOCKS = [
    pytest.param(language, code, id=f"{text.parent.name}-{number}-{language}")
    for text in TEXTS
    for number, (language, code) in enumerate(re.findall(r"^```(\w+)\n(.*?)^```", text.read_text(), re.S | re.M))
]


@pytest.mark.slow
@pytest.mark.parametrize(("language", "code"), [block for block in BLOCKS if block.values[0] == "python"])
def test_python_examples_run(language, code):
    exec(compile(code, "<example>", "exec"), {"__name__": "example"})


@pytest.mark.slow
def test_the_first_example_prints_what_the_readme_shows(capsys):
    (code, *_), (printed, *_) = ([b.values[1] for b in BLOCKS if b.values[0] == kind] for kind in ("python", "text"))
    exec(compile(code, "<example>", "exec"), {"__name__": "example"})
    assert capsys.readouterr().out == printed
    assert printed.partition("  (")[0] in (ROOT / "docs" / "_static" / "picture.svg").read_text()


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory):
    """The quickstart's run folder, and what it printed; there are no stored datasets to be found."""
    folder = tmp_path_factory.mktemp("quickstart") / "run"
    command = [sys.executable, "-m", "smoothdistill_core.cli", "run", "quickstart", "--out", folder]
    environment = {name: value for name, value in os.environ.items() if name != "SMOOTHDISTILL_DATA"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return folder, done.stdout


@pytest.mark.slow
@pytest.mark.xdist_group("quickstart")
def test_the_quickstart_ends_with_the_formula_that_the_readme_shows(quickstart):
    folder, printed = quickstart
    readme = TEXTS[0].read_text()
    (shown,) = re.findall(r"^strength = .*$", readme, re.M)
    assert shown in printed
    results = Results.read(folder)
    (taken,) = results.recommended
    (ridge,) = (outcome.front[-1] for outcome in results.outcomes if outcome.role is Role.BASELINE)
    values = [f"{entry.scores['test', 'r2']:.2f}".removeprefix("0") for entry in (taken.chosen, ridge)]
    assert f"an R2 of {values[0]}; ridge regression, with all eight columns, {values[1]}." in readme


@pytest.mark.slow
@pytest.mark.xdist_group("quickstart")
def test_the_quickstart_finds_a_short_formula_that_is_far_above_ridge_regression(quickstart):
    cells = Results.read(quickstart[0]).cells
    (ridge,) = (cell.front[-1] for cell in cells if cell.cell.role is Role.BASELINE)
    found = [entry for cell in cells if cell.cell.role is not Role.BASELINE for entry in cell.front]
    short = [entry for entry in found if entry.formula.complexity <= 20 and not entry.pole]
    r2 = ("validation", "r2")
    assert max(entry.scores[r2] for entry in short) >= ridge.scores[r2] + 0.1


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "recipes/paper/results/README.md"])
def test_every_link_of_a_text_leads_to_a_file(name):
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", (ROOT / name).read_text())
    assert [link for link in links if not (ROOT / name).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize(("language", "code"), [block for block in BLOCKS if block.values[0] == "yaml"])
def test_recipe_examples_are_valid(language, code, everything_available):
    data = yaml.safe_load(code)
    data.setdefault("dataset", "diabetes")
    recipe_from_text(yaml.safe_dump(data), Registry(), folder=ROOT / "recipes")


def test_readme_has_exactly_two_set_up_commands():
    set_up, test = (block.values[1] for block in BLOCKS if block.values[0] == "sh")
    assert "smoothdistill run" in set_up
    assert "pytest" in test


def test_the_readme_says_everything_else_in_text_recipes_and_python():
    languages = re.findall(r"^```(\w+)\n.*?^```", TEXTS[0].read_text(), re.S | re.M)
    assert set(languages) <= {"sh", "text", "yaml", "python"}


def test_both_set_up_commands_are_found_by_their_language_in_the_script_of_all_checks():
    script = (ROOT / ".ci" / "run").read_text()
    function = re.search(r"^readme_command\(\) \{.*?^\}", script, re.S | re.M)[0]
    wanted = [block.values[1] for block in BLOCKS if block.values[0] == "sh"]
    for number, command in enumerate(wanted, start=1):
        ask = ["bash", "-euc", f"{function}\nreadme_command {number}"]
        assert subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=True).stdout == command


def test_the_script_of_all_checks_looks_for_the_browsers_that_the_tests_open():
    (names,) = re.findall(r"^browsers=\((.*)\)", (ROOT / ".ci" / "run").read_text(), re.M)
    assert tuple(names.split()) == BROWSERS


def test_the_readme_is_short():
    assert TEXTS[0].read_text().count("\n") < 150


def test_the_commands_of_the_reference_are_all_that_exist():
    commands = set(re.findall(r"^smoothdistill ([\w-]+)", COMMANDS, re.M))
    assert commands == set(main.commands)
    texts = "".join(block.values[1] for block in BLOCKS if block.values[0] == "text")
    assert set(re.findall(r"^smoothdistill ([\w-]+)", texts, re.M)) <= commands
    for command in commands:
        assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0


@pytest.mark.slow
def test_the_commands_of_the_reference_run(tmp_path):
    (recipe,) = re.findall(r"^```yaml\n(.*?)^```", COMMANDS, re.S | re.M)
    quick = re.sub(r"(epochs|seeds): \d+", r"\1: 1", recipe).replace("name: operon", "name: operon, generations: 2")
    (tmp_path / "housing.yaml").write_text(quick)
    rows = "\n".join(f"{i % 7},{i % 5},{100 + 3 * (i % 7) + (i % 5) ** 2}" for i in range(60))
    for name in ("housing.csv", "new-houses.csv"):
        (tmp_path / name).write_text(f"rooms,age,price\n{rows}\n")
    (commands,) = re.findall(r"^```text\n(smoothdistill validate.*?)^```", COMMANDS, re.S | re.M)
    command = f"{sys.executable} -m smoothdistill_core.cli"
    script = re.sub(r"^smoothdistill", command, commands, flags=re.M)
    result = subprocess.run(["bash", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert {path.name for path in (tmp_path / "runs").iterdir()} == {"housing", "quick"}
