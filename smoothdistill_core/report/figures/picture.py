"""`Picture`: a finished figure as SVG that a page can hold, and as PDF and PNG files beside it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from smoothdistill_core.errors import printable
from smoothdistill_core.report.figures.palette import PAPER, VARIABLES
from smoothdistill_core.report.figures.sheet import Sheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI_OF_FILES = 200

HALO = "halo"
"""The identifier that artists carry whose text the page sets apart from what it stands on."""


@dataclass(frozen=True)
class Picture:
    """A figure with its words: ``title`` above, ``caption`` below, ``description`` for those who do not see it.

    ``key`` is its name in the page and of its files; ``width`` is its natural width in pixels.
    """

    key: str
    title: str
    caption: str
    description: str
    svg: str
    width: float


def picture(figure: Figure, key: str, title: str, caption: str, description: str, sheet: Sheet) -> Picture:
    """Finish a figure; its files go to the folder of the ``sheet``."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    alternative = printable(f"{title}. {description}")
    svg, width = inline(buffer.getvalue(), key, alternative)
    if sheet.folder is not None:
        figure.savefig(sheet.folder / f"{key}.pdf", facecolor=PAPER, metadata={"CreationDate": None, "Title": title})
        figure.savefig(sheet.folder / f"{key}.png", facecolor=PAPER, dpi=DPI_OF_FILES, metadata={"Title": alternative})
    return Picture(key, title, caption, description, svg, width)


def inline(source: bytes, key: str, alternative: str) -> tuple[str, float]:
    """Return matplotlib's SVG as an element of a page, and its width.

    Identifiers begin with ``key``, so that no two figures of a page share one; colours are those of the page; letters
    are in the page's font; text is escaped by the XML library, whatever a name holds.
    """
    root = ElementTree.fromstring(source)  # noqa: S314 it was written a moment ago, by matplotlib
    width, height = (float(length) for length in root.attrib["viewBox"].split()[2:])
    text = ElementTree.tostring(root, encoding="unicode")
    used = set(re.findall(r'(?:url\(|href=")#([\w-]+)', text))
    _tidy(root, key, used)
    root.attrib.clear()
    root.attrib |= {
        "viewBox": f"0 0 {width:g} {height:g}",
        "width": f"{width:g}",
        "height": f"{height:g}",
        "role": "img",
        "aria-label": alternative,
    }
    return ElementTree.tostring(root, encoding="unicode"), width


def _tidy(element: ElementTree.Element, key: str, used: set[str]) -> None:
    """Take namespaces, unused identifiers, matplotlib's fonts and its style for the whole document away."""
    element.tag = element.tag.rpartition("}")[2]
    for name, value in list(element.attrib.items()):
        del element.attrib[name]
        name = name.rpartition("}")[2]
        if name == "id":
            if value in used:
                element.attrib["id"] = f"{key}-{value}"
            elif value == HALO:
                element.attrib["class"] = HALO
            continue
        if name == "href":
            value = f"#{key}-{value.removeprefix('#')}"
        elif name == "clip-path":
            value = value.replace("url(#", f"url(#{key}-")
        elif name == "style":
            value = _style(value)
        if value:
            element.attrib[name] = value
    element.text, element.tail = ((text or "").strip() or None for text in (element.text, element.tail))
    for child in list(element):
        if child.tag.rpartition("}")[2] in ("metadata", "style"):
            element.remove(child)
        else:
            _tidy(child, key, used)


def _style(value: str) -> str:
    """Return a style with the page's colours, and without the name of a font."""
    kept = []
    for part in value.split(";"):
        name, _, setting = (word.strip() for word in part.partition(":"))
        if name == "font":
            size = re.search(r"[\d.]+px", setting)
            weight = "font-weight: 600; " if "bold" in setting or "600" in setting else ""
            kept.append(f"{weight}font-size: {size[0]}" if size else "")
        elif name and name not in ("font-family", "stroke-linejoin"):
            colour = VARIABLES.get(setting.lower())
            kept.append(f"{name}: var({colour})" if colour else f"{name}: {setting}")
    return "; ".join(part for part in kept if part)
