"""`Sheet`: what the figures of a page share: the folder that gets them as files, and which methods are baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from smoothdistill_core.report.figures.palette import Look, looks


@dataclass(frozen=True)
class Sheet:
    """Figures go to ``folder`` as well, if there is one; ``baselines`` are labels of methods."""

    folder: Path | None = None
    baselines: frozenset[str] = frozenset()

    def looks(self, labels: Sequence[str]) -> dict[str, Look]:
        """Return what each label looks like, the same in every figure."""
        return looks(labels, self.baselines)
