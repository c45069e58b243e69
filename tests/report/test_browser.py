"""The page in a browser: nothing is requested, tables sort, names are text, and it fits a telephone."""

import html
import json
import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from smoothdistill_core import Formula
from smoothdistill_core.report import write_comparison, write_report
from smoothdistill_core.testing.conditions import BROWSERS

pytestmark = [pytest.mark.needs_chromium, pytest.mark.xdist_group("browser")]  # they share a page

NASTY = "<script>document.title = 'broken'</script>"

SORTING = """
const column = (table, name) => [...table.tHead.rows[0].cells].findIndex((cell) => cell.textContent.startsWith(name));
const texts = (table, place) => [...table.tBodies[0].rows].map((row) => row.cells[place].textContent);
const table = document.getElementById("table-summary");
const heading = (name) => table.tHead.rows[0].cells[column(table, name)];
const found = { before: texts(table, column(table, "R²")) };
heading("R²").querySelector("button").click();
found.ascending = texts(table, column(table, "R²"));
found.ariaSort = heading("R²").getAttribute("aria-sort");
heading("R²").querySelector("button").click();
found.descending = texts(table, column(table, "R²"));
heading("fidelity").querySelector("button").click();
found.fidelity = texts(table, column(table, "fidelity"));
heading("dataset").querySelector("button").click();
found.datasets = texts(table, column(table, "dataset"));
"""

LOOKING = """
const found = {
  title: document.title,
  names: [...document.querySelectorAll("details.dataset > summary .name")].map((name) => name.textContent),
  figures: [...document.querySelectorAll("figure svg")].map((svg) => svg.getBoundingClientRect().width),
  width: document.documentElement.scrollWidth,
  window: innerWidth,
  formula: document.querySelector(".equation").getBoundingClientRect().height,
  paper: getComputedStyle(document.body).backgroundColor,
};
"""

SLIDING = """
const slider = document.querySelector(".slider input");
const seen = () => {
  const open = [...document.querySelectorAll(".one-size")].filter((one) => !one.hidden && one.open);
  return {
    shown: open.length,
    said: document.querySelector(".slider output").textContent,
    formula: open[0].querySelector(".equation").textContent.replace(/\\s+/g, " ").trim(),
    dots: open[0].querySelectorAll("figure svg").length,
  };
};
const found = { sizes: slider.max, first: seen() };
for (const place of [0, slider.max]) {
  slider.value = place;
  slider.dispatchEvent(new Event("input"));
  found[place] = seen();
}
"""

FITTING = """
for (const one of document.querySelectorAll("details")) one.open = true;
const answer = document.querySelector("main");
const wide = (one) => one.getBoundingClientRect().right > innerWidth + 0.5 || one.getBoundingClientRect().left < -0.5;
const scrolls = (one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible";
const all = [...answer.querySelectorAll("*")].filter((one) => one.closest("[hidden]") === null);
const found = {
  page: document.documentElement.scrollWidth - innerWidth,
  window: innerWidth,
  wide: all.filter(wide).map((one) => one.outerHTML.slice(0, 200)),
  scrolls: all.filter(scrolls).map((one) => one.outerHTML.slice(0, 200)),
  lines: document.querySelector(".best .equation").getBoundingClientRect().height,
};
"""


@pytest.fixture
def browse(tmp_path):
    """Open a page in a browser of its own, and return what its document holds after the scripts have run."""
    browser = next(path for path in map(shutil.which, BROWSERS) if path)

    def browse(page, *options):
        command = [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"),
            *("--disable-background-networking", "--disable-component-update", "--no-first-run"),
            *("--host-resolver-rules=MAP * ~NOTFOUND", *options, "--dump-dom", page.as_uri()),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        return done.stdout

    return browse


@pytest.fixture
def ask(browse, tmp_path):
    """Run a script in a copy of a page, whose policy would not let it run, and return what it ``found``."""

    def ask(page, script, *options, width=None):
        source = re.sub(r"<meta http-equiv=[^>]*>", "", page.read_text())
        into = "document.body" if width is None else "parent.document.body"
        answer = f"{into}.textContent = 'found' + JSON.stringify(found) + 'end';"
        source = source.replace("</body>", f"<script>{script}{answer}</script></body>")
        if width is not None:  # no window is narrower than 500 pixels, a frame may be
            frame = (
                f'<iframe style="width: {width}px; height: 900px; border: 0" srcdoc="{html.escape(source)}"></iframe>'
            )
            source = f"<!DOCTYPE html><html><body>{frame}</body></html>"
        copy = tmp_path / "copy.html"
        copy.write_text(source)
        (found,) = re.findall(r"found(\{.*\})end", browse(copy, *options), re.S)
        return json.loads(html.unescape(found))

    return ask


@pytest.fixture(scope="module")
def report(invent, tmp_path_factory):
    return write_report(
        invent(["beta", NASTY, "alpha"], seeds=2).results(), tmp_path_factory.mktemp("report") / "report.html"
    )


@pytest.fixture
def requests_of(browse, tmp_path):
    """Open a page and return the addresses that it asked for; what the browser itself asks for has no initiator."""

    def requests_of(page):
        log = tmp_path / f"{page.stem}.json"
        assert "<h1>" in browse(page, f"--log-net-log={log}")
        events = [event.get("params", {}) for event in json.loads(log.read_text())["events"]]
        begun = {event["url"] for event in events if "url" in event and event.get("initiator") in ("file://", "null")}
        return {url for url in begun if not url.startswith("data:")}

    return requests_of


@pytest.mark.slow
def test_nothing_is_requested_but_the_page_itself(report, invent, requests_of, tmp_path):
    comparison = write_comparison([invent(seeds=1).results() for _ in range(2)], tmp_path / "comparison.html")
    assert requests_of(report) == set()
    assert requests_of(comparison) == set()
    for _, address in re.findall(r'\b(src|href)="([^"]*)"', report.read_text()):
        assert address.startswith(("#", "data:"))


@pytest.mark.slow
def test_a_page_that_asked_for_something_would_be_noticed_and_is_stopped_by_the_policy(report, requests_of, tmp_path):
    image = '<img src="http://example.invalid/image.png"></body>'
    stopped, free = tmp_path / "stopped.html", tmp_path / "free.html"
    stopped.write_text(report.read_text().replace("</body>", image))
    free.write_text(re.sub(r"<meta http-equiv=[^>]*>", "", stopped.read_text()))
    assert requests_of(free) == {"http://example.invalid/image.png"}
    assert requests_of(stopped) == set()


@pytest.mark.slow
def test_the_policy_lets_the_page_s_own_script_run_and_no_other(report, browse, tmp_path):
    assert '<button type="button">' in browse(report)
    injected = tmp_path / "injected.html"
    injected.write_text(report.read_text().replace("</body>", "<script>document.title = 'broken'</script></body>"))
    assert "<title>invented" in browse(injected)


def test_tables_sort_by_numbers_and_by_names_both_ways(report, ask):
    found = ask(report, SORTING)
    numbers = [float(text.replace("−", "-")) for text in found["ascending"]]
    assert numbers == sorted(numbers)
    assert found["before"] != found["ascending"]
    assert found["ariaSort"] == "ascending"
    assert found["descending"] == found["ascending"][::-1]
    fidelity = found["fidelity"]
    assert fidelity[-6:] == ["–"] * 6  # direct and linear have none, and stand at the end
    assert found["datasets"] == [NASTY] * 16 + ["alpha"] * 16 + ["beta"] * 16


def test_a_dataset_named_like_a_script_is_shown_as_text(report, ask):
    found = ask(report, LOOKING)
    assert found["title"].startswith("invented")
    assert found["names"] == ["beta", NASTY, "alpha"]


@pytest.mark.parametrize("width", [1200, 500])
def test_the_page_fits_its_window_and_shows_its_figures(report, ask, width):
    found = ask(report, LOOKING, f"--window-size={width},900")
    assert found["width"] <= found["window"]
    assert len(found["figures"]) == 3 * 5 + 4
    assert min(found["figures"]) > 300
    assert found["formula"] > 20


@pytest.mark.slow
def test_the_page_is_dark_where_its_reader_likes_it_dark(report, ask):
    schemes = [ask(report, LOOKING, f"--blink-settings=preferredColorScheme={scheme}")["paper"] for scheme in (0, 1)]
    assert schemes == ["rgb(20, 25, 28)", "rgb(255, 255, 255)"]


@pytest.fixture(scope="module")
def answered(invent, portrayed, tmp_path_factory):
    """A page with one dataset, whose formula is long and whose names are too."""
    columns = ("median income of all households", "crime_rate_per_thousand_inhabitants_of_the_town")
    build = invent(seeds=1, penalties={}, columns=columns)
    long = Formula.linear([-1.25, 0.75], 3.5)
    for _ in range(2):
        long = Formula.apply("div", Formula.apply("mul", long, Formula.apply("sin", long)), long)
    for place, record in enumerate(build.cells):
        if record.front:
            last = replace(record.front[-1], formula=long, rounded=long, explained=long)
            build.cells[place] = replace(record, front=(*record.front[:-1], last))
    results = portrayed(build.results(rule="best", formula="best"))
    return write_report(results, tmp_path_factory.mktemp("answered") / "report.html")


def test_the_slider_shows_the_formula_and_the_error_of_each_size(answered, ask):
    found = ask(answered, SLIDING)
    last = found["sizes"]
    assert [found[at]["shown"] for at in ("first", "0", last)] == [1, 1, 1]
    assert re.match(r"1 node: RMSE [\d.]+, R² [\d.]+", found["0"]["said"])
    assert found["0"]["formula"] == "price= median income of all households"
    assert re.match(r"\d\d nodes: RMSE [\d.]+, R² [\d.]+", found[last]["said"])
    assert "sin" in found[last]["formula"]
    assert found["0"]["dots"] == found[last]["dots"] == 1


@pytest.mark.parametrize("width", [1300, 400])
def test_nothing_is_cut_or_scrolls(answered, ask, width):
    found = ask(answered, FITTING, width=width)
    assert found["window"] == width
    assert found["wide"] == found["scrolls"] == []
    assert found["page"] <= 0
    assert found["lines"] > 60


def test_a_table_that_goes_on_sideways_has_a_shadow_there(invent, ask, tmp_path):
    names = [f"a dataset with a name of some length, number {number}" for number in range(3)]
    page = write_report(invent(names, seeds=1).results(), tmp_path / "report.html")
    script = """
const sheet = document.getElementById("table-summary").parentElement;
const found = {
  scrolls: sheet.scrollWidth > sheet.clientWidth,
  page: document.documentElement.scrollWidth <= innerWidth,
  shadows: getComputedStyle(sheet).backgroundAttachment,
};
"""
    found = ask(page, script, width=400)
    assert found == {"scrolls": True, "page": True, "shadows": "local, local, scroll, scroll"}


def test_in_print_every_size_is_open_and_nothing_is_hidden_but_what_needs_a_script(answered, ask, tmp_path):
    printed = tmp_path / "printed.html"
    style = answered.read_text().replace("@media print {", "@media all {").replace("@media not print", "@media print")
    printed.write_text(style)
    script = """
dispatchEvent(new Event("beforeprint"));
const seen = (one) => one.getBoundingClientRect().height > 0;
const closed = [...document.querySelectorAll("details")].filter((one) => !one.open).length;
const sizes = [...document.querySelectorAll(".one-size")];
const found = { closed, sizes: sizes.length, seen: sizes.filter((one) => seen(one.querySelector(".equation"))).length };
found.slider = seen(document.querySelector(".slider"));
"""
    found = ask(printed, script)
    assert found == {"closed": 0, "sizes": found["seen"], "seen": found["sizes"], "slider": False}
    assert found["sizes"] > 1
