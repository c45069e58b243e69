"""The best teacher: with ``distil: {teachers: best}`` a trial's most accurate teacher is distilled, and no other."""

import json
import math
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from click.testing import CliRunner

from smoothdistill_core import (
    Candidate,
    Formula,
    Metric,
    Regularizer,
    Results,
    Student,
    Study,
    Teacher,
    TrainedTeacher,
    recipe_from_text,
)
from smoothdistill_core.cli import main
from smoothdistill_core.components import Role
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.report import write_report
from smoothdistill_core.statistics import comparisons
from smoothdistill_core.study.best_teacher import best_teacher
from smoothdistill_core.testing.tiny import TinyDataset

CALLS = []
"""What was distilled: the slopes of the teachers that were imitated, and what was trained."""


class Scaled(TrainedTeacher):
    """Predicts factor * (x0 - x1)."""

    def __init__(self, factor):
        self.factor = factor

    def predict(self, X):
        return self.factor * (X[:, 0] - X[:, -1])

    def gradient(self, X):
        return np.tile([self.factor] + [0.0] * (X.shape[1] - 2) + [-self.factor], (len(X), 1))

    def save(self):
        return str(self.factor).encode()


class Guess(Teacher):
    """Guesses the factor of the data, the worse the stronger the penalty."""

    name = "guess"
    bias: float = 0.0
    fails: bool = False

    def accepts(self, regularizer):
        return True

    def train(self, jobs):
        CALLS.extend(("train", self.bias, job.strength) for job in jobs)
        if self.fails:
            raise ValueError("not today")
        factors = [float(np.mean(job.y * (job.X[:, 0] - job.X[:, -1])) / 2) for job in jobs]
        return [Scaled(factor + self.bias + job.strength) for factor, job in zip(factors, jobs, strict=True)]

    def load(self, data):
        return Scaled(float(data))


class Shift(Regularizer):
    """Something with a strength."""

    name = "shift"


class Plain(Regularizer):
    """Nothing."""

    name = "none"
    strengths = ()


class Copy(Student):
    """Returns the teacher's own formula."""

    name = "copy"

    def distil(self, task):
        factor = getattr(task.teacher, "factor", 1.0)
        CALLS.append(("distil", factor))
        minus = Formula.apply("sub", Formula.variable(0), Formula.variable(task.X.shape[1] - 1))
        formula = Formula.apply("mul", Formula.constant(factor), minus)
        return [Candidate(formula, formula.predict)]


class R2(Metric):
    """1 - squared error: y is standardised."""

    name = "r2"
    direction = "higher"

    def score(self, context):
        return 1 - float(np.mean((context.y - context.prediction) ** 2))


class Steepness(Metric):
    """E||J||^2."""

    name = "jacobian_norm_squared"
    direction = "lower"

    def score(self, context):
        return float(np.mean(np.sum(context.gradient() ** 2, axis=1)))


class Off(Metric):
    """Mean absolute error."""

    name = "off"
    direction = "lower"

    def score(self, context):
        return float(np.mean(np.abs(context.y - context.prediction)))


RECIPE = """
name: search
dataset: tiny
teacher: [{name: guess, bias: 0.3}, {name: guess, bias: 0.0}]
regularizer: [none, {name: shift, strength: [0.1, 0.2]}]
student: copy
metric: [r2, jacobian_norm_squared]
distil: {teachers: best, extra: none, refit: none, prune: false}
trials: {seeds: 2}
"""


@pytest.fixture
def registry(registry_of):
    CALLS.clear()
    return registry_of(
        teacher=[Guess],
        regularizer=[Plain, Shift],
        student=[Copy],
        dataset=[TinyDataset],
        metric=[R2, Steepness, Off],
    )


def run(registry, folder=None, recipe=RECIPE):
    with ThreadPoolExecutor(1) as threads:
        return Study(recipe_from_text(recipe, registry), registry, folder).run(executor=threads, workers=2)


def distilled():
    return [call[1] for call in CALLS if call[0] == "distil"]


def test_the_most_accurate_teacher_of_each_trial_is_distilled_and_no_other(registry):
    results = run(registry)
    assert results.complete
    assert not results.failed
    taught = [outcome for outcome in results.outcomes if outcome.teacher]
    assert [outcome.penalty for outcome in taught] == ["best teacher", "best teacher"]
    for outcome in taught:
        scores = [r.scores["validation", "r2"] for r in results.teachers.values() if r.cell.trial == outcome.trial.key]
        assert len(scores) == 6
        assert outcome.teacher_score("r2", "validation") >= max(scores) - 0.001
        assert outcome.teacher == "best of 6 teachers"
        assert outcome.score("r2") == pytest.approx(outcome.teacher_score("r2"))
        assert results.teachers[outcome.teacher_cell.key].scores == outcome.teacher_scores
    assert len(distilled()) == 4  # of each trial one on the data, one on the best teacher


def test_of_each_regularizer_the_most_accurate_teacher_is_distilled(registry, tmp_path):
    results = run(registry, tmp_path / "run", RECIPE.replace("teachers: best", "teachers: each"))
    assert results.complete
    assert not results.failed
    taught = [outcome for outcome in results.outcomes if outcome.teacher]
    assert len(taught) == 2 * 2 * 2  # teachers, regularizers, seeds
    assert {outcome.penalty for outcome in taught} == {"none", "shift"}
    for outcome in taught:
        known = [
            record.scores["validation", "r2"]
            for record in results.teachers.values()
            if (record.cell.trial, record.cell.teacher) == (outcome.trial.key, outcome.teacher)
            and record.cell.regularizer == outcome.penalty
        ]
        assert len(known) == (2 if outcome.penalty == "shift" else 1)
        assert outcome.teacher_score("r2", "validation") >= max(known) - 0.001
    assert len(distilled()) == 2 * (1 + 4)
    assert {str(method) for method in results.scores_of_methods("r2")} >= {"none", "shift", "direct"}
    write_report(results, tmp_path / "report.html")


def test_without_teachers_students_search_on_the_data_alone(registry, tmp_path):
    results = run(registry, tmp_path / "run", RECIPE.replace("teachers: best", "teachers: none"))
    assert results.complete
    assert [outcome.role for outcome in results.outcomes] == [Role.DIRECT, Role.DIRECT]
    assert CALLS == [("distil", 1.0)] * 2
    assert results.trial_answers.keys() == results.trials.keys()
    write_report(results, tmp_path / "report.html")
    assert "on the data itself" in (tmp_path / "report.html").read_text()


def test_of_equally_accurate_teachers_the_smoothest_is_taken():
    def scores(r2, steepness):
        return {("validation", "r2"): r2, ("validation", "jacobian_norm_squared"): steepness}

    teachers = {"rough": scores(0.9, 3.0), "smooth": scores(0.8995, 2.0), "smoother": scores(0.8, 1.0)}
    assert best_teacher(teachers, "validation") == "smooth"
    assert best_teacher({**teachers, "better": scores(0.95, 9.0)}, "validation") == "better"


def test_a_teacher_whose_smoothness_is_unknown_comes_after_the_others():
    known = {("train", "r2"): 0.9, ("train", "jacobian_norm_squared"): 5.0}
    assert best_teacher({"unknown": {("train", "r2"): 0.9}, "known": known}, "train") == "known"
    assert best_teacher({"first": {("train", "r2"): 0.9}, "second": {("train", "r2"): 0.9}}, "train") == "first"


def test_there_is_no_best_teacher_without_scores():
    assert best_teacher({}, "train") is None
    assert best_teacher({"diverged": {("train", "r2"): math.nan}}, "train") is None


def test_what_is_finished_is_not_run_again(registry, tmp_path):
    first = run(registry, tmp_path)
    CALLS.clear()
    again = run(registry, tmp_path)
    assert CALLS == []
    assert again.outcomes == first.outcomes


def test_a_teacher_that_fails_leaves_the_choice_among_the_others(registry):
    results = run(registry, recipe=RECIPE.replace("bias: 0.0", "bias: 0.0, fails: true"))
    taught = [outcome for outcome in results.outcomes if outcome.teacher]
    assert {outcome.teacher_cell.teacher for outcome in taught} == {"guess(bias=0.3)"}
    assert {record.cell.role for record in results.failed} == {"teacher"}


def test_a_teacher_that_failed_once_may_be_the_best_later(registry, tmp_path, monkeypatch):
    train = Guess.train
    monkeypatch.setattr(Guess, "train", lambda self, jobs: [] if self.bias == 0.0 else train(self, jobs))
    run(registry, tmp_path)
    monkeypatch.setattr(Guess, "train", train)
    again = run(registry, tmp_path)
    assert not again.failed
    assert "guess" in {outcome.teacher_cell.teacher for outcome in again.outcomes if outcome.teacher}
    assert again.outcomes == run(registry).outcomes


ALWAYS_FAILS = RECIPE.replace("bias: 0.0", "bias: 0.0, fails: true")


def test_while_the_best_teacher_is_the_same_nothing_is_searched_again(registry, tmp_path):
    first = run(registry, tmp_path, ALWAYS_FAILS)
    CALLS.clear()
    again = run(registry, tmp_path, ALWAYS_FAILS + "budget: {minutes: 1}\n")
    assert distilled() == []
    assert [outcome.front for outcome in again.outcomes] == [outcome.front for outcome in first.outcomes]


def test_a_search_that_stays_is_scored_by_a_further_metric(registry, tmp_path):
    run(registry, tmp_path, ALWAYS_FAILS)
    CALLS.clear()
    again = run(registry, tmp_path, ALWAYS_FAILS.replace("metric: [", "metric: [off, "))
    assert again.complete
    assert distilled() == []


def test_a_search_that_fails_anew_leaves_what_an_earlier_one_found(registry, tmp_path, monkeypatch):
    recipe = RECIPE.replace("seeds: 2", "seeds: 1")
    train = Guess.train
    monkeypatch.setattr(Guess, "train", lambda self, jobs: [] if self.bias == 0.0 else train(self, jobs))
    first = run(registry, tmp_path, recipe)
    monkeypatch.setattr(Guess, "train", train)
    monkeypatch.setattr(Copy, "distil", lambda self, task: [])
    again = run(registry, tmp_path, recipe)
    assert [outcome.front for outcome in again.outcomes] == [outcome.front for outcome in first.outcomes]
    assert not again.complete
    assert [record.cell.role for record in again.unchanged] == [Role.TAUGHT]


def stopped_after_training(registry, folder, recipe):
    """Run a study that is stopped when its first training has come to an end."""
    stop = threading.Event()

    def progress(report):
        if any(line.startswith("train") for line in report.running):
            stop.set()

    study = Study(recipe_from_text(recipe, registry), registry, folder)
    return study.run(executor=CallingThread(), workers=1, progress=progress, stop=stop)


def test_a_run_that_ends_between_a_new_best_teacher_and_its_student_is_gone_on_with(registry, tmp_path, monkeypatch):
    recipe = RECIPE.replace("seeds: 2", "seeds: 1").replace("[none, {name: shift, strength: [0.1, 0.2]}]", "none")
    train = Guess.train
    monkeypatch.setattr(Guess, "train", lambda self, jobs: [] if self.bias == 0.0 else train(self, jobs))
    run(registry, tmp_path, recipe)
    monkeypatch.setattr(Guess, "train", train)
    half = stopped_after_training(registry, tmp_path, recipe)
    assert not half.complete
    assert any("copy: 1 of 2 searches imitated a teacher that is another by now" in note for note in half.notes)
    assert "guess(bias=0.3)" in {outcome.teacher_cell.teacher for outcome in half.outcomes if outcome.teacher}
    CALLS.clear()
    whole = run(registry, tmp_path, recipe)
    assert whole.complete
    assert {outcome.teacher_cell.teacher for outcome in whole.outcomes if outcome.teacher} == {"guess"}
    assert [call[0] for call in CALLS] == ["distil"]


def test_a_student_that_was_not_planned_when_its_best_teacher_came_to_its_end_searches_anew(
    registry, tmp_path, monkeypatch
):
    train = Guess.train
    monkeypatch.setattr(Guess, "train", lambda self, jobs: [] if self.bias == 0.0 else train(self, jobs))
    run(registry, tmp_path)
    monkeypatch.setattr(Guess, "train", train)
    run(registry, tmp_path, RECIPE.replace("teachers: best", "teachers: each"))
    assert run(registry, tmp_path).outcomes == run(registry).outcomes


def test_the_order_of_teachers_in_a_recipe_changes_nothing(registry, tmp_path):
    run(registry, tmp_path)
    CALLS.clear()
    run(
        registry,
        tmp_path,
        RECIPE.replace("bias: 0.3", "bias: 9").replace("bias: 0.0", "bias: 0.3").replace("bias: 9", "bias: 0.0"),
    )
    assert CALLS == []


def test_a_student_fails_where_all_of_its_teachers_do(registry):
    results = run(
        registry, recipe=RECIPE.replace("bias: 0.0", "fails: true").replace("bias: 0.3", "fails: true, bias: 1.0")
    )
    reasons = [record.reason for record in results.failed if record.cell.role != "teacher"]
    assert reasons == ["none of its teachers has a finite R2 on the validation part"] * 2
    assert {outcome.penalty for outcome in results.outcomes} == {"direct"}


def test_a_student_that_no_teacher_suits_fails_each_time_anew(registry, tmp_path, monkeypatch):
    monkeypatch.setattr(R2, "score", lambda self, context: math.nan if hasattr(context.model, "factor") else 0.5)
    for _ in range(2):
        results = run(registry, tmp_path, RECIPE + "keep: teachers\n")
        assert [record.reason for record in results.failed] == [
            "none of its teachers has a finite R2 on the validation part"
        ] * 2


def test_the_part_that_is_judged_on_decides_and_another_part_is_another_cell(registry, tmp_path):
    run(registry, tmp_path)
    CALLS.clear()
    results = run(registry, tmp_path, RECIPE + "choose: {part: train}\n")
    assert len(distilled()) == 2
    for outcome in (o for o in results.outcomes if o.teacher):
        scores = [r.scores["train", "r2"] for r in results.teachers.values() if r.cell.trial == outcome.trial.key]
        assert outcome.teacher_score("r2", "train") >= max(scores) - 0.001


def test_adding_a_seed_distils_the_best_teacher_of_that_seed_only(registry, tmp_path):
    run(registry, tmp_path, RECIPE.replace("seeds: 2", "seeds: 1"))
    CALLS.clear()
    run(registry, tmp_path)
    assert len(distilled()) == 2  # on the data, and on the best teacher


def test_the_best_teacher_is_compared_with_direct_and_stands_in_the_report(registry, tmp_path):
    results = run(registry, tmp_path / "run", RECIPE.replace("seeds: 2", "seeds: 6"))
    named = {(str(found.method), str(found.against)) for found in comparisons(results)}
    assert ("best teacher", "direct") in named
    write_report(Results.read(tmp_path / "run"), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "best teacher" in page


@pytest.mark.slow
def test_the_command_line_says_which_teacher_was_the_best(tmp_path):
    recipe = tmp_path / "r.yaml"
    recipe.write_text(
        "dataset: friedman1\nteacher: [{name: mlp, hidden: [4], epochs: 2}, {name: mlp, hidden: [8], epochs: 3}]\n"
        "regularizer: none\nstudent: linear\nmetric: [r2, jacobian_norm_squared]\ntrials: {seeds: 1}\n"
        "distil: {teachers: best}\n"
    )
    ran = CliRunner().invoke(main, ["run", str(recipe), "--out", str(tmp_path / "run"), "--workers", "1"])
    assert ran.exit_code == 0, ran.output
    rows_to_imitate = CliRunner().invoke(main, ["show", str(tmp_path / "run"), "--json"])
    formulas = json.loads(rows_to_imitate.output)["formulas"]
    (taught,) = [formula for formula in formulas if formula["penalty"] == "best teacher"]
    assert taught["imitates"] == {"teacher": "mlp(hidden=[8], epochs=3)", "penalty": "none", "strength": 0.0}
