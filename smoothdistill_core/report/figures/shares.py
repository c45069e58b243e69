"""Which inputs matter: the share of the variance of what a formula predicts that each of them makes."""

from __future__ import annotations

import math
from collections.abc import Mapping

from smoothdistill_core.report.figures.canvas import Margins, axes, blank, text_width
from smoothdistill_core.report.figures.palette import ACCENT, INK
from smoothdistill_core.report.figures.picture import Picture, picture
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.wording.names import shortened
from smoothdistill_core.wording.numbers import share

WIDTH, LANE, MOST, LETTERS = 440, 26, 12, 30


def shares_of_inputs(shares: Mapping[str, float], key: str, title: str, sheet: Sheet) -> Picture | None:
    """Draw a bar for each of the first inputs, by column; None where there is no input."""
    known = {column: value for column, value in shares.items() if math.isfinite(value)}
    shown = dict(list(known.items())[:MOST])
    if not shown:
        return None
    labels = [shortened(column, LETTERS) for column in shown]
    figure = blank(WIDTH, LANE * len(shown) + 46)
    ax = axes(figure, Margins(left=min(18 + max(map(text_width, labels)), WIDTH / 2), bottom=40, right=44))
    ax.grid(visible=False, axis="y")
    places = list(range(len(shown)))
    ax.set_xlim(0, max(1.0, *shown.values()))
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.barh(places, list(shown.values()), height=0.55, color=ACCENT)
    for place, value in zip(places, shown.values(), strict=True):
        at = (max(value, 0.0), place)
        ax.annotate(share(value), at, (5, 0), textcoords="offset points", color=INK, size=10.5, va="center")
    ax.set_yticks(places, labels, color=INK, size=11)
    ax.tick_params(axis="y", length=0)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    ax.set_xlabel("share of the variance of the predictions")
    caption = (
        "How far predictions move where one input is that of another row, as a share of what all inputs move them."
    )
    caption += f" {len(known) - MOST} more matter less." if len(known) > MOST else ""
    told = "; ".join(f"{column} {share(value)}" for column, value in shown.items())
    return picture(figure, key, title, caption, f"{told}.", sheet)
