"""``report`` and ``compare``, and the report that a run writes of itself at its end."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from smoothdistill_core.cli.console import console
from smoothdistill_core.cli.showing import run_folder
from smoothdistill_core.cli.standard_output import plugins_on_stderr
from smoothdistill_core.errors import one_line
from smoothdistill_core.registry import Registry
from smoothdistill_core.results import Results

REPORT = "report.html"
COMPARISON = "comparison.html"

_log = logging.getLogger("smoothdistill")


def report_run(registry: Registry, run: str, out: str | None, reference: str | None, figures: str | None) -> None:
    """Write the report of a run folder, and say where it is."""
    from smoothdistill_core.report import write_report

    folder = run_folder(run)
    path = folder / REPORT if out is None else Path(out)
    with plugins_on_stderr():
        write_report(Results.read(folder), path, registry=registry, reference=reference, figures=figures)
    console().print(f"Wrote {path}" + (f", and its figures and tables in {figures}" if figures else ""))


def compare_runs(runs: Sequence[str], out: str | None) -> None:
    """Write a page that sets runs side by side, and say where it is."""
    from smoothdistill_core.report import write_comparison

    path = write_comparison([Results.read(run_folder(run)) for run in runs], Path(out or COMPARISON))
    console().print(f"Wrote {path}")


def report_at_the_end(results: Results, registry: Registry, screen: Console) -> None:
    """Write the report into the folder of a run that has ended; what goes wrong is said, and fails no run."""
    if results.folder is None:
        return
    try:
        from smoothdistill_core.report import write_report

        with plugins_on_stderr():
            path = write_report(results, results.folder / REPORT, registry=registry)
    except Exception as error:  # noqa: BLE001 the results are safe, whatever a drawing library raises
        _log.debug("the report failed", exc_info=error)
        screen.print(f"The report could not be written: {one_line(error)}", style="yellow")
    else:
        screen.print(f"The report is in {path}")
