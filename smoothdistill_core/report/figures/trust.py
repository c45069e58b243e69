"""Where a formula may be trusted: how far it misses against how far the members of its teacher disagree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from smoothdistill_core.report.averages import quantile
from smoothdistill_core.report.figures.canvas import Margins, axes, blank
from smoothdistill_core.report.figures.dots import dots
from smoothdistill_core.report.figures.palette import ACCENT, TEACHER
from smoothdistill_core.report.figures.picture import Picture, picture
from smoothdistill_core.report.figures.r2_axis import Scale
from smoothdistill_core.report.figures.rows_axis import remark
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.wording.names import shortened
from smoothdistill_core.wording.numbers import plural, quantity

WIDTH, HEIGHT = 440, 300

GROUPS = 5
"""The error is told of so many groups of rows, from those where the members agree most on."""

FEWEST = 25
"""With fewer rows there are no groups to tell of."""

MOST = 0.98
"""The axes hold so many of the rows; the others stand at the edge."""


def where_to_trust(
    actual: Sequence[float],
    predicted: Sequence[float],
    spread: Sequence[float],
    target: str,
    key: str,
    title: str,
    sheet: Sheet,
) -> Picture | None:
    """Draw how far the formula misses each row against the spread of the members; None with fewer rows than `FEWEST`.

    All are in the target's own unit.
    """
    rows = sorted(
        (apart, abs(was - said))
        for was, said, apart in zip(actual, predicted, spread, strict=True)
        if math.isfinite(said) and math.isfinite(apart)
    )
    if len(rows) < FEWEST:
        return None
    xs, ys = (_from_0(sorted(values)) for values in zip(*rows, strict=True))
    figure = blank(WIDTH, HEIGHT)
    ax = axes(figure, Margins(left=58, bottom=42))
    ax.set_xlim(*xs.limits)
    ax.set_ylim(*ys.limits)
    dots(ax, [(xs.clip(apart), ys.clip(miss)) for apart, miss in rows], ACCENT)
    cuts = [round(len(rows) * part / GROUPS) for part in range(GROUPS + 1)]
    groups = [rows[begin:end] for begin, end in pairwise(cuts)]
    errors = [math.sqrt(sum(miss**2 for _, miss in group) / len(group)) for group in groups]
    for group, error in zip(groups, errors, strict=True):
        ends = [xs.clip(group[0][0]), xs.clip(group[-1][0])]
        ax.plot(ends, [ys.clip(error)] * 2, color=TEACHER, linewidth=2.5, zorder=4)
    ax.set_xlabel(f"disagreement of the networks, {shortened(target)}")
    ax.set_ylabel("error of the formula")
    caption = (
        "Each dot is a row: how far the formula misses it, against how far the networks of its teacher disagree there. "
        f"Lines are the RMSE of a fifth of the rows each: {quantity(errors[0])} where the networks agree most, "
        f"{quantity(errors[-1])} where they agree least. "
    )
    caption += (
        "Where they agree the formula may be trusted more."
        if _goes_with([apart for apart, _ in rows], [miss for _, miss in rows])
        else "By these rows, their agreement does not tell where the formula is right."
    )
    beyond = sum(apart > xs.high or miss > ys.high for apart, miss in rows)
    told = f"{plural(len(rows), 'row')}, by disagreement; RMSE of each fifth: {', '.join(map(quantity, errors))}."
    return picture(figure, key, title, caption + remark(Scale(0.0, 1.0, beyond)), told, sheet)


def _from_0(ordered: Sequence[float]) -> Scale:
    """Return an axis from 0 that holds most values."""
    return Scale(0.0, quantile(ordered, MOST) or ordered[-1] or 1.0, 0)


def _goes_with(spread: Sequence[float], errors: Sequence[float]) -> bool:
    """Say whether errors rise with the spread by more than chance: the correlation of ranks, two standard errors."""
    from scipy.stats import spearmanr

    if len(set(spread)) == 1 or len(set(errors)) == 1:
        return False
    return float(spearmanr(spread, errors).statistic) > 2 / math.sqrt(len(spread) - 1)
