"""Where figures are drawn: one quiet style, sizes in pixels, and nothing of matplotlib's global state."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smoothdistill_core.report.figures.palette import INK, LINE, MUTED, PAPER, Look
from smoothdistill_core.wording.names import shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 72
"""With 72 dots an inch one point, one pixel and one unit of the SVG are the same."""

NARROW, WIDE, LETTER = "ijlftrI.,:;|!'()[] ", "mwMW@%…", 6.6
"""Letters that are narrow and wide, and the width of the others in pixels, at the size of the labels."""

ROW = 17
"""The height of a row of the legend in pixels."""

LEGEND_LETTERS = 56
"""A label of the legend has so many letters: as many as a row of the legend holds."""

TICKS = 5
"""An axis has about so many ticks."""

_alone = threading.Lock()


@contextmanager
def drawing() -> Iterator[None]:
    """Let everything that is drawn inside look the same whatever the user's settings; they are restored afterwards.

    matplotlib keeps these settings for the whole process, so that one thread draws at a time.
    """
    import matplotlib

    style: dict[str, Any] = {
        "font.size": 11,
        "text.parse_math": False,  # a dollar sign in a name is a dollar sign
        "svg.fonttype": "none",
        "svg.hashsalt": "smoothdistill",
        "axes.unicode_minus": True,
        "path.simplify": True,
    }
    keep = {"backend", "backend_fallback", "interactive", "toolbar", "timezone", "webagg.port"}
    settings: Any = {key: value for key, value in matplotlib.rcParamsDefault.items() if key not in keep} | style
    with _alone, warnings.catch_warnings(), matplotlib.rc_context(settings):
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # pages use the reader's fonts
        yield


@dataclass(frozen=True)
class Margins:
    """The space around the axes in pixels."""

    left: float = 52
    right: float = 14
    top: float = 8
    bottom: float = 38


def blank(width: float, height: float) -> Figure:
    """Return an empty figure of a size in pixels."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor="none")


def axes(figure: Figure, margins: Margins, *, below: float = 0.0, above: float = 1.0) -> Axes:
    """Add axes with a hairline at the left and bottom; ``below`` and ``above`` give the share of the height."""
    from matplotlib.ticker import MaxNLocator

    width, height = figure.get_size_inches() * DPI
    room = height - margins.top - margins.bottom
    bottom = margins.bottom + below * room
    box = (
        margins.left / width,
        bottom / height,
        (width - margins.left - margins.right) / width,
        (above - below) * room / height,
    )
    ax: Axes = figure.add_axes(box)
    ax.set_facecolor("none")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set(color=LINE, linewidth=1)
    ax.tick_params(colors=MUTED, length=3, width=0.8, color=LINE, labelsize=10.5, pad=4)
    ax.grid(visible=True, color=LINE, linewidth=0.6)
    ax.set_axisbelow(True)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(TICKS))
    ax.xaxis.label.set(color=MUTED, size=11)
    ax.yaxis.label.set(color=MUTED, size=11)
    return ax


def log_axis(ax: Axes, which: str, values: Sequence[float], ticks: Sequence[float] | None = None) -> None:
    """Make an axis logarithmic, with ticks that are written as plain numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

    low, high = min(values), max(values)
    spread = max((high / low) ** 0.08, 1.12)
    axis = ax.xaxis if which == "x" else ax.yaxis
    if which == "x":
        ax.set_xscale("log")
        ax.set_xlim(low / spread, high * spread)
    else:
        ax.set_yscale("log")
        ax.set_ylim(low / spread, high * spread)
    if ticks is not None:
        axis.set_ticks(list(ticks))
    else:
        decades = high / low
        steps: tuple[float, ...] = (1.0, 2.0, 5.0) if decades < 300 else (1.0,)
        if decades < 4:
            steps = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)
        axis.set_major_locator(LogLocator(subs=steps, numticks=8))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())


def legend_height(width: float, labels: Sequence[str]) -> float:
    """Return the height that the legend of these labels takes."""
    return ROW * len(_rows(width, labels)) + 6 if labels else 0


def draw_legend(figure: Figure, entries: Sequence[tuple[str, Look]], left: float = 4) -> None:
    """Write a legend at the top: a marker and a label each, in as many rows as it takes."""
    from matplotlib.lines import Line2D

    width, height = figure.get_size_inches() * DPI
    looks = dict(entries)
    for row, labels in enumerate(_rows(width, [label for label, _ in entries])):
        x, y = left + 6, height - ROW * (row + 0.5)
        for label in labels:
            look = looks[label]
            figure.add_artist(
                Line2D(
                    [x / width],
                    [y / height],
                    marker=look.marker,
                    markersize=look.size,
                    color=look.colour,
                    markerfacecolor=PAPER if look.hollow else look.colour,
                    markeredgewidth=1.2 if look.hollow else 0,
                    linestyle="none",
                )
            )
            figure.text((x + 9) / width, (y - 3.6) / height, shortened(label, LEGEND_LETTERS), color=INK, size=11)
            x += _label_width(label)


def _rows(width: float, labels: Sequence[str]) -> list[list[str]]:
    rows: list[list[str]] = [[]]
    used = 10.0
    for label in labels:
        if rows[-1] and used + _label_width(label) > width:
            rows.append([])
            used = 10.0
        rows[-1].append(label)
        used += _label_width(label)
    return rows


def _label_width(label: str) -> float:
    return 30 + text_width(shortened(label, LEGEND_LETTERS))


def text_width(text: str) -> float:
    """Return how wide a label is, near enough: what shows it has its own fonts."""
    widths = {**dict.fromkeys(NARROW, 0.62), **dict.fromkeys(WIDE, 1.5)}
    return LETTER * sum(widths.get(letter, 1.0) for letter in text)
