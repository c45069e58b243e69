"""`ReportSection`: what a section of a run's report is called, and how it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

Write: TypeAlias = Callable[[Any], str]
"""A function of one `smoothdistill_core.report.RunPage`; a room further down, hence no type."""


@dataclass(frozen=True)
class ReportSection:
    """A section of the report of a run.

    ``write(page)`` is given one `smoothdistill_core.report.RunPage`, which holds the results, and returns what stands
    below the title. That is HTML where it is `markupsafe.Markup`, whose ``format`` and ``join`` escape what they put
    in; any other text is shown as text, one paragraph a line. An empty one leaves the section out. Names in data may
    be any text: never make `Markup` of them. The page loads nothing and runs no script but its own.
    """

    name: str
    """What addresses within the page call it."""
    title: str
    """The heading."""
    write: Write
    label: str = ""
    """What the page's list of sections calls it; the title if left out."""
    appendix: bool = False
    """Whether it stands at the end, after the sections of all plugins."""
