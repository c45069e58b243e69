"""What a student finds by how much it searches: alone, and beside the other students of a run, on the validation rows.

    smoothdistill run defaults --out RUN --no-report --set trials.first_seed=10 --set prepare.max_rows=1000 \\
        --set distil.teachers=none --set distil.spare=false --set "student=[symmetry, layerwise, operon, \\
        {name: operon, generations: 32}]"
    python tests/benchmarks/budgets.py RUN --of operon [--csv FILE]

The run names the student several times, first as the others are compared with it. Each seed chooses by the run's own
rule: among the formulas of one budget, and among these and those of all students but the other budgets. Seconds are
those of the student's searches. No test row is looked at.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
from answers import SIZE, difference
from without import searched

from smoothdistill_core import Results
from smoothdistill_core.components import Role

FIGURES = ("alone", f"alone_{SIZE}", "together", f"together_{SIZE}", "nodes", "seconds")


def seeds_of(results: Results, budget: str, budgets: list[str]) -> Iterator[dict[str, object]]:
    """Yield one row for each dataset and seed: the answers of one budget, alone and beside what is not another one."""
    direct = [record for record in results.cells if record.cell.role is Role.DIRECT]
    ridge = [record for record in results.cells if record.cell.role is Role.BASELINE]
    mine = [record for record in direct if record.cell.student == budget]
    seconds = {record.cell.trial: record.seconds for record in mine}
    rest = [record for record in direct if record.cell.student not in budgets]
    alone = replace(results, cells=(*mine, *ridge)).trial_answers
    together = replace(results, cells=(*mine, *rest, *ridge)).trial_answers
    for key, answer in together.items():
        yield {
            "budget": budget,
            "dataset": answer.recommended.trial.dataset,
            "seed": answer.recommended.trial.seed,
            "alone": alone[key].recommended.score("r2", "validation"),
            f"alone_{SIZE}": alone[key].at(SIZE).score("r2", "validation"),
            "together": answer.recommended.score("r2", "validation"),
            f"together_{SIZE}": answer.at(SIZE).score("r2", "validation"),
            "nodes": answer.recommended.nodes,
            "seconds": seconds[key],
        }


def main() -> None:
    """Print what each budget comes to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--of", required=True, help="the student, by its name")
    parser.add_argument("--csv", type=Path)
    given = parser.parse_args()
    results = Results.read(given.run)
    budgets = [student for student in searched(results) if student.partition("(")[0] == given.of]
    rows = pd.DataFrame(row for budget in budgets for row in seeds_of(results, budget, budgets))
    means = rows.groupby(["budget", "dataset"], sort=False)[list(FIGURES)].mean()
    for budget in budgets:
        here = means.xs(budget)
        print(budget)
        for figure in FIGURES:
            print(f"  {figure}: {here[figure].mean():.3f}, {difference(here[figure], means.xs(budgets[0])[figure])}")
    if given.csv is not None:
        means.round(4).to_csv(given.csv)


if __name__ == "__main__":
    main()
