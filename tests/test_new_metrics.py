"""A metric that comes to a finished run: what was found is scored, nothing is searched again."""

import re
import threading
from typing import ClassVar

import numpy as np
import pytest

from smoothdistill_core import Metric, Registry, Results, Study, read_recipe, recipe_from_text
from smoothdistill_core.cli.console import console
from smoothdistill_core.cli.dry_run import show_outlook
from smoothdistill_core.cli.running import run_recipe
from smoothdistill_core.cli.showing import show_results
from smoothdistill_core.components import Role
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.store import Store
from smoothdistill_core.testing import tiny

CALLS = []
"""What was trained and searched, in order."""


class Teacher(tiny.TinyTeacher):
    """Tells when it trains, and is another one where ``moved``."""

    moved: ClassVar[float] = 0.0

    def train(self, jobs):
        CALLS.extend(("train", job.strength, job.seed) for job in jobs)
        trained = super().train(jobs)
        return [tiny.LinearTeacher([s + self.moved for s in one.slopes], one.intercept) for one in trained]


class Student(tiny.TinyStudent):
    """Tells when it searches."""

    def distil(self, task):
        CALLS.append(("distil", task.seed))
        return super().distil(task)


class Length(Metric):
    """A metric of formulas that needs no teacher."""

    name = "length"
    direction = "lower"
    of = "formulas"
    needs_teacher = False
    factor: float = 1.0

    def score(self, context):
        return self.factor * context.model.complexity


class Likeness(Metric):
    """A metric of formulas that needs their teacher."""

    name = "likeness"
    direction = "lower"
    of = "formulas"

    def score(self, context):
        if context.teacher_prediction is None:
            return None
        return float(np.mean((context.prediction - context.teacher_prediction) ** 2))


class Offset(Metric):
    """A metric of teachers and formulas."""

    name = "offset"
    direction = "lower"
    needs_teacher = False

    def score(self, context):
        return abs(float(np.mean(context.prediction - context.y)))


class Steepness(tiny.TinyNorm):
    """The metric that best teachers are chosen by, where it is there."""

    name = "jacobian_norm_squared"


@pytest.fixture(autouse=True)
def _no_calls():
    CALLS.clear()


@pytest.fixture
def study(registry_of, tmp_path):
    """Return a study with the usual metrics and further ones, in a folder."""

    def study(*metrics, more="", folder="run", strengths="[0.1, 1.0]"):
        kinds = {"metric": [Length, Likeness, Offset, Steepness]}
        others = [component for component in tiny.COMPONENTS if component.name != "tiny" or component.kind == "dataset"]
        for component in (*others, Teacher, Student):
            kinds.setdefault(component.kind, []).append(component)
        registry = registry_of(**kinds)
        recipe = tiny.RECIPE.replace("jacobian_norm]", ", ".join(["jacobian_norm", *metrics]) + "]") + more
        recipe = recipe.replace("[0.1, 1.0]", strengths)
        return Study(recipe_from_text(recipe, registry), registry, None if folder is None else tmp_path / folder)

    return study


def run(study, progress=lambda report: None, **options):
    return study.run(executor=CallingThread(), workers=1, progress=progress, **options)


def contents(study):
    with Store(study.folder, read_only=True) as store:
        return store.contents()


def trained():
    return [call[1:] for call in CALLS if call[0] == "train"]


def searched():
    return [call for call in CALLS if call[0] == "distil"]


def test_a_metric_added_later_searches_nothing_again(study):
    before = run(study())
    CALLS.clear()
    results = run(study("length"))
    assert CALLS == []
    assert [outcome.formula for outcome in results.outcomes] == [outcome.formula for outcome in before.outcomes]
    for outcome in results.outcomes:
        assert {outcome.score("length", part) for part in ("train", "test")} == {outcome.formula.complexity}
    assert results.complete
    run(study("length"))
    assert CALLS == []


@pytest.mark.parametrize("metrics", [("length",), ("likeness",), ("offset",), ("length", "likeness", "offset")])
@pytest.mark.parametrize("more", ["", "keep: teachers\n"])
def test_a_run_that_got_its_metrics_later_is_the_one_that_had_them_from_the_start(study, metrics, more):
    run(study(more=more))
    CALLS.clear()
    run(study(*metrics, more=more))
    assert searched() == []
    whole = study(*metrics, more=more, folder="whole")
    run(whole)
    assert contents(study(more=more)) == contents(whole)


def test_a_metric_that_needs_the_teacher_reads_the_kept_weights(study):
    run(study(more="keep: teachers\n"))
    CALLS.clear()
    results = run(study("likeness", "offset", more="keep: teachers\n"))
    assert CALLS == []
    assert all(("test", "offset") in record.scores for record in results.teachers.values())
    taught = [outcome for outcome in results.outcomes if outcome.role is Role.TAUGHT]
    assert all(np.isfinite(outcome.score("likeness")) for outcome in taught)


def test_without_its_weights_it_trains_only_the_teacher_it_needs_to_the_same_bits(study):
    run(study("likeness", strengths="[0.1]"))
    run(study())
    CALLS.clear()
    results = run(study("likeness"))
    assert trained() == [(1.0, 0), (1.0, 1)]
    assert searched() == []
    whole = run(study("likeness", folder=None))
    assert results.outcomes == whole.outcomes


def test_a_student_of_the_best_teacher_has_only_that_one_trained_again(study):
    best = "distil: {teachers: best}\n"
    before = run(study(more=best))
    CALLS.clear()
    run(study("length", more=best))
    assert CALLS == []
    results = run(study("likeness", more=best))
    imitated = [outcome.teacher_cell.strength for outcome in results.outcomes if outcome.teacher_cell]
    assert [strength for strength, _ in trained()] == imitated
    assert searched() == []
    assert [outcome.formula for outcome in results.outcomes] == [outcome.formula for outcome in before.outcomes]


def test_a_metric_that_the_best_teacher_is_chosen_by_chooses_anew(study):
    best = "distil: {teachers: best}\n"
    run(study(more=best))
    CALLS.clear()
    results = run(study("jacobian_norm_squared", more=best))
    assert len(searched()) == 2
    assert results.outcomes == run(study("jacobian_norm_squared", more=best, folder=None)).outcomes


def test_removing_a_metric_runs_nothing_and_its_scores_are_not_shown(study):
    before = run(study("likeness", "offset"))
    CALLS.clear()
    results = run(study())
    assert CALLS == []
    assert {metric for outcome in results.outcomes for _, metric in outcome.scores} == {"r2", "jacobian_norm"}
    assert {metric for record in results.teachers.values() for _, metric in record.scores} == {"r2", "jacobian_norm"}
    assert run(study("likeness", "offset")).outcomes == before.outcomes
    assert CALLS == []


def test_a_raised_revision_of_a_metric_scores_anew_and_searches_nothing(study, monkeypatch):
    run(study("length"))
    CALLS.clear()
    monkeypatch.setattr(Length, "revision", 2)
    monkeypatch.setattr(Length, "score", lambda self, context: 7.0)
    assert {outcome.score("length") for outcome in run(study("length")).outcomes} == {7.0}
    assert CALLS == []


def test_a_metric_with_other_options_is_another_metric(study):
    run(study("length"))
    results = run(study("length", "{name: length, factor: 2.0}"))
    for outcome in results.outcomes:
        assert outcome.score("length(factor=2.0)") == 2 * outcome.score("length")
    assert searched()[8:] == []


def test_a_teacher_that_comes_out_otherwise_is_left_as_it_was(study, monkeypatch):
    before = run(study())
    monkeypatch.setattr(Teacher, "moved", 1e-9)
    results = run(study("likeness"))
    assert not results.complete
    assert not results.failed
    assert [record.scores for record in results.teachers.values()] == [r.scores for r in before.teachers.values()]
    assert all(("test", "likeness") not in outcome.scores for outcome in results.outcomes)
    said = (
        r"left as it was: train tiny \(steepness 1\) on tiny, seed 0: trained again it is another teacher: \w+ on the"
    )
    assert any(re.match(said, note) for note in results.notes)
    monkeypatch.setattr(Teacher, "moved", 0.0)
    results = run(study("likeness"))
    assert results.complete
    assert results.notes == before.notes


def test_a_metric_that_fails_leaves_what_was_found_and_is_tried_again(study, monkeypatch, capsys):
    before = run(study())
    CALLS.clear()
    score = Length.score
    monkeypatch.setattr(Length, "score", lambda self, context: 1 / 0)
    reports = []
    results = run(study("length"), progress=reports.append)
    assert [outcome.scores for outcome in results.outcomes] == [outcome.scores for outcome in before.outcomes]
    assert reports[-1].failed == len(results.unchanged) == 8
    show_results(results, console())
    assert "8 cells lack scores of a metric; run the recipe again to go on." in capsys.readouterr().out
    assert results.notes[-1].startswith("left as it was: score the formulas of tiny on tiny, seed 1 by length: metric")
    without = run(study())
    assert without.complete
    assert without.unchanged == ()
    monkeypatch.setattr(Length, "score", score)
    assert run(study("length")).complete
    assert CALLS == []


def test_a_study_stopped_while_it_scores_goes_on_where_it_was(study):
    run(study())
    stop = threading.Event()
    half = run(study("likeness"), stop=stop, progress=lambda report: report.done >= 9 and stop.set())
    assert 0 < len(half.unscored) < 8
    assert not half.complete
    run(study("likeness"))
    whole = study("likeness", folder="whole")
    run(whole)
    assert contents(study()) == contents(whole)


def test_what_a_budget_left_no_time_to_score_is_said_and_is_no_failure(study):
    run(study())
    results = run(study("length", more="budget: {seconds: 0.000001}\n"))
    assert (len(results.unscored), len(results.unchanged)) == (7, 0)  # the first piece of work is begun in any case
    said = "the budget left no time to score 7 of 14 pieces of work by every metric, and a further run does it"
    assert said in results.limits_met
    assert run(study("length")).complete


def test_the_command_ends_well_where_a_budget_left_no_time_to_score(registry_of, tmp_path):
    from smoothdistill_scores.size import Complexity

    kinds = {"metric": [Complexity]}
    for component in tiny.COMPONENTS:
        kinds.setdefault(component.kind, []).append(component)
    registry, place = registry_of(**kinds), tmp_path / "tiny.yaml"
    place.write_text(tiny.RECIPE)
    run(Study(read_recipe(place, registry), registry, tmp_path / "run"))
    place.write_text(tiny.RECIPE.replace("[r2,", "[r2, complexity,"))
    where, minutes = str(tmp_path / "run"), 1e-8
    assert run_recipe(str(place), registry, where, 1, minutes, None, False, (), False, report=False) == 0
    assert Results.read(tmp_path / "run").unscored


def test_a_new_student_and_a_new_metric_come_at_once(study):
    first = study()
    run(first)
    CALLS.clear()
    more = "distil: {refit: none}\n"  # other searches of the same teachers
    results = run(study("likeness", "offset", more=more))
    assert results.outcomes == run(study("likeness", "offset", more=more, folder=None)).outcomes


def test_the_dry_run_says_what_a_new_metric_costs(study, capsys):
    run(study())
    found = study("likeness", "length").outlook()
    assert found.scored_by == ("likeness", "length")
    assert [(batch.kind, batch.to_run, batch.to_score) for batch in found.batches] == [
        ("teacher", 6, 0),
        ("student", 0, 8),
    ]
    assert found.trained_again == 6
    show_outlook(found, as_json=False)
    said = " ".join(capsys.readouterr().out.split())
    assert "Scored anew by likeness, length: formulas of 8 students, 6 teachers trained again for it, to" in said
    assert "Nothing is searched again for it." in said
    only = study("length").outlook()
    assert (only.trained_again, sum(batch.to_run for batch in only.batches)) == (0, 0)
    show_outlook(only, as_json=False)
    assert "Nothing else is left to run." in capsys.readouterr().out
    run(study("likeness", "length"))
    assert study("likeness", "length").outlook().scored_by == ()


def test_the_dry_run_counts_teachers_whose_weights_were_kept_apart(study, capsys):
    run(study(more="keep: teachers\n"))
    found = study("offset", more="keep: teachers\n").outlook()
    assert [(batch.kind, batch.to_run, batch.to_score) for batch in found.batches] == [
        ("teacher", 0, 6),
        ("student", 0, 8),
    ]
    show_outlook(found, as_json=False)
    said = " ".join(capsys.readouterr().out.split())
    assert "formulas of 8 students, 6 teachers whose weights were kept. Nothing" in said


@pytest.mark.slow
def test_processes_of_their_own_score_alike(registry_of, tmp_path):
    from smoothdistill_scores.accuracy import Fidelity, MeanAbsoluteError

    kinds = {"metric": [Fidelity, MeanAbsoluteError]}
    for component in tiny.COMPONENTS:
        kinds.setdefault(component.kind, []).append(component)
    registry = registry_of(**kinds)
    recipe = recipe_from_text(tiny.RECIPE, registry)
    Study(recipe, registry, tmp_path / "run").run(workers=2)
    more = recipe_from_text(tiny.RECIPE.replace("[r2,", "[r2, fidelity, mae,"), registry)
    found = Study(more, registry, tmp_path / "run").run(workers=2)
    assert found.complete
    assert found.outcomes == run(Study(more, registry)).outcomes


@pytest.mark.slow
def test_a_network_trained_again_for_a_metric_is_the_same_to_the_bit(small_recipe, tmp_path):
    registry = Registry()

    def study(*overrides, folder="run"):
        return Study(read_recipe(small_recipe, registry, overrides), registry, tmp_path / folder)

    fewer = ("regularizer.1.strength=0.1", "trials.seeds=1")
    run(study(*fewer, folder="run"))
    run(study("trials.seeds=1", "metric=[r2]"))
    results = run(study("trials.seeds=1"))
    assert results.complete
    assert not [note for note in results.notes if "left as it was" in note]
    whole = study("trials.seeds=1", folder="whole")
    assert run(whole).outcomes == results.outcomes
    assert contents(whole) == contents(study())
