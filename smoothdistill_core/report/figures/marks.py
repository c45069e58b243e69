"""Marks on axes that may be too short for some of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from smoothdistill_core.report.figures.palette import PAPER, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from smoothdistill_core.report.figures.r2_axis import Scale


ARROWS = {("x", -1): "<", ("x", 1): ">", ("y", -1): "v", ("y", 1): "^"}
"""What marks a value beyond the lower or the upper end of an axis."""


def marks(
    ax: Axes,
    points: Sequence[tuple[float, float]],
    look: Look,
    scale: Scale,
    *,
    along: Literal["x", "y"] = "y",
    size: float | None = None,
) -> None:
    """Draw points (x, y) that look alike; the axis ``along`` has the ``scale``, and is not wider than that.

    What lies beyond is an arrowhead at its end, of several at one place only one.
    """
    place = 0 if along == "x" else 1
    inside = [point for point in points if scale.low <= point[place] <= scale.high]
    _draw(ax, inside, look, look.marker, look.size if size is None else size)
    for side, end in ((-1, scale.low), (1, scale.high)):
        beyond = {point[1 - place] for point in points if (point[place] - end) * side > 0}
        ends = [(end, other) if along == "x" else (other, end) for other in sorted(beyond)]
        _draw(ax, ends, look, ARROWS[along, side], 6.5)


def _draw(ax: Axes, points: Sequence[tuple[float, float]], look: Look, marker: str, size: float) -> None:
    if not points:
        return
    ax.plot(
        *([point[place] for point in points] for place in (0, 1)),
        linestyle="none",
        marker=marker,
        markersize=size,
        markerfacecolor=PAPER if look.hollow else look.colour,
        markeredgecolor=look.colour if look.hollow else PAPER,
        markeredgewidth=1.3 if look.hollow else 0.5,
        clip_on=False,
        zorder=3,
    )
