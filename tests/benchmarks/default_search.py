"""What a search costs by default, against the default that it replaced: seconds of all cells, and the ratio.

    python tests/benchmarks/default_search.py [--json FILE]

Both run in turn on the same datasets, in one worker; their pages and judgements are not counted.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from smoothdistill_core import Registry, Study, recipe_from_text
from smoothdistill_core.executors.in_program import CallingThread

DATASETS = ("airfoil_self_noise", "diabetes", "kin8nm")

SEARCHES = {
    "now": "distil: {teachers: best}",
    "before": "teacher: {name: mlp, activation: relu, epochs: 200}\n"
    "regularizer: [none, {name: jacobian, strength: [0.1, 0.3, 0.5, 0.7, 1.0]}, "
    "{name: lipschitz, strength: [0.1, 0.3, 0.5, 0.7, 1.0]}]\n"
    "student: {name: operon, inputs: standardised, operators: [add, sub, mul, analytic_quotient, tanh], "
    "population_size: 1000, generations: 20}\n"
    "distil: {prune: false}",
}
"""The present default; and one search on the data and one for each of eleven teachers."""


def seconds(dataset: str, search: str) -> float:
    """Return the seconds of all teachers and formulas of one seed."""
    recipe = f"dataset: {dataset}\n{search}\ntrials: {{seeds: 1, first_seed: 10}}\n"
    registry = Registry()
    study = Study(recipe_from_text(recipe, registry), registry)
    results = study.run(executor=CallingThread(), workers=1)
    return sum(record.seconds or 0.0 for record in results.cells)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    seconds(DATASETS[0], SEARCHES["now"] + "\nprepare: {max_rows: 200}")  # compiles what is compiled once
    found = {dataset: {name: seconds(dataset, search) for name, search in SEARCHES.items()} for dataset in DATASETS}
    for dataset, times in found.items():
        ratio = times["now"] / times["before"]
        print(f"{dataset:25} {times['now']:8.1f} s   before {times['before']:8.1f} s   ratio {ratio:.2f}")
    whole = {name: sum(times[name] for times in found.values()) for name in SEARCHES}
    print(f"{'all':25} {whole['now']:8.1f} s   before {whole['before']:8.1f} s   {whole['now'] / whole['before']:.2f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(found | {"all": whole}, indent=2))


if __name__ == "__main__":
    main()
