"""The colours of figures and what each method looks like; the page turns the colours for the dark."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from smoothdistill_core.components import Role
from smoothdistill_core.recipe.defaults import UNPENALISED

INK, MUTED, LINE, PAPER = "#1c2429", "#5c6870", "#d8dfe3", "#ffffff"
ACCENT, TINT = "#0b7285", "#e2f1f4"

SERIES = (ACCENT, "#8250c4", "#b8336a", "#3f7f2f", "#96690a", "#2f5fc0")
MARKERS = ("o", "s", "D", "^", "v", "P")
PLAIN, DIRECT, BASELINE = "#77848c", "#c4541c", "#a08309"
TEACHER = DIRECT
"""The teacher's curve beside that of a formula."""
BASELINE_MARKERS = ("h", "H", "p", "8")

VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    LINE: "--line",
    PAPER: "--paper",
    TINT: "--tint",
    **{colour: f"--series-{place}" for place, colour in enumerate(SERIES, 1)},
    PLAIN: "--plain",
    DIRECT: "--direct",
    BASELINE: "--baseline",
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


def looks(labels: Sequence[str], baselines: Collection[str] = ()) -> dict[str, Look]:
    """Return what each label looks like: what methods are compared with always the same, the others in their order.

    ``baselines`` are the labels of students that stand beside all others; a second one has a marker of its own.
    """
    found: dict[str, Look] = {}
    others = beside = 0
    for label in labels:
        name = label.partition("(")[0].strip()
        if label in baselines:
            found[label] = Look(BASELINE, BASELINE_MARKERS[beside % len(BASELINE_MARKERS)], 7.5)
            beside += 1
        elif name == UNPENALISED:
            found[label] = Look(PLAIN, "X", 7.5)
        elif name == Role.DIRECT:
            found[label] = Look(DIRECT, "*", 9.5)
        else:
            turn = others // len(SERIES)
            found[label] = Look(SERIES[others % len(SERIES)], MARKERS[(others + turn) % len(MARKERS)], 6.5)
            others += 1
    return found
