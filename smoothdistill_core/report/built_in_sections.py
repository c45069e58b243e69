"""How the sections that every report has are written: each a function of the page, as those of plugins are."""

from __future__ import annotations

from datetime import datetime

from smoothdistill_core.report.against_reference import against_reference, agreement
from smoothdistill_core.report.answer.answer_on_page import answer_on_page
from smoothdistill_core.report.dataset_section import key_of, section
from smoothdistill_core.report.findings import found_in_words
from smoothdistill_core.report.html_page import fragment
from smoothdistill_core.report.overview import overview
from smoothdistill_core.report.run_page import RunPage
from smoothdistill_core.report.tables.comparing import comparison_table, missing_table, rank_table
from smoothdistill_core.report.tables.provenance import (
    data_table,
    failure_table,
    passed_over_table,
    seed_table,
    version_table,
)
from smoothdistill_core.report.tables.summary import summary_table
from smoothdistill_core.report.what_was_asked import asked_as_yaml, asked_in_words
from smoothdistill_core.results import Results
from smoothdistill_core.statistics import in_words
from smoothdistill_core.store import FILE

OPEN_UP_TO = 3
"""With more datasets than this, the page shows what it has of each of them closed."""


def answers(page: RunPage) -> str:
    """Return the answer on each dataset."""
    datasets = page.board.datasets
    shown = [answer_on_page(key_of(place, dataset), dataset, page) for place, dataset in enumerate(datasets, 1)]
    return fragment("answer", answers=shown, alone=len(shown) == 1, open_answers=len(shown) <= OPEN_UP_TO)


def asked(page: RunPage) -> str:
    """Return the recipe, in words and as YAML."""
    return fragment("asked", asked=asked_in_words(page.results, page.names), recipe=asked_as_yaml(page.results))


def found(page: RunPage) -> str:
    """Return what came out, in words."""
    verdicts = in_words(page.board.comparisons)
    return fragment("found", found=found_in_words(page), no_scores=page.board.reason, verdicts=verdicts)


def methods(page: RunPage) -> str:
    """Return the comparison of the methods."""
    ranks = page.filed("ranks", rank_table(page.board, page.names))
    comparisons = page.filed("comparisons", comparison_table(page.board, page.names))
    pictures = overview(page)
    if not pictures and comparisons is None:
        return ""
    return fragment("methods", overview=pictures, tables=(ranks, comparisons))


def searches(page: RunPage) -> str:
    """Return what each method gives alone on each dataset, and the figures of penalties and strengths."""
    sections = [section(place, dataset, page) for place, dataset in enumerate(page.board.datasets, 1)]
    sections = [one for one in sections if one.best or one.pictures]
    return fragment("searches", sections=sections, open_sections=len(sections) <= OPEN_UP_TO) if sections else ""


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
    over = page.filed("passed-over", passed_over_table(page.results, page.names))
    data = page.filed("data", data_table(page.results))
    nothing = not (failures or missing or over)
    of_cells = _notes_of_cells(page.results)
    notes = [note for note in page.results.notes if note not in of_cells]
    return fragment("trouble", nothing=nothing, tables=(failures, missing, over, data), notes=notes)


def provenance(page: RunPage) -> str:
    """Return how the results came about: versions, seeds, times."""
    versions = page.filed("versions", version_table(page.results))
    seeds = page.filed("seeds", seed_table(page.results))
    seconds = sum(record.seconds or 0.0 for record in page.results.cells)
    written, notes = _written(page.results), _notes_of_cells(page.results)
    return fragment(
        "provenance", results=page.results, seconds=seconds, written=written, tables=(versions, seeds), notes=notes
    )


def _notes_of_cells(results: Results) -> list[str]:
    """Return what teachers and students said of how they worked, each once."""
    return list(dict.fromkeys(note for record in results.cells for note in record.notes))


def _written(results: Results) -> str:
    """Return when the results were written last; empty for those that are in memory only."""
    if results.folder is None or not (results.folder / FILE).is_file():
        return ""
    return f"{datetime.fromtimestamp((results.folder / FILE).stat().st_mtime).astimezone():%Y-%m-%d %H:%M}"
