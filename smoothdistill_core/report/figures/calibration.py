"""What probabilities say against how often it came: rows in groups of like probability."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from smoothdistill_core.report.figures.canvas import Margins, axes, blank
from smoothdistill_core.report.figures.palette import ACCENT, MUTED
from smoothdistill_core.report.figures.picture import Picture, picture
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.wording.names import shortened
from smoothdistill_core.wording.numbers import plural, quantity, share

SIDE = 330

GROUPS, FEWEST = 10, 15
"""There are at most so many groups, each of at least so many rows where there are that many."""

NORMAL = 1.96
"""So many standard errors on each side make an interval of 95 %."""


def calibration(
    actual: Sequence[float],
    predicted: Sequence[float],
    target: str,
    rows: str,
    key: str,
    title: str,
    sheet: Sheet,
) -> Picture:
    """Draw groups of rows; ``actual`` are 0 and 1, ``predicted`` probabilities of 1, ``rows`` says which they are."""
    known = sorted((said, was) for was, said in zip(actual, predicted, strict=True) if math.isfinite(said))
    figure = blank(SIDE, SIDE)
    ax = axes(figure, Margins(left=58, bottom=42, right=10))
    ax.set_xlim(-0.03, 1.03)
    ax.set_ylim(-0.03, 1.03)
    ax.plot([0, 1], [0, 1], color=MUTED, linewidth=1, zorder=2)
    told = []
    for group in _groups(known):
        said, came = (sum(values) / len(group) for values in zip(*group, strict=True))
        apart = NORMAL * math.sqrt(came * (1.0 - came) / len(group))
        ax.plot([said, said], [max(came - apart, 0.0), min(came + apart, 1.0)], color=ACCENT, linewidth=1.2)
        ax.plot([said], [came], marker="o", markersize=5.5, color=ACCENT, zorder=3)
        told.append(f"{quantity(said)} predicted, {quantity(came)} came")
    ax.set_xlabel(f"{shortened(target)}, predicted")
    ax.set_ylabel("share of the rows for which it came")
    missing = len(actual) - len(known)
    caption = (
        f"Each mark is a group of {rows} with like probabilities; its bar is what chance allows (95 %). On the line "
        "what is predicted comes as often as predicted."
    )
    caption += f" {plural(missing, 'row')} without a prediction." if missing else ""
    came = sum(was for _, was in known) / len(known) if known else math.nan
    return picture(figure, key, title, caption, f"{'; '.join(told)}. In all it came in {share(came)}.", sheet)


def _groups(known: Sequence[tuple[float, float]]) -> list[Sequence[tuple[float, float]]]:
    """Return rows in order of their probability, in groups of about the same size; equal ones stay together."""
    count = max(1, min(GROUPS, len(known) // FEWEST))
    cuts = [0]
    for number in range(1, count):
        cut = number * len(known) // count
        while cut < len(known) and known[cut][0] == known[cut - 1][0]:
            cut += 1
        cuts.append(cut)
    ends = sorted({*cuts, len(known)})
    return [known[begin:end] for begin, end in pairwise(ends) if end > begin]
