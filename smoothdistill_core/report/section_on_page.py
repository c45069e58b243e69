"""`SectionOnPage`: a section as the page shows it; one of a plugin that fails costs nothing but itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from html.parser import HTMLParser

from smoothdistill_core.errors import PluginError
from smoothdistill_core.registry import Registry
from smoothdistill_core.registry.containment import contained
from smoothdistill_core.report.html_page import fragment
from smoothdistill_core.report.run_page import RunPage
from smoothdistill_core.report.sections import SECTIONS
from smoothdistill_core.report_section import ReportSection

ALONE = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
"""HTML's elements without an end."""


@dataclass(frozen=True)
class SectionOnPage:
    """A section with its title; ``body`` is HTML."""

    name: str
    title: str
    label: str
    body: str


def sections_on_page(page: RunPage, registry: Registry | None) -> list[SectionOnPage]:
    """Return the sections that a registry has, or the built-in ones, without the empty ones; appendices come last."""
    sections: Sequence[ReportSection] = SECTIONS if registry is None else registry.report_sections
    in_order = sorted(sections, key=lambda one: one.appendix)
    shown = [SectionOnPage(one.name, one.title, one.label or one.title, _body(one, page, registry)) for one in in_order]
    return [one for one in shown if one.body]


def _body(section: ReportSection, page: RunPage, registry: Registry | None) -> str:
    if registry is None or section in SECTIONS:
        return section.write(page)  # what is wrong there is our fault, and known to the caller
    try:
        return contained(partial(_of_plugin, section, page))
    except PluginError as error:
        plugin = registry.provider(section)
        said = f"The plugin {plugin.name!r} ({plugin.provider}) could not write this section: {error}"
        return fragment("failed", said=said)


def _of_plugin(section: ReportSection, page: RunPage) -> str:
    """Return the HTML of a plugin's section; raises `PluginError` for what would break the page."""
    from markupsafe import Markup

    written = section.write(page)
    if not isinstance(written, str):
        raise PluginError(f"a section is text or markupsafe.Markup, not {type(written).__name__}")
    if not isinstance(written, Markup):
        return fragment("text", text=str(written)) if written.strip() else ""
    check = _Check()
    check.feed(written)
    if check.rawdata.startswith("<"):
        raise PluginError("its HTML ends within a tag or a comment")
    if check.open:
        raise PluginError(f"its HTML does not close <{check.open[-1]}>")
    return written if written.strip() else ""


class _Check(HTMLParser):
    """Follows which elements are open: one that a section leaves open, or closes for the page, breaks what follows."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALONE:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element that ends at once, as SVG and MathML write them."""

    def handle_endtag(self, tag: str) -> None:
        if tag in ALONE:
            return
        if not self.open or self.open[-1] != tag:
            raise PluginError(f"its HTML closes <{tag}>, which is not the element that is open")
        self.open.pop()
