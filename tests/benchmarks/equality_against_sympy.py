"""How often `symbolic_equality` is wrong about pairs of formulas of which 50 digits say whether they are equal.

    python tests/benchmarks/equality_against_sympy.py [--laws CSV] [--pairs 500] [--seed 0]

Half of the pairs are equal: random rewriting, and sympy's expanding, factoring and the like, of random formulas and of
every other law of a table with the columns formula and ranges (JSON). Half are different: another constant (5 % off or
more), a further term, another exponent, swapped inputs; some of these rewritten as well.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np

from smoothdistill_core import Formula
from smoothdistill_core.formula import Variable
from smoothdistill_laws.grammar import parsed
from smoothdistill_laws.recovery import is_recovered

sys.path.insert(0, str(Path(__file__).parents[1] / "shared"))
from formula_pairs import Box, pairs


def laws(path: Path | None) -> list[tuple[Formula, Box]]:
    """Return every other law of a table, with the ranges of its inputs."""
    if path is None:
        return []
    with path.open() as file:
        return [ranged(row["formula"], json.loads(row["ranges"])) for row in list(csv.DictReader(file))[::2]]


def ranged(expression: str, ranges: dict[str, tuple[float, float]]) -> tuple[Formula, Box]:
    """Return a law over inputs in the order of their ranges."""
    law = parsed(expression)
    places = [list(ranges).index(name) for name in law.names]
    nodes = (Variable(places[node.index]) if isinstance(node, Variable) else node for node in law.formula.nodes)
    return Formula(tuple(nodes)), [(low, high) for low, high in ranges.values()]


def main() -> None:
    """Print what is wrong, and how much of each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--laws", type=Path)
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    count, wrong, seconds = Counter[str](), Counter[str](), []
    made = pairs(np.random.default_rng(arguments.seed), laws(arguments.laws))
    for pair in islice(made, arguments.pairs):
        begun = time.perf_counter()
        answer = is_recovered(pair.found, pair.law, pair.box, tolerance=0.01, negligible=1e-6)
        seconds.append(time.perf_counter() - begun)
        count[pair.kind] += 1
        if answer != pair.is_equal:
            wrong[pair.kind] += 1
            print(f"{'equal' if answer else 'different'}, says the metric of {pair}", flush=True)
    for kind in sorted(count):
        print(f"{kind}: wrong {wrong[kind]} of {count[kind]}")
    median, most = np.quantile(seconds, [0.5, 0.95])
    print(f"seconds a pair: median {median:.3f}, 95 % {most:.3f}, most {max(seconds):.3f}")


if __name__ == "__main__":
    main()
