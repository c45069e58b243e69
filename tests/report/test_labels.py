"""Labels beside the marks of a line: on a side where they hide neither the line nor each other."""

import pytest

from smoothdistill_core.report.figures.canvas import Margins, axes, blank, log_axis
from smoothdistill_core.report.figures.labels import label_marks

FALLING = [(1, 4.0), (5, 3.0), (11, 2.0), (31, 1.8)]
BUMPY = [(1, 3.7), (5, 3.7), (9, 3.5), (17, 3.0), (24, 2.9), (36, 3.05), (66, 2.88)]
RISING = [(1, 0.1), (5, 0.4), (11, 0.8), (31, 0.82)]


@pytest.mark.parametrize("line", [FALLING, BUMPY, RISING])
def test_labels_hide_neither_the_line_nor_each_other_and_stay_in_the_picture(line):
    figure = blank(440, 330)
    ax = axes(figure, Margins(left=58, top=24, bottom=42, right=16))
    log_axis(ax, "x", [float(x) for x, _ in line])
    ys = [y for _, y in line]
    ax.set_ylim(min(ys) - 0.06 * (max(ys) - min(ys)), max(ys) + 0.06 * (max(ys) - min(ys)))
    ax.plot(*zip(*line, strict=True))
    named = {1: "for a talk", 2: "recommended", len(line) - 1: "most accurate"}
    label_marks(ax, [(*line[place], name) for place, name in named.items()], line)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert [text.get_text() for text in ax.texts] == list(named.values())
    (drawn,) = ax.lines
    path = drawn.get_transform().transform_path(drawn.get_path())
    for place, box in enumerate(boxes):
        assert not path.intersects_bbox(box, filled=False)
        assert not any(box.overlaps(other) for other in boxes[:place])
        assert box.y0 > ax.bbox.y0
        assert box.x1 < figure.bbox.x1
