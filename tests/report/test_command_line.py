"""``report`` and ``compare`` as a person meets them, and the report that a run writes of itself."""

import io
import shutil

import pytest
from rich.console import Console

from smoothdistill_core import Registry
from smoothdistill_core.cli.reporting import report_at_the_end

TINY = """
name: tiny
dataset: {name: csv, path: table.csv, target: y}
teacher: {name: mlp, hidden: [4], epochs: 2}
regularizer: [none, {name: jacobian, strength: [0.1, 1.0]}]
student: {name: gplearn, population_size: 20, generations: 2, tournament_size: 4}
trials: {seeds: 1}
"""


@pytest.mark.slow
def test_a_run_reports_itself_and_its_report_can_be_written_again_elsewhere(smoothdistill, tmp_path, read_page):
    rows = "\n".join(f"{i % 7},{i % 5 - 2},{(i % 7) * 2 + (i % 5) ** 2}" for i in range(60))
    (tmp_path / "table.csv").write_text(f"a,b,y\n{rows}\n")
    (tmp_path / "tiny.yaml").write_text(TINY)
    assert "report" not in smoothdistill("run", "tiny.yaml", "--no-report").stdout
    assert not (tmp_path / "runs" / "tiny" / "report.html").exists()
    assert "The report is in runs/tiny/report.html" in smoothdistill("run", "tiny.yaml").stdout
    page = read_page(tmp_path / "runs" / "tiny" / "report.html")
    assert "On table, with 1 seed, mlp was trained" in page.text

    (tmp_path / "paper.csv").write_text("dataset,method,metric,value\ntable,jacobian,r2,0.5\n")
    options = ("--out", "other.html", "--reference", "paper.csv", "--figures", "figures")
    written = "Wrote other.html, and its figures and tables in figures\n"
    assert smoothdistill("report", "tiny", *options).stdout == written
    assert "Beside the reference" in read_page(tmp_path / "other.html").text
    assert (tmp_path / "figures" / "summary.csv").exists()

    shutil.copytree(tmp_path / "runs" / "tiny", tmp_path / "runs" / "copy")
    assert smoothdistill("compare", "tiny", "runs/copy").stdout == "Wrote comparison.html\n"
    assert "tiny (runs/copy) − tiny (runs/tiny)" in read_page(tmp_path / "comparison.html").text


def test_a_report_that_fails_fails_no_run_and_says_why(invent, tmp_path):
    (tmp_path / "report.html").mkdir()
    screen = Console(file=io.StringIO(), width=500)
    report_at_the_end(invent(seeds=1).results(folder=tmp_path), Registry(discover=False), screen)
    said = screen.file.getvalue()
    assert said.startswith("The report could not be written: ")
    assert "report.html cannot be written: Is a directory" in said


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["report", "nowhere"], 3, "nowhere holds no run"),
        (["compare", "nowhere", "elsewhere"], 3, "nowhere holds no run"),
        (["compare"], 2, "Missing argument 'RUN RUN...'"),
    ],
)
def test_wrong_arguments_are_clear_errors(smoothdistill, arguments, code, message):
    result = smoothdistill(*arguments)
    assert result.returncode == code
    assert message in result.stderr
