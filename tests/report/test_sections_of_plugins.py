"""Sections of plugins stand in the report beside the built-in ones, and what is wrong with one costs only itself."""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from markupsafe import Markup

import smoothdistill_core.report.built_in_sections as built_in
from smoothdistill_core import PluginError, Registry, ReportSection, hookimpl, own_plugin
from smoothdistill_core.cli import main
from smoothdistill_core.report import SECTIONS, write_report

NASTY = "<script>alert('a & b')</script>"


def plugin(*sections):
    """Return a plugin that adds these sections."""

    def smoothdistill_report_sections():
        return list(sections)

    return SimpleNamespace(smoothdistill_report_sections=hookimpl(smoothdistill_report_sections))


def section(write, name="fair", title="Is it fair?", **other):
    return ReportSection(name, title, write, **other)


@pytest.fixture
def registry():
    """The core's own plugin alone."""
    registry = Registry(discover=False)
    assert registry.register(own_plugin, "core", "smoothdistill", "0.1").state == "ready"
    return registry


@pytest.fixture
def report(builder, registry, page_of):
    """Write the report of a small run with further sections, and read it again."""

    def report(*sections, datasets=("toy",)):
        for dataset in datasets:
            builder.student(builder.trial(dataset))
        added = registry.register(plugin(*sections), "fairness", "fair-pages", "1.2")
        assert added.state == "ready", added.reason
        return page_of(builder.results(), registry=registry)

    return report


def headings(page):
    return [one["id"].removeprefix("section-") for one in page.all("h2")]


def test_the_built_in_sections_come_through_the_hook(invent, registry, tmp_path):
    assert Registry().report_sections == registry.report_sections == SECTIONS
    assert Registry(block=["core"]).report_sections == ()
    results = invent(seeds=1).results()
    alone = write_report(results, tmp_path / "alone.html")
    assert write_report(results, tmp_path / "hook.html", registry=registry).read_bytes() == alone.read_bytes()


def test_the_answer_comes_first_and_how_it_was_found_follows(invent, page_of):
    for datasets in (["a"], ["a", "b"]):
        page = page_of(invent(datasets, seeds=1).results())
        assert headings(page)[:5] == ["answer", "asked", "found", "methods", "searches"]
        assert page.text.index("How the answer was found") < page.text.index("What was asked")


def test_a_section_of_a_plugin_stands_after_the_results_and_in_the_list_of_sections(report):
    page = report(section(lambda page: f"It has {len(page.results.outcomes)} formulas.", label="Fair"))
    assert headings(page) == ["answer", "asked", "found", "searches", "results", "fair", "trouble", "provenance"]
    assert "Is it fair? It has 1 formulas." in page.text
    assert {"href": "#section-fair"} in page.all("a")
    assert "Results Fair Left out Provenance" in page.text


def test_an_appendix_stands_at_the_end(report):
    page = report(section(lambda page: "last", "last", appendix=True), section(lambda page: "fair"))
    assert headings(page)[-4:] == ["fair", "trouble", "provenance", "last"]


def test_a_section_without_anything_to_say_is_left_out(report):
    page = report(section(lambda page: "", "none"), section(lambda page: Markup("\n"), "blank"))
    assert {"none", "blank"}.isdisjoint(headings(page))


def test_the_page_that_a_section_is_given_holds_what_the_run_found(report):
    seen = []

    def write(page):
        seen.append(page)
        return "seen"

    report(section(write), datasets=("toy", "game"))
    (page,) = seen
    assert list(page.best) == list(page.methods) == ["toy", "game"]
    assert {line.dataset for line in page.lines} == {"toy", "game"}
    assert page.methods["toy"]["direct"][0].trial.dataset == "toy"


def test_text_is_shown_as_text_whatever_it_holds(report):
    page = report(section(lambda page: f"{next(iter(page.best))}\nand more"), datasets=(NASTY,))
    assert f"{NASTY} and more" in page.text
    assert len(page.all("script")) == 1


def test_markup_is_html_and_what_is_formatted_into_it_is_text(report):
    page = report(section(lambda page: Markup("<b id='mine'>{}</b>").format(*page.best)), datasets=(NASTY,))
    assert page.all("b") == [{"id": "mine"}]
    assert len(page.all("script")) == 1
    assert f"Is it fair? {NASTY}" in page.text


def test_a_title_is_shown_as_text(report):
    page = report(section(lambda page: "it is", title=NASTY))
    assert f"{NASTY} it is" in page.text
    assert len(page.all("script")) == 1


def raising(error):
    def write(page):
        raise error

    return write


class MuteError(Exception):
    """Says nothing."""

    def __str__(self):
        raise ValueError("no")


def mend(page):
    page.results = None


def forget(page):
    page.best.clear()


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (raising(ValueError(f"no {NASTY}")), f"ValueError: no {NASTY}"),
        (raising(OSError("no ink")), "OSError: no ink"),
        (raising(SystemExit(3)), "SystemExit: 3"),
        (raising(MuteError()), "MuteError: (asking for its message raised another error)"),
        (lambda page: None, "a section is text or markupsafe.Markup, not NoneType"),
        (lambda page: b"fair", "a section is text or markupsafe.Markup, not bytes"),
        (lambda page: Markup("<div><p>fair</div>"), "its HTML closes <div>, which is not the element that is open"),
        (lambda page: Markup("fair</section>"), "its HTML closes <section>, which is not the element that is open"),
        (lambda page: Markup("<div>fair"), "its HTML does not close <div>"),
        (lambda page: Markup("<style>p { color: red }"), "its HTML does not close <style>"),
        (lambda page: Markup("fair <a href='x"), "its HTML ends within a tag or a comment"),
        (lambda page: Markup("fair <!-- not yet"), "its HTML ends within a tag or a comment"),
        (mend, "FrozenInstanceError: cannot assign to field 'results'"),
        (forget, "AttributeError: 'mappingproxy' object has no attribute 'clear'"),
    ],
)
def test_one_that_fails_is_named_with_its_plugin_and_the_report_is_written_all_the_same(report, write, reason):
    page = report(section(write, "bad"), section(lambda page: "it is fair"))
    said = f"The plugin 'fairness' (fair-pages 1.2) could not write this section: {reason}"
    assert said in page.text
    assert headings(page)[-4:] == ["bad", "fair", "trouble", "provenance"]
    assert "it is fair" in page.text
    assert len(page.all("script")) == 1


def test_html_that_is_whole_is_taken(report):
    drawn = Markup("<p>fair<br>and square</p><svg viewBox='0 0 1 1'><path d='M0 0h1'/></svg>&amp; <")
    page = report(section(lambda page: drawn + Markup(" p")))
    assert "could not write" not in page.text


def test_what_is_wrong_with_a_built_in_section_is_raised(report, monkeypatch):
    monkeypatch.setattr(built_in, "found", raising(ValueError("a bug")))
    with pytest.raises(ValueError, match="a bug"):
        report(section(lambda page: "fair"))


def write(page):
    return "fair"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("fair", "smoothdistill_report_sections must return objects of ReportSection, not 'fair'"),
        (section(write, name="is it"), "its report section 'is it' has a name that recipes cannot hold"),
        (section(write, name=5), "the name of a report section must be text, not 5"),
        (section(write, title=None), "the title of a report section must be text, not None"),
        (section(write, title=" "), "report section 'fair' needs a title"),
        (section("fair"), "report section 'fair' needs a function `write`"),
        (section(write, name="found"), "its report section 'found' is already provided by smoothdistill "),
    ],
)
def test_what_is_no_section_is_left_out_with_the_reason_and_the_rest_is_taken(registry, given, reason):
    taken = section(write, name="taken")
    added = registry.register(plugin(given, taken), "fairness", "fair-pages", "1.2")
    (left_out,) = added.left_out
    assert left_out.startswith(reason)
    assert (added.state, added.report_sections) == ("ready", (taken,))
    assert registry.provider(taken) is added
    assert registry.report_sections == (*SECTIONS, taken)


def test_a_section_of_no_plugin_has_no_provider():
    with pytest.raises(PluginError, match="the report section 'fair' is in no plugin of this registry"):
        Registry(discover=False).provider(section(write))


def test_plugins_lists_the_sections(monkeypatch):
    monkeypatch.setattr("smoothdistill_core.cli.console.PLAIN_WIDTH", 400)
    listed = CliRunner().invoke(main, ["plugins"], catch_exceptions=False).stdout
    assert "report section: answer, asked, found, methods, searches" in listed
