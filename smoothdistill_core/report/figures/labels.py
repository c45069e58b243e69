"""Labels beside marks, each on that side where together they hide least of a line and of each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from smoothdistill_core.report.figures.canvas import text_width
from smoothdistill_core.report.figures.palette import INK
from smoothdistill_core.report.figures.picture import HALO

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE, LINE = 10.5, 13.0
"""The size of a label's letters, and the height of its lines, in pixels."""

Side = tuple[tuple[float, float], Literal["left", "right"], Literal["bottom", "center", "top"]]

SIDES: tuple[Side, ...] = (
    ((7, 9), "left", "bottom"),
    ((-8, -9), "right", "top"),
    ((-12, 0), "right", "center"),
    ((6, 11), "right", "bottom"),
    ((12, 0), "left", "center"),
    ((7, -9), "left", "top"),
    ((6, 22), "right", "bottom"),
)
"""Where a label begins, in pixels from its mark, and how it is aligned there; the first of the equally good ones."""

SAMPLES = 20
"""So many points of each stretch of the line tell what a label hides."""

RING, MARK = 6.0, 1000
"""How far the ring around a mark reaches, and what it costs to hide one, or another label, or to leave the picture."""

Box = tuple[float, float, float, float]


def label_marks(ax: Axes, labels: Sequence[tuple[float, float, str]], line: Sequence[tuple[float, float]]) -> None:
    """Write ``labels``, (x, y, text) each, beside their marks on a ``line``; the axes have their limits already."""
    ends = [np.asarray(ax.transData.transform(point)) for point in line]
    hidden = [start + (end - start) * step / SAMPLES for start, end in pairwise(ends) for step in range(SAMPLES + 1)]
    marks: list[tuple[float, float]] = [tuple(ax.transData.transform((x, y))) for x, y, _ in labels]
    room = (ax.bbox.x0, ax.figure.bbox.x1, ax.bbox.y0, ax.figure.bbox.y1)

    def cost(sides: Iterable[Side]) -> int:
        boxes = [_box(text, side, mark) for (_, _, text), side, mark in zip(labels, sides, marks, strict=True)]
        return (
            sum(_holds(box, point) for box in boxes for point in hidden)
            + MARK * sum(_meet(box, _around(mark)) for box in boxes for mark in marks)
            + MARK * sum(not (_holds(room, box[::2]) and _holds(room, box[1::2])) for box in boxes)
            + MARK * sum(_meet(one, other) for one, other in combinations(boxes, 2))
        )

    for (x, y, text), (offset, ha, va) in zip(labels, min(product(SIDES, repeat=len(labels)), key=cost), strict=True):
        look: dict[str, Any] = {"color": INK, "size": SIZE, "ha": ha, "va": va, "gid": HALO}
        ax.annotate(text, (x, y), offset, textcoords="offset points", **look)


def _box(text: str, side: Side, mark: Sequence[float]) -> Box:
    """Return where a label is from and to, in pixels."""
    (dx, dy), ha, va = side
    lines = text.splitlines()
    width, height = max(map(text_width, lines)) * SIZE / 11, LINE * len(lines)
    left = mark[0] + dx - (width if ha == "right" else 0)
    bottom = mark[1] + dy - {"bottom": 0.0, "center": height / 2, "top": height}[va]
    return left, left + width, bottom, bottom + height


def _around(mark: Sequence[float]) -> Box:
    return mark[0] - RING, mark[0] + RING, mark[1] - RING, mark[1] + RING


def _holds(box: Box, point: Sequence[float]) -> bool:
    return bool(box[0] < point[0] < box[1] and box[2] < point[1] < box[3])


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]
