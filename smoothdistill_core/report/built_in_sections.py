"""How the sections that every report has are written: each a function of the page, as those of plugins are."""

from __future__ import annotations

from datetime import datetime

from smoothdistill_core.report.against_reference import against_reference, agreement
from smoothdistill_core.report.dataset_section import section
from smoothdistill_core.report.findings import found_in_words
from smoothdistill_core.report.html_page import fragment
from smoothdistill_core.report.overview import overview
from smoothdistill_core.report.run_page import RunPage
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
"""With more datasets than this, the page shows their formulas closed."""


def asked(page: RunPage) -> str:
    """Return the recipe, in words and as YAML."""
    return fragment("asked", asked=asked_in_words(page.results, page.names), recipe=asked_as_yaml(page.results))


def found(page: RunPage) -> str:
    """Return what came out, in words."""
    verdicts = in_words(page.board.comparisons)
    return fragment("found", found=found_in_words(page), no_scores=page.board.reason, verdicts=verdicts)


def methods_over_datasets(page: RunPage) -> str:
    """Return the comparison of the methods, where there are several datasets."""
    return _methods(page) if len(page.board.datasets) > 1 else ""


def methods_on_one_dataset(page: RunPage) -> str:
    """Return the comparison of the methods, where there is no more than one dataset."""
    return _methods(page) if len(page.board.datasets) <= 1 else ""


def _methods(page: RunPage) -> str:
    ranks = page.filed("ranks", rank_table(page.board, page.names))
    comparisons = page.filed("comparisons", comparison_table(page.board, page.names))
    pictures = overview(page)
    if not pictures and comparisons is None:
        return ""
    return fragment("methods", overview=pictures, tables=(ranks, comparisons))


def formulas(page: RunPage) -> str:
    """Return the formulas and figures of each dataset."""
    sections = [section(place, dataset, page) for place, dataset in enumerate(page.board.datasets, 1)]
    return fragment("formulas", sections=sections, open_sections=len(sections) <= OPEN_UP_TO)


def beside_the_reference(page: RunPage) -> str:
    """Return other people's numbers beside ours, where a table of them was given."""
    if page.reference is None:
        return ""
    compared = against_reference(page.reference, page)
    return fragment("reference", table=page.filed("reference", compared), agreement=agreement(compared))


def all_results(page: RunPage) -> str:
    """Return the summary of all results."""
    if not page.lines:
        return ""
    return fragment("results", table=page.filed("summary", summary_table(page.lines, page.names, page.results)))


def trouble(page: RunPage) -> str:
    """Return what failed, what is missing, what was passed over, and the notes."""
    failures = page.filed("failures", failure_table(page.results, page.names))
    missing = page.filed("missing", missing_table(page.board, page.names))
    poles = page.filed("poles", pole_table(page.results, page.names))
    data = page.filed("data", data_table(page.results))
    nothing = not (failures or missing or poles)
    return fragment("trouble", nothing=nothing, tables=(failures, missing, poles, data), notes=page.results.notes)


def provenance(page: RunPage) -> str:
    """Return how the results came about: versions, seeds, times."""
    versions = page.filed("versions", version_table(page.results))
    seeds = page.filed("seeds", seed_table(page.results))
    seconds = sum(record.seconds or 0.0 for record in page.results.cells)
    written = _written(page.results)
    return fragment("provenance", results=page.results, seconds=seconds, written=written, tables=(versions, seeds))


def _written(results: Results) -> str:
    """Return when the results were written last; empty for those that are in memory only."""
    if results.folder is None or not (results.folder / FILE).is_file():
        return ""
    return f"{datetime.fromtimestamp((results.folder / FILE).stat().st_mtime).astimezone():%Y-%m-%d %H:%M}"
