"""The page in a browser: nothing is requested, tables sort, names are text, and it fits a telephone."""

import html
import json
import re
import shutil
import subprocess

import pytest

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
  formula: document.querySelector(".equation math").getBoundingClientRect().height,
  paper: getComputedStyle(document.body).backgroundColor,
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

    def ask(page, script, *options):
        source = re.sub(r"<meta http-equiv=[^>]*>", "", page.read_text())
        answer = "document.body.innerHTML = ''; document.body.textContent = 'found' + JSON.stringify(found) + 'end';"
        copy = tmp_path / "copy.html"
        copy.write_text(source.replace("</body>", f"<script>{script}{answer}</script></body>"))
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
    assert len(found["figures"]) == 3 * 4 + 4
    assert min(found["figures"]) > 300
    assert found["formula"] > 20


@pytest.mark.slow
def test_the_page_is_dark_where_its_reader_likes_it_dark(report, ask):
    schemes = [ask(report, LOOKING, f"--blink-settings=preferredColorScheme={scheme}")["paper"] for scheme in (0, 1)]
    assert schemes == ["rgb(20, 25, 28)", "rgb(255, 255, 255)"]
