"""`Plugin`: one that was found, with what it provides, and what of it is not in use and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from smoothdistill_core.components import Component
from smoothdistill_core.exports import ExportFormat
from smoothdistill_core.report_section import ReportSection

State = Literal["ready", "broken", "duplicate", "blocked"]


@dataclass(frozen=True)
class Plugin:
    """One plugin that was found: where it comes from, whether it is in use, and if not, why.

    ``left_out`` holds a sentence for each thing that a ready plugin provides and that is not in use all the
    same, because its name is taken, say. A plugin that loses everything this way is not ready.
    """

    name: str
    distribution: str
    version: str
    state: State
    reason: str = ""
    left_out: tuple[str, ...] = ()
    components: tuple[type[Component], ...] = field(default=(), repr=False)
    export_formats: tuple[ExportFormat, ...] = field(default=(), repr=False)
    report_sections: tuple[ReportSection, ...] = field(default=(), repr=False)

    @property
    def provider(self) -> str:
        """Who is to be named for what it provides: the distribution and its version."""
        return f"{self.distribution or self.name} {self.version}".strip()
