"""``predict``: the rows of a file with a column of predictions, and what is to be known of each."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smoothdistill_core.cli.console import say
from smoothdistill_core.cli.reading_rows import read_rows
from smoothdistill_core.cli.showing import run_folder
from smoothdistill_core.cli.taking import selected, write
from smoothdistill_core.components import Dataset, loaded
from smoothdistill_core.components.secret import asked
from smoothdistill_core.errors import DataError, SmoothdistillError
from smoothdistill_core.prediction import OutOfFold, out_of_fold, predicted_rows
from smoothdistill_core.preparation import learn
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.recipe.recipe import Trials
from smoothdistill_core.registry import Registry
from smoothdistill_core.results import Outcome, Results
from smoothdistill_core.results.content import section_of
from smoothdistill_core.wording.csv_quoting import quoting

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

OUTSIDE = "outside"
"""The column that says what of a row lies outside of the range of the training rows."""


def predict_rows(
    registry: Registry,
    run: str,
    file: str,
    dataset: str | None,
    choice: str,
    size: int | None,
    separator: str | None,
    interval: float | None,
    out: str | None,
) -> None:
    """Write the rows of a file with predictions as CSV, and what is to be said of them to standard error."""
    results = Results.read(run_folder(run))
    outcome = selected(results, dataset, choice, size)
    prepare = section_of(results.content, "prepare", Prepare, results.folder)
    source = _dataset_of(results, outcome, registry)
    frame, cells = read_rows(Path(file), source, separator)
    target, classes = outcome.scaling.target, outcome.scaling.classes
    if classes is not None and interval is not None:
        raise SmoothdistillError(
            f"--interval is for a target of numbers, and the formula gives {outcome.scaling.shown}, a probability; "
            "leave it out"
        )
    predicted = predicted_rows(outcome.explanation, frame, prepare, cells)
    columns: dict[str, Any] = {f"{target} (predicted)": predicted.values}
    if classes is not None:
        likely = {name: classes_of(predicted.values, classes) for name in columns}
        columns = {outcome.scaling.shown: predicted.values, **likely}
    if interval is not None:
        errors = _errors(results, outcome, source, prepare)
        low, high = errors.around(predicted.values, interval)
        columns |= {f"{target} (low)": low, f"{target} (high)": high}
        say(_told_of(errors, interval))
    columns[OUTSIDE] = predicted.outside
    taken = [name for name in columns if name in map(str, cells.columns)]
    if taken:
        raise DataError(f"{file} has a column {taken[0]!r}, which is to be written; rename it, or leave it out")
    for note in predicted.notes:
        say(note)
    beyond = sum(map(bool, predicted.outside))
    if beyond:
        said = f"{beyond} of {len(frame)} rows lie outside of the range of the training rows, see the column {OUTSIDE}"
        say(said)
    content = as_csv(cells.assign(**columns))
    if out is None:
        click.echo(content, nl=False)
    else:
        write(Path(out), content)


def classes_of(probabilities: NDArray[np.float64], classes: tuple[str, str]) -> list[str]:
    """Return the more probable class of each row (n,), the first where both are alike; empty without a probability."""
    return ["" if math.isnan(p) else classes[p > 0.5] for p in probabilities.tolist()]


def as_csv(frame: pd.DataFrame) -> str:
    """Return a table as CSV that comes back as the same rows, whatever its texts hold."""
    texts = frame.select_dtypes(exclude=["number", "bool", "datetime"])
    cells = (cell for column in texts for cell in texts[column])
    return frame.to_csv(index=False, lineterminator="\n", quoting=quoting([*map(str, frame.columns), *cells]))


def _dataset_of(results: Results, outcome: Outcome, registry: Registry) -> Dataset | None:
    """Return the dataset of a formula as the recipe has it; None where it cannot be made again here."""
    for entry in results.content.get("dataset", []):
        options = {key: value for key, value in entry.items() if key != "name"}
        known = registry.components("dataset").get(entry["name"])
        if known is None or not issubclass(known, Dataset):
            continue
        try:
            dataset = known.model_validate(options)
        except ValueError:  # one with secrets, which no run keeps
            continue
        if dataset.label == outcome.trial.dataset:
            return dataset
    return None


def _errors(results: Results, outcome: Outcome, dataset: Dataset | None, prepare: Prepare) -> OutOfFold:
    """Return the errors of a formula on rows that its constants were not fitted to; these come from the dataset."""
    if dataset is None:
        raise SmoothdistillError(
            f"--interval needs the rows of {outcome.trial.dataset!r}, and the run alone does not tell how to load it; "
            "leave it out"
        )
    trials = section_of(results.content, "trials", Trials, results.folder)
    first = trials.first_seed if trials.test == "shared" else None
    learnt = learn(asked(dataset, lambda: loaded(dataset)), prepare, outcome.trial.seed, first)
    if learnt.facts.scaling != outcome.scaling:
        raise DataError(
            f"the data of {dataset.label!r} are others than those of the run, which --interval needs; run the recipe "
            "again, or leave it out"
        )
    return out_of_fold(outcome.formula, learnt, outcome.trial.seed)


def _told_of(errors: OutOfFold, interval: float) -> str:
    return (
        f"the interval holds {interval:.3g} of the errors on {len(errors.errors)} rows, each predicted with constants "
        "fitted without its fold; the structure of the formula was chosen on these rows, so that new rows may be off a "
        "little more"
    )
