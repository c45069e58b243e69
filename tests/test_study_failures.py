"""What becomes of cells that fail: by workers that die, by time limits, by scores that are no numbers."""

import sqlite3
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from smoothdistill_core import Results, StoreError, Study, recipe_from_text
from smoothdistill_core.executors import LostWorkerError, OutOfTimeError
from smoothdistill_core.store import Store
from smoothdistill_core.testing import tiny

LIMITED = tiny.RECIPE + "distil: {seconds: 60}\n"


@pytest.fixture
def run(smoothdistill_make_registry, tmp_path):
    """Run a recipe of made-up components in the same folder again and again: results and what was reported."""

    def run(recipe=tiny.RECIPE, executor=None, components=tiny.COMPONENTS):
        registry = smoothdistill_make_registry(*components)
        reports = []
        with executor or ThreadPoolExecutor(1) as executor:
            study = Study(recipe_from_text(recipe, registry), registry, tmp_path / "run")
            return study.run(executor=executor, workers=2, progress=reports.append), reports

    return run


@pytest.fixture
def attempts(tmp_path):
    """Return how often each cell was tried."""

    def attempts():
        with Store(tmp_path / "run", read_only=True) as store:
            return sorted(record.attempts for record in store.cells())

    return attempts


class Mortal(Executor):
    """Workers that die of a task for which ``deadly`` holds, as often as they are asked, or ``times`` times."""

    def __init__(self, deadly, error=None, times=1000):
        self.deadly = deadly
        self.error = error or LostWorkerError(-9)
        self.times = times

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        if self.times and self.deadly(*args):
            self.times -= 1
            future.set_exception(self.error)
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def is_student(_, component=None, *__):
    return getattr(component, "kind", None) == "student"


def test_a_cell_that_a_worker_died_of_is_tried_once_more(run, attempts):
    results, _ = run(executor=Mortal(is_student, times=1))
    assert not results.failed
    assert attempts() == [1] * 13 + [2]


def test_a_cell_that_workers_die_of_twice_fails_alone(run, attempts):
    results, _ = run(executor=Mortal(is_student, times=2))
    (record,) = results.failed
    assert record.reason == (
        "its worker process was killed by signal 9 (9 is often: out of memory), and once more at the second try"
    )
    assert attempts() == [1] * 13 + [2]


def test_of_a_sweep_that_workers_die_of_only_the_guilty_strength_fails(run):
    def deadly(trial, component, sweep, *_):
        return getattr(component, "kind", None) == "teacher" and any(strength == 1.0 for _, strength in sweep)

    results, _ = run(executor=Mortal(deadly))
    assert {record.cell.strength for record in results.failed} == {1.0}
    assert {record.cell.strength for record in results.teachers.values()} == {0.0, 0.1}


def test_a_student_that_ran_out_of_time_waits_for_a_higher_limit(run, attempts):
    results, reports = run(LIMITED, Mortal(is_student, OutOfTimeError(60.0)))
    assert "is not kept by the executor that was given: students are told" in reports[0].notices[0]
    assert {record.reason for record in results.failed} == {"timed out after 60 s"}
    before = attempts()
    again, _ = run(LIMITED)
    assert len(again.failed) == 8
    assert attempts() == before
    assert not run(LIMITED.replace("60", "61"))[0].failed


def test_without_a_limit_what_ran_out_of_time_runs_again(run):
    run(LIMITED, Mortal(is_student, OutOfTimeError(60.0)))
    assert not run()[0].failed


def test_a_time_limit_identifies_no_cell(run, attempts):
    run()
    results, reports = run(LIMITED)
    assert results.complete
    assert attempts() == [1] * 14
    assert reports[0].changes == ("distil.seconds: None is now 60.0",)


def test_a_limit_that_an_executor_does_not_keep_is_said_also_without_progress(smoothdistill_make_registry):
    registry = smoothdistill_make_registry(*tiny.COMPONENTS)
    with (
        ThreadPoolExecutor(1) as executor,
        pytest.warns(RuntimeWarning, match=r"distil\.seconds: 60 is not kept"),
    ):
        Study(recipe_from_text(LIMITED, registry), registry).run(executor=executor, workers=1)


class Hurried(tiny.TinyStudent):
    """Says how long it had."""

    def distil(self, task):
        return [replace(one, notes=(f"{task.deadline.left}",)) for one in super().distil(task)]


def test_a_student_is_told_its_deadline_also_by_an_executor_that_keeps_no_limit(smoothdistill_make_registry):
    others = [component for component in tiny.COMPONENTS if component is not tiny.TinyStudent]
    registry = smoothdistill_make_registry(*others, Hurried)
    study = Study(recipe_from_text(LIMITED, registry), registry)
    with ThreadPoolExecutor(1) as executor:
        results = study.run(executor=executor, workers=1, progress=lambda progress: None)
    told = [float(note) for outcome in results.outcomes for note in outcome.chosen.notes]
    assert len(told) == 8
    assert all(40.0 < seconds < 60.0 for seconds in told)


def test_results_outside_of_the_plan_are_counted(run):
    run()
    _, reports = run(tiny.RECIPE.replace("[0.1, 1.0]", "[0.1]"))
    assert reports[0].notices == ("results outside of the present plan, which stay in the run folder: 4",)


def test_a_damaged_file_is_said_and_the_study_completes_all_the_same(run, tmp_path):
    before, _ = run()
    with (tmp_path / "run" / "results.sqlite").open("r+b") as file:
        file.truncate(file.seek(0, 2) - 4096)
    results, reports = run()
    assert "was damaged" in reports[0].notices[0]
    assert results.complete
    found = [[(outcome.formula, outcome.scores) for outcome in these.outcomes] for these in (before, results)]
    assert found[0] == found[1]


def test_of_a_damaged_file_the_damaged_cell_alone_is_run_anew(run, attempts, tmp_path):
    before, _ = run()
    one = "(SELECT key FROM cells WHERE role = 'direct' LIMIT 1)"
    with closing(sqlite3.connect(tmp_path / "run" / "results.sqlite")) as database, database:
        database.execute(f"UPDATE scores SET value = value + 0.5 WHERE cell = {one}")
        database.execute(f"UPDATE cells SET attempts = 5 WHERE key = {one}")
        database.execute("UPDATE meta SET value = '{}' WHERE key = 'content'")
    results, reports = run()
    assert "13 finished cells could be read from it and will not run again; lost: content" in reports[0].notices[0]
    assert attempts() == [1] * 14
    assert [outcome.scores for outcome in results.outcomes] == [outcome.scores for outcome in before.outcomes]
    assert results.content == before.content


class Blind(tiny.TinyR2):
    """R2 that is no number on the validation part."""

    def score(self, context):
        return float("nan") if context.part == "validation" else super().score(context)


def test_a_student_without_a_finite_score_has_failed_and_is_not_run_again(run, attempts):
    blind = [component for component in tiny.COMPONENTS if component is not tiny.TinyR2] + [Blind]
    results, _ = run(components=blind)
    assert {record.reason for record in results.failed} == {"no formula has a finite R2 on the validation part"}
    assert len(results.failed) == 8
    assert results.outcomes == ()
    elsewhere, _ = run(tiny.RECIPE + "choose: {part: train}\n", components=blind)
    assert len(elsewhere.outcomes) == 8
    assert attempts() == [1] * 14


class LookAlike:
    """Has the attributes of a result, and another class: as where a worker imported all modules a second time."""

    def __init__(self, result):
        vars(self).update(vars(result))


class Doubling(Executor):
    """Workers in which modules are there twice after a student worked."""

    def submit(self, fn, /, *args, **kwargs):
        future, stint = Future(), fn(*args, **kwargs)
        future.set_result(LookAlike(replace(stint, outcome=LookAlike(stint.outcome))) if is_student(*args) else stint)
        return future


def test_a_result_of_another_class_of_the_same_name_fails_alone(run):
    results, _ = run(executor=Doubling())
    assert {record.reason for record in results.failed} == {
        "its worker process failed: modules were taken out of it while it worked, and what it returned is no result"
    }
    assert {record.cell.student for record in results.failed} == {"tiny"}
    assert len(results.teachers) == 6


def test_a_run_that_ends_before_its_plan_is_there_has_not_begun(run, tmp_path, monkeypatch):
    def full(*args):
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "set_plan", full)
        with pytest.raises(StoreError, match="the disk is full"):
            run()
    with pytest.raises(StoreError, match="had not begun"):
        Results.read(tmp_path / "run")
    results, _ = run()
    assert results.complete
