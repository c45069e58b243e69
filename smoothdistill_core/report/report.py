"""`write_report`: the results of a run as one HTML file, with its figures and tables as files beside it if wanted."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from smoothdistill_core.errors import SmoothdistillError
from smoothdistill_core.report.against_reference import against_reference, agreement
from smoothdistill_core.report.dataset_section import section
from smoothdistill_core.report.figures import drawing
from smoothdistill_core.report.findings import found_in_words
from smoothdistill_core.report.html_page import write_page, write_text
from smoothdistill_core.report.overview import overview
from smoothdistill_core.report.reference_table import Reference, read_reference
from smoothdistill_core.report.run_page import RunPage
from smoothdistill_core.report.tables import Table
from smoothdistill_core.report.tables.comparing import comparison_table, missing_table, rank_table
from smoothdistill_core.report.tables.provenance import (
    data_table,
    failure_table,
    pole_table,
    seed_table,
    version_table,
)
from smoothdistill_core.report.tables.summary import summary_table
from smoothdistill_core.report.what_was_asked import asked_as_yaml, asked_in_words
from smoothdistill_core.results import Results
from smoothdistill_core.statistics import in_words
from smoothdistill_core.store import FILE

OPEN_UP_TO = 3
"""With more datasets than this, the page shows their sections closed."""


def write_report(
    results: Results,
    path: Path | str,
    *,
    reference: Reference | Path | str | None = None,
    figures: Path | str | None = None,
) -> Path:
    """Write the report of a run to ``path``, one HTML file that needs nothing else, and return the path.

    ``reference`` is a table of other people's numbers that stand beside ours (`read_reference`). ``figures`` is a
    folder that gets every figure as PDF and PNG and every table as CSV. Raises `ResultError` for a reference that
    cannot be read or has no dataset of the run, `SmoothdistillError` where a file cannot be written.
    """
    if reference is not None and not isinstance(reference, Reference):
        reference = read_reference(reference)
    folder = None if figures is None else _folder(Path(figures))
    page = RunPage(results, folder)
    compared = None if reference is None else against_reference(reference, page)
    try:
        with drawing():
            overall = overview(page)
            sections = [section(place, dataset, page) for place, dataset in enumerate(page.board.datasets, 1)]
    except OSError as error:
        raise SmoothdistillError(f"the figures cannot be written to {figures}: {error.strerror}") from None
    tables: dict[str, Table | None] = {
        "summary": summary_table(page.lines, page.names, results) if page.lines else None,
        "comparisons": comparison_table(page.board, page.names),
        "ranks": rank_table(page.board, page.names),
        "reference": compared,
        "data": data_table(results),
        "failures": failure_table(results, page.names),
        "missing": missing_table(page.board, page.names),
        "poles": pole_table(results, page.names),
        "seeds": seed_table(results),
        "versions": version_table(results),
    }
    if folder is not None:
        for name, one in tables.items():
            if one is not None:
                write_text(folder / f"{name}.csv", one.to_csv())
    return write_page(
        Path(path),
        "report.html",
        results=results,
        asked=asked_in_words(results, page.names),
        recipe=asked_as_yaml(results),
        found=found_in_words(page),
        verdicts=in_words(page.board.comparisons),
        no_scores=page.board.reason,
        agreement=agreement(compared) if compared is not None else "",
        overview=overall,
        sections=sections,
        open_sections=len(sections) <= OPEN_UP_TO,
        tables=tables,
        notes=results.notes,
        seconds=sum(record.seconds or 0.0 for record in results.cells),
        written=_written(results),
    )


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SmoothdistillError(f"{path} cannot be made a folder for figures: {error.strerror}") from None
    return path


def _written(results: Results) -> str:
    """Return when the results were written last; empty for those that are in memory only."""
    if results.folder is None or not (results.folder / FILE).is_file():
        return ""
    return f"{datetime.fromtimestamp((results.folder / FILE).stat().st_mtime).astimezone():%Y-%m-%d %H:%M}"
