"""The student searches: no law, name or constant of a suite of laws stands in its code."""

from __future__ import annotations

import ast
import csv
import json
import math
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

import smoothdistill_symmetry

CODE = sorted(Path(smoothdistill_symmetry.__file__).parent.glob("*.py"))

NUMBER = re.compile(r"(?<![\w.])(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
NAME = re.compile(r"[^\W\d]\w*")

FUNCTIONS = {"sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "log", "ln", "sqrt", "abs"}

SHORT = 8
"""A formula of so many characters or fewer, such as a*b, is in many a text."""


def laws() -> list[dict[str, str]]:
    """Return the laws of the suites that come along, and in a checkout of the fresh one."""
    shipped = [file for file in files("smoothdistill_laws").joinpath("suites").iterdir() if file.name.endswith(".csv")]
    fresh = Path(__file__).parents[3] / "tests" / "benchmarks" / "laws" / "fresh.csv"
    sources = [*sorted(shipped, key=lambda file: file.name), *([fresh] if fresh.is_file() else [])]
    return [law for source in sources for law in csv.DictReader(source.read_text(encoding="utf-8").splitlines())]


def plain_text(formula: str) -> str:
    """Return a formula without spaces and brackets."""
    return re.sub(r"[\s()]", "", formula).replace("**", "^")


def skeleton(plain: str) -> str:
    """Return a formula with one sign in place of every number, and one in place of every input."""
    return NAME.sub(lambda name: name[0] if name[0] in FUNCTIONS else "x", NUMBER.sub("0", plain))


def is_named(name: str, text: str) -> bool:
    """Say whether a text names a law; a name that is a word of the language has to stand alone."""
    if name.isalpha():
        return text.strip().lower() == name.lower()
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def is_nobodys(number: float) -> bool:
    """Say whether a number is small and whole, a half or a quarter, or so round that it may well be another's."""
    return (number <= 10 and (4.0 * number).is_integer()) or len(f"{number:.15e}".split("e")[0].strip("0.")) == 1


LAWS = laws()
FORMULAS = {plain for law in LAWS if len(plain := plain_text(law["formula"])) > SHORT}
SKELETONS = {made for formula in FORMULAS if len(made := skeleton(formula)) > SHORT}
NAMES = {law["name"] for law in LAWS}
NUMBERS = {number for law in LAWS for number in map(float, NUMBER.findall(law["formula"])) if not is_nobodys(number)}


def found_in(code: str) -> Iterator[str]:
    """Yield what of the suites stands in a module: constants among its numbers, names and formulas in its texts."""
    for node in ast.walk(ast.parse(code)):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, float | int) and any(math.isclose(value, number, rel_tol=1e-6) for number in NUMBERS):
            yield f"line {node.lineno}: the constant {value}"
        elif isinstance(value, str):
            plain = plain_text(value)
            if any(is_named(name, value) for name in NAMES):
                yield f"line {node.lineno}: the name of a law"
            if skeleton(plain) in SKELETONS or any(formula in plain for formula in FORMULAS):
                yield f"line {node.lineno}: the formula of a law"


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.stem)
def test_no_law_stands_in_the_students_code(path):
    assert list(found_in(path.read_text(encoding="utf-8"))) == []


def test_there_is_code_and_there_are_laws_to_compare():
    assert len(CODE) > 5
    assert len(FORMULAS) > 100
    assert NUMBERS


LAW = LAWS[0]
FORMULA = LAW["formula"]
INPUT = next(iter(json.loads(LAW["ranges"])))


@pytest.mark.parametrize(
    "code",
    [
        f"KNOWN = {FORMULA!r}",
        f"KNOWN = {FORMULA.replace('*', ' * ')!r}",
        f"KNOWN = {FORMULA.replace(INPUT, 'x0')!r}",
        f"KNOWN = {LAW['name']!r}",
        f"def search(X):\n    'Look for {LAW['name']} first.'",
        f"FIRST = {max(NUMBERS)!r}",
    ],
)
def test_a_module_that_knows_a_law_is_found_out(code):
    assert list(found_in(code))


@pytest.mark.parametrize("code", ["HALF, TWO = 0.5, 2", "ROWS = 600", "EXACT = 1e-12", "TEXT = 'a*b'", "T = 'square'"])
def test_what_belongs_to_nobody_is_not(code):
    assert list(found_in(code)) == []
