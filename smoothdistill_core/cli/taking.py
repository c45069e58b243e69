"""``export`` and ``predict``: taking a formula out of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from smoothdistill_core.cli.showing import run_folder
from smoothdistill_core.errors import DataError, SmoothdistillError, one_line
from smoothdistill_core.registry import Registry
from smoothdistill_core.results import Outcome, Results, formula_by_name

if TYPE_CHECKING:
    import pandas as pd

SECONDS = 10.0
"""How long a formula is simplified at most."""


def export_formula(
    registry: Registry,
    run: str,
    format: str,  # noqa: A002 the word of the command line
    dataset: str | None,
    choice: str,
    size: int | None,
    simplify: bool,
    out: str | None,
) -> None:
    """Write a formula of a run in one of the export formats that are installed."""
    chosen = registry.export_format(format)
    outcome = _selected(run, dataset, choice, size)
    explanation = outcome.explanation.simplified(seconds=SECONDS) if simplify else outcome.explanation
    content = explanation.export(chosen)
    if out is not None:
        _write(Path(out), content)
    elif isinstance(content, bytes):
        raise SmoothdistillError(f"{format} is no text: name a file with --out, for example formula{chosen.suffix}")
    else:
        click.echo(content)


def predict_rows(
    run: str, file: str, dataset: str | None, choice: str, size: int | None, separator: str, out: str | None
) -> None:
    """Write the rows of a file with a column of predictions, as CSV."""
    explanation = _selected(run, dataset, choice, size).explanation
    frame = _read(Path(file), separator)
    target = explanation.scaling.target
    inputs = explanation.scaling.inputs(frame)
    frame[f"{target} (predicted)"] = explanation.predict(inputs)
    outside = int(explanation.scaling.outside(inputs).sum())
    if outside:
        click.echo(f"{outside} of {len(frame)} rows lie outside of the range that the formula was found on", err=True)
    content = frame.to_csv(index=False)
    if out is None:
        click.echo(content, nl=False)
    else:
        _write(Path(out), content)


def _selected(run: str, dataset: str | None, choice: str, size: int | None) -> Outcome:
    outcome = formula_by_name(Results.read(run_folder(run)), dataset, choice, size)
    which = choice if size is None else f"{outcome.nodes} nodes"
    click.echo(f"{outcome.trial.dataset}: {which}, seed {outcome.trial.seed}, {outcome.student}", err=True)
    return outcome


def _read(path: Path, separator: str) -> pd.DataFrame:
    import pandas as pd

    try:
        return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, sep=separator)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise DataError(f"{path} cannot be read: {one_line(error)}") from None


def _write(path: Path, content: str | bytes) -> None:
    try:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        raise SmoothdistillError(f"{path} cannot be written: {error.strerror}") from None
