"""The laws of every benchmark, as formulas: the shipped suites, the recipe of laws, and the fresh suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from smoothdistill_core import Formula, FormulaError
from smoothdistill_equate.expression import MOST_INPUTS, MOST_TOKENS, Expression, inputs, tokens
from smoothdistill_equate.reading import skeletons_of
from smoothdistill_laws.law import formula_over
from smoothdistill_laws.suite_file import read_suite, shipped_suites

ROOT = Path(__file__).parents[2]


def benchmark_laws() -> Iterator[tuple[str, Formula]]:
    """Yield the name and formula of each law."""
    for file in [*shipped_suites().values(), ROOT / "tests" / "benchmarks" / "laws" / "fresh.csv"]:
        for law in read_suite(file):
            yield law.name, formula_over(list(law.ranges), law.formula)
    for law in yaml.safe_load((ROOT / "recipes" / "laws.yaml").read_text())["dataset"]:
        yield law["title"], formula_over(list(law["ranges"]), law["expression"])


def within_the_grammar(formula: Formula) -> list[Expression]:
    """Return the skeletons of a law that a generator could draw: none beyond 5 inputs, 24 tokens or the operators."""
    try:
        found = skeletons_of(formula)
    except FormulaError:
        return []
    return [form for form in found if len(inputs(form)) <= MOST_INPUTS and len(tokens(form)) <= MOST_TOKENS]
