"""Accuracy against complexity: the formulas that were chosen, and the whole front that the best one is from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from smoothdistill_core.recipe import Choose
from smoothdistill_core.recipe.defaults import ACCURACY
from smoothdistill_core.report.figures.canvas import Margins, axes, blank, draw_legend, legend_height, log_axis
from smoothdistill_core.report.figures.marks import marks
from smoothdistill_core.report.figures.palette import ACCENT, INK, Look
from smoothdistill_core.report.figures.picture import Picture, picture
from smoothdistill_core.report.figures.r2_axis import scale
from smoothdistill_core.report.figures.sheet import Sheet
from smoothdistill_core.results import Outcome
from smoothdistill_core.results.strength_choice import highest
from smoothdistill_core.wording.accuracy import of_fitted
from smoothdistill_core.wording.numbers import number

WIDTH, HEIGHT = 440, 300


def front(
    outcomes: Mapping[str, Sequence[Outcome]],
    best: Outcome,
    choose: Choose,
    key: str,
    title: str,
    sheet: Sheet,
) -> Picture | None:
    """Draw test R2 against nodes: ``outcomes`` by the name of their method, and one whole front.

    It is that of the search which found the ``best`` formula, or of the best search where that one has no front.
    """
    shown = {name: [(o.nodes, o.score(ACCURACY)) for o in group] for name, group in outcomes.items()}
    shown = {name: [point for point in points if math.isfinite(point[1])] for name, points in shown.items()}
    searched = _searched(outcomes, best, choose)
    entries = [(entry.nodes, entry.scores.get(("test", ACCURACY), math.nan)) for entry in searched.front]
    entries = sorted(point for point in entries if math.isfinite(point[1]))
    points = [*entries, *(point for group in shown.values() for point in group)]
    if not points:
        return None
    names = [name for name in shown if shown[name]]
    styles = sheet.looks(names)
    top = legend_height(WIDTH, names)
    figure = blank(WIDTH, HEIGHT + top)
    ax = axes(figure, Margins(top=top + 6, bottom=42))
    ys = scale([r2 for _, r2 in points])
    log_axis(ax, "x", [float(nodes) for nodes, _ in points])
    ax.set_ylim(*ys.limits)
    if len(entries) > 1:
        within = [(nodes, r2) for nodes, r2 in entries if ys.clip(r2) == r2]
        of = [styles[name].colour for name in names if any(outcome is searched for outcome in outcomes[name])]
        colour = of[0] if of else ACCENT
        ax.plot(*([point[place] for point in within] for place in (0, 1)), color=colour, linewidth=1.2)
        marks(ax, entries, Look(colour), ys, size=3)
    for name in names:
        marks(ax, shown[name], styles[name], ys, size=styles[name].size * (1 if len(shown[name]) <= 5 else 0.75))
    r2 = best.score(ACCURACY)
    if math.isfinite(r2):
        place = ([best.nodes], [ys.clip(r2)])
        ax.plot(*place, marker="o", markersize=14, markerfacecolor="none", markeredgecolor=INK, markeredgewidth=1.2)
    ax.set_xlabel("nodes of the formula   (simpler ←)")
    ax.set_ylabel(f"R²{of_fitted(best.scaling)} on the test part")
    draw_legend(figure, [(name, styles[name]) for name in names])
    caption = "Each mark is the formula of one trial; the ring is the one to take."
    if len(entries) > 1:
        whose = "that it was chosen from" if searched is best else f"of the best search ({searched.penalty})"
        caption += f" The line is the front {whose}: {len(entries)} formulas."
    told = (
        f"The best formula has {best.nodes} nodes and R2 {number(r2)}; the others have "
        f"{min(nodes for nodes, _ in points)} to {max(nodes for nodes, _ in points)} nodes."
    )
    return picture(figure, key, title, caption + ys.remark, told, sheet)


def _searched(outcomes: Mapping[str, Sequence[Outcome]], best: Outcome, choose: Choose) -> Outcome:
    """Return the best formula that was chosen from several; the best of all where there is none."""
    fronts = [outcome for group in outcomes.values() for outcome in group if len(outcome.front) > 1]
    if len(best.front) > 1 or not fronts:
        return best
    return highest(fronts, choose)
