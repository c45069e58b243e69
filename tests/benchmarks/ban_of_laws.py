"""The ban of all laws of benchmarks from equate's pretraining: ``python tests/benchmarks/ban_of_laws.py`` writes it.

Laws beyond the grammar, and of more inputs than it has, cannot come out of the generator: they need no hash.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import yaml

from smoothdistill_core import FormulaError
from smoothdistill_equate.ban import ban_text
from smoothdistill_equate.expression import MOST_INPUTS, Expression, inputs
from smoothdistill_equate.kinship import Kin
from smoothdistill_equate.reading import skeletons_of
from smoothdistill_laws.grammar import parsed
from smoothdistill_laws.suite_file import read_suite, shipped_suites

ROOT = Path(__file__).parents[2]


def benchmark_laws() -> Iterator[str]:
    """Yield the formula of every law: of the shipped suites, of the fresh one, of the recipe `laws`."""
    for suite in (*shipped_suites().values(), ROOT / "tests" / "benchmarks" / "laws" / "fresh.csv"):
        yield from (law.formula for law in read_suite(suite))
    recipe = yaml.safe_load((ROOT / "recipes" / "laws.yaml").read_text(encoding="utf-8"))
    yield from (dataset["expression"] for dataset in recipe["dataset"])


def skeletons_within(law: str) -> tuple[Expression, ...]:
    """Return the skeletons of a law that the generator could make."""
    try:
        skeletons = skeletons_of(parsed(law).formula)
    except FormulaError:
        return ()
    return tuple(skeleton for skeleton in skeletons if len(inputs(skeleton)) <= MOST_INPUTS)


def main() -> None:
    """Write the hashes into the package, and print how many laws they are of."""
    laws = list(benchmark_laws())
    within = [skeletons for law in laws if (skeletons := skeletons_within(law))]
    kin = Kin.of(skeleton for skeletons in within for skeleton in skeletons)
    Path(str(files("smoothdistill_equate"))).joinpath("ban.json").write_text(ban_text(kin), encoding="utf-8")
    print(f"{len(laws)} laws, {len(within)} of them within the grammar: {len(kin.skeletons)} skeletons")


if __name__ == "__main__":
    main()
