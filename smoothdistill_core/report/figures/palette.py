"""The colours of figures and what each method looks like; the page turns the colours for the dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from smoothdistill_core.statistics import BASELINES

INK, MUTED, LINE, PAPER = "#1c2429", "#5c6870", "#d8dfe3", "#ffffff"
ACCENT, TINT = "#0b7285", "#e2f1f4"

SERIES = (ACCENT, "#8250c4", "#b8336a", "#3f7f2f", "#96690a", "#2f5fc0")
MARKERS = ("o", "s", "D", "^", "v", "P")
BASELINE_COLOURS = {"none": "#77848c", "direct": "#c4541c", "linear": "#a08309"}
BASELINE_MARKERS = {"none": "X", "direct": "*", "linear": "h"}

VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    LINE: "--line",
    PAPER: "--paper",
    TINT: "--tint",
    **{colour: f"--series-{place}" for place, colour in enumerate(SERIES, 1)},
    **{colour: f"--{name}" for name, colour in BASELINE_COLOURS.items()},
}
"""For each colour the variable of the page's style sheet that stands in its place."""


@dataclass(frozen=True)
class Look:
    """A colour and a marker, so that nothing depends on seeing colours."""

    colour: str
    marker: str = "o"
    size: float = 7
    hollow: bool = False

    @property
    def outlined(self) -> Look:
        """The same, hollow: a teacher's in place of a formula's."""
        return replace(self, hollow=True)


def looks(labels: Sequence[str]) -> dict[str, Look]:
    """Return what each label looks like: baselines always the same, the others in their order."""
    found: dict[str, Look] = {}
    others = 0
    for label in labels:
        name = label.partition("(")[0].strip()
        if name in BASELINES:
            size = 9.5 if name == "direct" else 7.5
            found[label] = Look(BASELINE_COLOURS[name], BASELINE_MARKERS[name], size)
            continue
        turn = others // len(SERIES)
        found[label] = Look(SERIES[others % len(SERIES)], MARKERS[(others + turn) % len(MARKERS)], 6.5)
        others += 1
    return found
