"""What a student says of a formula stands with the formula, wherever it is shown."""

import json

import pytest
from click.testing import CliRunner

from smoothdistill_core import Study, SymbolicDistiller, recipe_from_text
from smoothdistill_core.cli import main
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.report import write_report
from smoothdistill_core.testing import tiny

NOTE = "Ended early <after> 3 s."
RECIPE = tiny.RECIPE.replace("seeds: 2", "seeds: 1") + "distil: {refit: none}\n"


class Talkative(tiny.TinyStudent):
    """Says something of each of its formulas."""

    def distil(self, task):
        from dataclasses import replace

        from smoothdistill_core.formula.constants import constants

        return [
            replace(one, notes=(NOTE,), standard_errors=0.5 * abs(constants(one.formula)))
            for one in super().distil(task)
        ]


@pytest.fixture
def registry(smoothdistill_make_registry):
    others = [component for component in tiny.COMPONENTS if component is not tiny.TinyStudent]
    return smoothdistill_make_registry(*others, Talkative)


@pytest.fixture
def results(registry, tmp_path):
    study = Study(recipe_from_text(RECIPE, registry), registry, tmp_path / "run")
    return study.run(executor=CallingThread(), workers=1)


def test_show_says_it_below_the_formula(results):
    shown = CliRunner().invoke(main, ["show", str(results.folder)], catch_exceptions=False).output
    assert f"  {NOTE}\n" in shown


def test_as_json_it_has_its_notes_and_standard_errors(results):
    shown = CliRunner().invoke(main, ["show", str(results.folder), "--json"], catch_exceptions=False).stdout
    read = json.loads(shown)
    assert {note for front in read["fronts"].values() for one in front for note in one["notes"]} == {NOTE}
    for formula in read["formulas"]:
        assert formula["notes"] == [NOTE]
        numbers = [abs(node) for node in formula["standardised"]["tree"] if isinstance(node, float)]
        assert formula["standardised"]["standard_errors"] == pytest.approx([0.5 * number for number in numbers])


def test_the_report_says_it_beside_the_formula(results, tmp_path):
    page = write_report(results, tmp_path / "report.html").read_text()
    assert '<p class="note">Ended early &lt;after&gt; 3 s.</p>' in page


def test_the_estimator_has_it_with_the_formula_and_says_it_in_its_report(registry):
    X, y = [[float(i % 7), float(i % 5)] for i in range(60)], [float(i % 7) for i in range(60)]
    parameters = {"teacher": "tiny", "regularizer": "none", "student": "tiny", "metric": ["r2"]}
    fitted = SymbolicDistiller(**parameters, registry=registry, random_state=0).fit(X, y)
    assert fitted.formula_.notes == (NOTE,)
    assert f"note: {NOTE}" in fitted.report()
