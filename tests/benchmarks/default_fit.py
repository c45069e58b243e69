"""What a default fit takes and how well its formula predicts, against another version and in less time: 20 datasets.

    python tests/benchmarks/default_fit.py --csv FILE --other PYTHON [--seeds 0 1] [--rows 1000] [--budgets 3 6 12]
    python tests/benchmarks/default_fit.py --csv FILE

PYTHON is the interpreter of an environment with the other version. A fit is ``SymbolicDistiller(random_state=seed,
n_jobs=1)`` on at most so many of the 80 % of rows that are not test rows, a process by itself, with its libraries
imported and everything compiled before its CPU seconds count; a target that its dataset advises to take the logarithm
of is given so. Budgets are fits of this version that are given so many ``seconds``. The fits of a dataset and seed are
made in turn, and those that the file holds already are not made again. Without PYTHON, the table of the file.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from answers import difference

from smoothdistill_core import Registry, read_recipe
from smoothdistill_core.recipe.shipped import find_recipe

FIT = """
import json, resource, sys, warnings
import numba, numpy as np, pandas as pd, pyoperon, scipy.optimize, sympy, torch
from smoothdistill_core import SymbolicDistiller

given = json.loads(sys.argv[1])
frame = pd.read_csv(given["file"], dtype=dict.fromkeys(given["categorical"], "category"))
y = frame.pop(given["target"]).to_numpy()
order = np.random.default_rng(given["seed"]).permutation(len(y))
test, train = np.split(order, [len(y) // 5])
train = train[: given["rows"]]
warnings.simplefilter("ignore")

def spent():
    of = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in of)

before = spent()
fitted = SymbolicDistiller(random_state=given["seed"], n_jobs=1, **given["budget"]).fit(frame.iloc[train], y[train])
cpu = spent() - before
print(json.dumps({"cpu": cpu, "r2": fitted.score(frame.iloc[test], y[test]), "formula": str(fitted.formula_)}))
"""
COLUMNS = ("dataset", "seed", "version", "cpu", "r2", "formula")


def tables(folder: Path) -> dict[str, dict[str, object]]:
    """Write each dataset of the recipe `defaults` as a file; return what a fit is given of it."""
    given: dict[str, dict[str, object]] = {}
    for dataset in read_recipe(find_recipe("defaults"), Registry()).dataset:
        table = dataset.load()
        frame = table.frame.dropna()
        if table.advised == "log1p":
            frame = frame.assign(**{table.target: np.log1p(frame[table.target])})
        file = folder / f"{dataset.label}.csv"
        frame.to_csv(file, index=False)
        given[dataset.label] = {"file": str(file), "target": table.target, "categorical": list(table.categorical)}
    return given


def fit(python: str, given: dict[str, object]) -> dict[str, object]:
    """Fit in a process of that interpreter; return CPU seconds, test R2 and the formula."""
    command = [python, "-c", FIT, json.dumps(given)]
    elsewhere = Path(str(given["file"])).parent  # what lies in the present folder would be imported first
    done = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{python} failed on {given}:\n{done.stderr}")
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(file: Path, other: str, budgets: list[float], seeds: list[int], rows: int) -> None:
    """Add the fits that the file does not hold yet, each as soon as it is made."""
    arms: dict[str, tuple[str, dict[str, float]]] = {"now": (sys.executable, {}), "other": (other, {})}
    arms |= {f"{budget:g} s": (sys.executable, {"seconds": budget}) for budget in budgets}
    if not file.exists():
        file.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    held = set(pd.read_csv(file)[list(COLUMNS[:3])].itertuples(index=False, name=None))
    with tempfile.TemporaryDirectory() as folder, file.open("a", encoding="utf-8", newline="") as out:
        given = tables(Path(folder))
        for python in (sys.executable, other):
            fit(python, {**given["friedman1"], "seed": 0, "rows": 200, "budget": {}})  # compiles what is compiled once
        writer = csv.DictWriter(out, COLUMNS)
        for seed in seeds:
            for name, of_name in given.items():
                for version, (python, budget) in arms.items():
                    if (name, seed, version) not in held:
                        found = fit(python, {**of_name, "seed": seed, "rows": rows, "budget": budget})
                        writer.writerow({"dataset": name, "seed": seed, "version": version, **found})
                        out.flush()


def show(fits: pd.DataFrame) -> None:
    """Print each dataset's means over the seeds that have all fits, and what they come to."""
    wide = fits.pivot(index=["dataset", "seed"], columns="version", values=["r2", "cpu"]).dropna()
    groups = wide.groupby("dataset", sort=False)
    table = groups.mean()
    shown = table.round(3)
    shown["seeds", ""] = groups.size()
    print(shown.to_string(), end="\n\n")
    for version, cpu in table["cpu"].mean().sort_values().items():
        r2 = table["r2"][version]
        against = "" if version == "other" else f", {difference(r2, table['r2']['other'])} above the other version"
        times = table["cpu"]["other"].mean() / cpu
        print(f"{version}: {cpu:.1f} CPU seconds, {times:.2f} times less; test R2 {r2.mean():.3f}{against}")


def main() -> None:
    """Measure what is asked for, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--csv", type=Path, required=True)
    parser.add_argument("--other", help="the interpreter of the other version")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--budgets", type=float, nargs="*", default=[3, 6, 12])
    arguments = parser.parse_args()
    if arguments.other is not None:
        measure(arguments.csv, arguments.other, arguments.budgets, arguments.seeds, arguments.rows)
    show(pd.read_csv(arguments.csv))


if __name__ == "__main__":
    main()
