"""While a study runs: the best formula so far and its error, in progress reports and on the screen."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from rich.cells import cell_len
from rich.console import Console

from smoothdistill_core import Candidate, Dataset, Formula, Metric, Progress, Student, Study, Table, recipe_from_text
from smoothdistill_core.cli import running
from smoothdistill_core.cli.console import cut
from smoothdistill_core.testing import tiny

RECIPE = """
name: lines
dataset: line
teacher: tiny
regularizer: none
student: [{name: guess, slope: 0.5}, {name: guess, slope: 0.9}, {name: guess, slope: 0.7}]
trials: {seeds: 1}
distil: {refit: none}
"""


class Line(Dataset):
    """price = slope * size + 3, under names that are hard to show."""

    name = "line"
    slope: float = 2.0

    def load(self):
        size, other = np.random.default_rng(0).normal(size=(2, 60))
        return Table(pd.DataFrame({"the\nsize\x1b[2J": size, "b": other, "price": self.slope * size + 3}), "price")


class Steep(Line):
    """Another line."""

    name = "steep"
    slope: float = 5.0


class Guess(Student):
    """Guesses a slope in standardised units, or a formula with a pole."""

    name = "guess"
    slope: float
    pole: bool = False

    def distil(self, task):
        line = Formula.apply("mul", Formula.constant(self.slope), Formula.variable(0))
        if self.pole:
            none = Formula.apply("sub", Formula.apply("div", *[Formula.variable(0)] * 2), Formula.constant(1.0))
            line = Formula.apply("add", line, none)
        return [Candidate(line, line.predict)]


class Rmse(Metric):
    """The root of the mean squared error."""

    name = "rmse"
    direction = "lower"

    def score(self, context):
        wrong = context.restore(context.y) - context.restore(context.prediction)
        return float(np.sqrt(np.mean(wrong**2)))


class Fidelity(Metric):
    """How near a formula is to its teacher."""

    name = "fidelity"
    direction = "higher"
    of = "formulas"

    def score(self, context):
        if context.teacher_prediction is None:
            return None
        return 1 - float(np.mean((context.teacher_prediction - context.prediction) ** 2))


@pytest.fixture
def study(smoothdistill_make_registry, tmp_path):
    """Return the study of a recipe whose students find lines of known slopes, in a folder of its own."""

    def study(recipe=RECIPE, fidelity=False):
        registry = smoothdistill_make_registry(*tiny.COMPONENTS, Line, Steep, Guess, Rmse, Fidelity)
        metrics = "[r2, rmse, fidelity]" if fidelity else "[r2, rmse]"
        return Study(recipe_from_text(f"{recipe}metric: {metrics}\n", registry), registry, tmp_path / "run")

    return study


def run(study, reports=None, **options):
    """Run a study piece by piece in a thread; return the best formula of each report."""
    reports = [] if reports is None else reports
    with ThreadPoolExecutor(1) as executor:
        study.run(executor=executor, workers=1, progress=reports.append, **options)
    return [report.best for report in reports]


def test_the_best_formula_so_far_is_told_with_its_errors(study):
    told = run(study())
    assert told[0] is None
    r2 = [best.r2 for best in told if best is not None]
    assert r2 == sorted(r2)
    assert len(set(r2)) == 2  # that of slope 0.7 came too late
    best = told[-1]
    assert (best.dataset, best.seed, best.part) == ("line", 0, "validation")
    assert best.r2 == pytest.approx(0.99, abs=0.02)
    assert best.rmse == pytest.approx(0.2, abs=0.1)
    assert best.text.startswith("price = 3 + ") or best.text.startswith("price = ")
    assert "1.8*" in best.text
    rows = np.array([[0.0, 0.0], [1.0, 0.0]])
    assert np.diff(best.explanation.predict(rows))[0] == pytest.approx(1.8, abs=0.02)


def test_without_a_metric_its_score_is_missing(study, smoothdistill_make_registry):
    registry = smoothdistill_make_registry(*tiny.COMPONENTS)
    best = run(Study(recipe_from_text(tiny.RECIPE, registry), registry))[-1]
    assert best.rmse is None
    assert 0.0 < best.r2 < 1.0


def test_it_is_judged_on_the_part_that_the_recipe_names(study):
    best = run(study(RECIPE + "choose: {part: train}\n"))[-1]
    assert best.part == "train"


def test_a_formula_with_a_pole_is_best_only_where_poles_are_allowed(study):
    poles = RECIPE.replace("slope: 0.9", "slope: 0.9, pole: true")
    assert "1.4*" in run(study(poles))[-1].text
    assert "1.8*" in run(study(poles + "choose: {poles: allow}\n"))[-1].text


def test_judged_by_fidelity_a_formula_of_the_data_stands_until_there_is_one_that_has_a_teacher(study):
    told = [best for best in run(study(RECIPE + "choose: {score: fidelity}\n", fidelity=True)) if best is not None]
    assert told[0] == told[1] == told[2]  # slopes 0.5, 0.9 and 0.7: none of them has a fidelity
    assert "1.8*" in told[-1].text


def test_a_run_that_goes_on_knows_what_was_found_before(study):
    before = run(study())[-1]
    told = run(study(RECIPE.replace("slope: 0.7}", "slope: 0.7}, {name: guess, slope: 0.1}")))
    assert told[0] == told[-1] == before


def test_a_run_that_has_nothing_left_reports_nothing(study):
    run(study())
    assert run(study()) == []


def test_of_several_datasets_that_is_told_that_was_worked_on_last(study):
    several = RECIPE.replace("dataset: line", "dataset: [line, steep]")
    told = [best for best in run(study(several)) if best is not None]
    assert [told[0].dataset, told[-1].dataset] == ["line", "steep"]
    assert "4.5*" in told[-1].text


@pytest.fixture
def best(study):
    """Return the best formula of a run."""
    return run(study())[-1]


def screen(width=80, terminal=True):
    return Console(
        file=io.StringIO(), force_terminal=terminal, width=width, markup=False, highlight=False, emoji=False, height=20
    )


def shown(console, *reports):
    with running._progress(console) as callback:
        for report in reports:
            callback(report)
    return console.file.getvalue()


def report_of(best, done=3, doing=("guess on line, seed 0",)):
    return Progress(done, 0, 9, doing, None, best=best)


def test_a_terminal_shows_the_best_formula_and_its_error(best):
    text = shown(screen(), report_of(best))
    assert f"best so far: R2 {best.r2:.3f}, RMSE {best.rmse:.3g} on the validation part of line, seed 0" in text
    assert best.text in text


def test_names_cannot_break_the_display(best):
    text = shown(screen(), report_of(replace(best, dataset="da\nta\x1b[2J"), doing=("guess on da\nta\x1b[2J, seed 0",)))
    assert "\x1b[2J" not in text
    assert "da\nta" not in text
    assert "the\\nsize\\x1b[2J" in text


def test_a_long_formula_is_cut_to_the_width_at_a_word(best):
    text = shown(screen(width=20), report_of(best))
    (line,) = {line.strip() for line in text.split("\n") if "price" in line}
    assert line.endswith("…")
    assert len(line) <= 20


@pytest.mark.parametrize("width", range(10, 40))
def test_what_is_cut_keeps_whole_words_and_fits(width):
    text = "price = 3 + 1.8*size*表表 - b"
    short = cut(text, width)
    assert cell_len(short) <= width
    if short != text:
        assert short.endswith(" …")
        assert f"{text} ".startswith(short.removesuffix("…"))


def test_a_word_that_does_not_fit_is_cut_itself():
    assert cut("concentration", 8) == "concent…"
    assert cut("price = 3", 1) == "…"


def test_a_log_gets_a_line_when_the_best_improves_and_no_more(best, monkeypatch):
    monkeypatch.setattr(running, "SECONDS_BETWEEN_LINES", 0.0)
    better = replace(best, r2=0.999)
    reports = [report_of(found) for found in (None, best, best, better, better)]
    lines = shown(screen(200, terminal=False), *reports, report_of(better, 9, ())).splitlines()
    told = [line for line in lines if line.startswith("best so far")]
    assert len(told) == 2
    assert told[0].endswith(f"on the validation part of line, seed 0: {best.text}")
    assert "R2 0.999" in told[1]
    assert lines[-1] == "9/9 done, finished"


def test_a_short_run_writes_no_more_to_a_log_than_how_far_it_is(best):
    lines = shown(screen(200, terminal=False), report_of(None, 0), report_of(best), report_of(best, 9, ())).splitlines()
    assert [line.split(",")[0] for line in lines] == ["0/9 done", "9/9 done"]
