"""`write_report`: the results of a run as one HTML file, with its figures and tables as files beside it if wanted."""

from __future__ import annotations

from pathlib import Path

from smoothdistill_core.errors import SmoothdistillError
from smoothdistill_core.registry import Registry
from smoothdistill_core.report.figures import drawing
from smoothdistill_core.report.html_page import write_page
from smoothdistill_core.report.reference_table import Reference, read_reference
from smoothdistill_core.report.run_page import RunPage
from smoothdistill_core.report.section_on_page import sections_on_page
from smoothdistill_core.results import Results


def write_report(
    results: Results,
    path: Path | str,
    *,
    registry: Registry | None = None,
    reference: Reference | Path | str | None = None,
    figures: Path | str | None = None,
) -> Path:
    """Write the report of a run to ``path``, one HTML file that needs nothing else, and return the path.

    ``registry`` has the sections; without it, the page has the built-in ones. What a plugin's section raises stands
    in its place. ``reference`` is a table of other people's numbers that stand beside ours (`read_reference`).
    ``figures`` is a folder that gets every figure as PDF and PNG and every table as CSV. Raises `ResultError` for a
    reference that cannot be read or has no dataset of the run, `SmoothdistillError` where a file cannot be written.
    """
    if reference is not None and not isinstance(reference, Reference):
        reference = read_reference(reference)
    page = RunPage(results, None if figures is None else _folder(Path(figures)), reference)
    try:
        with drawing():
            sections = sections_on_page(page, registry)
    except OSError as error:
        raise SmoothdistillError(f"the figures cannot be written to {figures}: {error.strerror}") from None
    return write_page(Path(path), "report.html", results=results, sections=sections)


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SmoothdistillError(f"{path} cannot be made a folder for figures: {error.strerror}") from None
    return path
