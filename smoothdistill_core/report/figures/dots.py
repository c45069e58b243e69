"""Dots for rows of data: hundreds of them in one path, so that a page of many figures stays small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LENGTH = 1e-4
"""Each dot is a line with round ends, this share of the axis long: some programs draw nothing without a length."""

SIZE, OPACITY = 4.5, 0.6


def dots(ax: Axes, points: Sequence[tuple[float, float]], colour: str, size: float = SIZE) -> None:
    """Draw a dot at each point (x, y); the axes have their limits already."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    if not points:
        return
    left, right = ax.get_xlim()
    length = LENGTH * (right - left)
    ends = [end for x, y in points for end in ((x, y), (x + length, y))]
    path = Path(ends, [Path.MOVETO, Path.LINETO] * len(points))
    look = {"facecolor": "none", "edgecolor": colour, "linewidth": size, "capstyle": "round", "alpha": OPACITY}
    # snapped to pixels, lines so short would have no length at all
    ax.add_patch(PathPatch(path, zorder=3, clip_on=False, snap=False, **look))
