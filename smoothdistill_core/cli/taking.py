"""``export``: taking a formula out of a run."""

from __future__ import annotations

from pathlib import Path

import click

from smoothdistill_core.cli.console import say
from smoothdistill_core.cli.showing import run_folder
from smoothdistill_core.errors import SmoothdistillError
from smoothdistill_core.files import write_whole
from smoothdistill_core.registry import Registry
from smoothdistill_core.results import Outcome, Results, formula_by_name

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
    outcome = selected(Results.read(run_folder(run)), dataset, choice, size)
    explanation = outcome.explanation.simplified(seconds=SECONDS) if simplify else outcome.explanation
    content = explanation.export(chosen)
    if out is not None:
        write(Path(out), content)
    elif isinstance(content, bytes):
        raise SmoothdistillError(f"{format} is no text: name a file with --out, for example formula{chosen.suffix}")
    else:
        click.echo(content)


def selected(results: Results, dataset: str | None, choice: str, size: int | None) -> Outcome:
    """Return the formula that the options of the command line name, and say which it is."""
    outcome = formula_by_name(results, dataset, choice, size)
    which = choice if size is None else f"{outcome.nodes} nodes"
    say(f"{outcome.trial.dataset}: {which}, seed {outcome.trial.seed}, {outcome.student}")
    return outcome


def write(path: Path, content: str | bytes) -> None:
    """Write a file; raises `SmoothdistillError` where that does not work."""
    try:
        write_whole(path, content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        raise SmoothdistillError(f"{path} cannot be written: {error.strerror}") from None
