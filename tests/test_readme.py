"""README tells the truth: its code runs, its recipe is valid, its commands exist."""

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from smoothdistill_core import Registry, recipe_from_text
from smoothdistill_core.cli import main

ROOT = Path(__file__).parents[1]
TEXTS = [ROOT / "README.md", *sorted((ROOT / "plugins").glob("*/README.md"))]
BLOCKS = [
    pytest.param(language, code, id=f"{text.parent.name}-{number}-{language}")
    for text in TEXTS
    for number, (language, code) in enumerate(re.findall(r"^```(\w+)\n(.*?)^```", text.read_text(), re.S | re.M))
]


@pytest.mark.parametrize(("language", "code"), [block for block in BLOCKS if block.values[0] == "python"])
def test_python_examples_run(language, code):
    exec(compile(code, "<example>", "exec"), {"__name__": "example"})


@pytest.mark.parametrize(("language", "code"), [block for block in BLOCKS if block.values[0] == "yaml"])
def test_recipe_examples_are_valid(language, code):
    data = yaml.safe_load(code)
    data.setdefault("dataset", "diabetes")
    recipe_from_text(yaml.safe_dump(data), Registry())


def test_readme_has_exactly_two_set_up_commands():
    assert [block.values[0] for block in BLOCKS].count("sh") == 2


def test_commands_of_the_readme_exist():
    texts = "".join(block.values[1] for block in BLOCKS if block.values[0] == "text")
    commands = set(re.findall(r"^smoothdistill ([\w-]+)", texts, re.M))
    assert commands == set(main.commands)
    for command in commands:
        assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0
