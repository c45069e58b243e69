"""A study: what is finished is never run again, what fails leaves the rest alone."""

import sys
import threading
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from importlib.metadata import version
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import (
    Candidate,
    DataError,
    Dataset,
    Formula,
    Metric,
    PluginError,
    Regularizer,
    SmoothdistillError,
    Student,
    Study,
    Table,
    Teacher,
    TrainedTeacher,
    hookimpl,
    recipe_from_text,
)
from smoothdistill_core.store import Store

CALLS = []
"""What the toys below were asked to do, in order."""


class Line(Dataset):
    """y = slope * x, or nothing usable."""

    name = "line"
    slope: float = 2.0

    def load(self):
        if self.slope == 0:
            raise DataError("a flat line; give it a slope")
        x = np.arange(20.0)
        return Table(pd.DataFrame({"x": x, "y": self.slope * x}), "y", notes=("made up",))


class Scaled(TrainedTeacher):
    """Predicts factor * x."""

    def __init__(self, factor):
        self.factor = factor

    def predict(self, X):
        return self.factor * X[:, 0]

    def save(self):
        return str(self.factor).encode()


class Shrinking(Teacher):
    """Predicts x / (1 + strength)."""

    name = "shrinking"
    fail_at: float = -1.0

    def accepts(self, regularizer):
        return True

    def train(self, jobs):
        CALLS.extend(("train", job.strength, job.seed) for job in jobs)
        return [Scaled(np.nan if job.strength == self.fail_at else 1 / (1 + job.strength)) for job in jobs]

    def load(self, data):
        return Scaled(float(data))


class Unregularized(Regularizer):
    """Nothing."""

    name = "none"
    strengths = ()


class Shrinkage(Regularizer):
    """Something."""

    name = "shrinkage"


class Slope(Student):
    """Finds the one slope that fits."""

    name = "slope"
    mood: str = "good"

    def distil(self, task):
        slope = float(task.X[:, 0] @ task.y / (task.X[:, 0] @ task.X[:, 0]))
        CALLS.append(("distil", round(slope, 6), task.seed))
        if self.mood == "bad":
            raise ValueError("not today")
        formula = Formula.apply("mul", Formula.constant(slope), Formula.variable(0))
        return [Candidate(formula, formula.predict)]


class Mean(Student):
    """A baseline."""

    name = "mean"
    baseline = True

    def distil(self, task):
        CALLS.append(("mean", task.seed))
        formula = Formula.constant(float(task.y.mean()))
        return [Candidate(formula, formula.predict)]


class R2(Metric):
    """1 - squared error: y is standardised."""

    name = "r2"
    direction = "higher"

    def score(self, context):
        return 1 - float(np.mean((context.y - context.prediction) ** 2))


TOYS = {
    "teacher": [Shrinking],
    "regularizer": [Unregularized, Shrinkage],
    "student": [Slope, Mean],
    "dataset": [Line],
    "metric": [R2],
}


@pytest.fixture
def registry(registry_of):
    return registry_of(**TOYS)


@pytest.fixture(autouse=True)
def _no_calls():
    CALLS.clear()


RECIPE = """
name: toy
dataset: line
teacher: shrinking
regularizer: [none, {name: shrinkage, strength: [0.5, 1.0]}]
student: slope
metric: r2
trials: {seeds: 2}
"""


def run(registry, folder=None, recipe=RECIPE, executor=None, **changes):
    for old, new in changes.pop("replace", {}).items():
        recipe = recipe.replace(old, new)
    study = Study(recipe_from_text(recipe, registry), registry, folder)
    with executor or ThreadPoolExecutor(1) as threads:
        return study.run(executor=threads, workers=2, **changes)


def test_every_cell_of_the_plan_gets_a_result(registry):
    results = run(registry)
    assert results.complete
    assert not results.failed
    kinds = [(outcome.penalty, outcome.strength) for outcome in results.outcomes[:5]]
    assert kinds == [("mean", 0), ("direct", 0), ("none", 0), ("shrinkage", 0.5), ("shrinkage", 1.0)]
    assert len(results.outcomes) == 10
    assert results.trials[results.cells[0].cell.trial].facts.notes == ("made up",)


def test_the_versions_that_determine_numbers_are_kept(registry, monkeypatch):
    monkeypatch.setattr(Slope, "libraries", ("scipy",))
    versions = run(registry).versions
    assert versions["numpy"] == np.__version__
    assert versions["scipy"] == version("scipy")
    assert versions["Python"] == f"{sys.version_info.major}.{sys.version_info.minor}"


def test_no_file_is_written_unless_asked(registry, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(registry).folder is None
    assert list(tmp_path.iterdir()) == []


def test_direct_and_the_baseline_see_the_data_and_students_see_their_teacher(registry):
    run(registry, replace={"seeds: 2": "seeds: 1"})
    slopes = sorted(call[1] for call in CALLS if call[0] == "distil")
    np.testing.assert_allclose(slopes, [1 / 2, 1 / 1.5, 1, 1], atol=1e-5)
    assert ("mean", 0) in CALLS


def test_what_is_finished_is_not_run_again(registry, tmp_path):
    first = run(registry, tmp_path / "run")
    CALLS.clear()
    again = run(registry, tmp_path / "run")
    assert CALLS == []
    assert again.outcomes == first.outcomes


def test_adding_a_strength_runs_the_new_cells_only_and_says_what_changed(registry, tmp_path):
    run(registry, tmp_path / "run")
    CALLS.clear()
    reports = []
    results = run(registry, tmp_path / "run", replace={"[0.5, 1.0]": "[0.5, 1.0, 3.0]"}, progress=reports.append)
    assert [call for call in CALLS if call[0] == "train"] == [("train", 3.0, 0), ("train", 3.0, 1)]
    assert len([call for call in CALLS if call[0] == "distil"]) == 2
    assert len(results.outcomes) == 12
    (change,) = reports[0].changes
    assert "'strength': [0.5, 1.0, 3.0]" in change


def test_adding_a_student_trains_again_the_teachers_that_were_not_kept(registry, tmp_path):
    run(registry, tmp_path / "run", replace={"seeds: 2": "seeds: 1"})
    CALLS.clear()
    run(registry, tmp_path / "run", replace={"seeds: 2": "seeds: 1", "student: slope": "student: [slope, mean]"})
    assert [call[1] for call in CALLS if call[0] == "train"] == [0.0, 0.5, 1.0]
    assert not [call for call in CALLS if call[0] == "distil"]


def test_removed_cells_keep_their_results_outside_the_plan(registry, tmp_path):
    run(registry, tmp_path / "run")
    assert len(run(registry, tmp_path / "run", replace={"[0.5, 1.0]": "[0.5]"}).outcomes) == 8
    CALLS.clear()
    assert len(run(registry, tmp_path / "run").outcomes) == 10
    assert CALLS == []


def test_weights_are_kept_on_request_only(registry, tmp_path):
    run(registry, tmp_path / "run")
    with Store(tmp_path / "run") as store:
        assert store.with_weights() == set()
    run(registry, tmp_path / "run", recipe=RECIPE + "keep: teachers\n")
    with Store(tmp_path / "run") as store:
        assert len(store.with_weights()) == 6
    run(registry, tmp_path / "run")
    with Store(tmp_path / "run") as store:
        assert store.with_weights() == set()


def test_a_failing_student_fails_its_cells_only_and_is_tried_again_next_time(registry, tmp_path):
    bad = {"student: slope": "student: {name: slope, mood: bad}"}
    results = run(registry, tmp_path / "run", replace=bad)
    assert {record.reason for record in results.failed} == {"student 'slope': ValueError: not today"}
    assert len(results.failed) == 8
    assert results.complete
    assert {outcome.penalty for outcome in results.outcomes} == {"mean"}
    CALLS.clear()
    run(registry, tmp_path / "run", replace=bad)
    assert len([call for call in CALLS if call[0] == "distil"]) == 8


def test_a_failing_teacher_fails_its_students_and_not_its_neighbours(registry):
    results = run(registry, replace={"teacher: shrinking": "teacher: {name: shrinking, fail_at: 0.5}"})
    reasons = {record.cell.role: record.reason for record in results.failed}
    assert reasons["teacher"].startswith("the teacher's predictions are not finite")
    assert reasons["taught"].startswith("its teacher failed: the teacher's predictions are not finite")
    assert len(results.failed) == 4
    assert {outcome.strength for outcome in results.outcomes} == {0.0, 1.0}


def test_progress_counts_up_to_the_end(registry):
    reports = []
    run(registry, progress=reports.append)
    assert (reports[0].done, reports[0].total) == (0, 16)
    assert [report.done for report in reports] == sorted(report.done for report in reports)
    assert ("draw the answer on line",) in [report.running for report in reports]
    assert reports[-1].running == ()
    at_the_end = next(report for report in reversed(reports) if not report.running)
    assert (at_the_end.done, at_the_end.seconds_left) == (16, 0.0)
    assert any("train shrinking (shrinkage 0.5, 1) on line, seed 1" in report.running for report in reports)


def test_a_stopped_study_returns_what_there_is_and_goes_on_later(registry, tmp_path):
    stop = threading.Event()
    results = run(registry, tmp_path / "run", stop=stop, progress=lambda report: report.done >= 4 and stop.set())
    assert not results.complete
    done = sum(record.state == "done" for record in results.cells)
    assert done >= 4
    before = list(CALLS)
    assert run(registry, tmp_path / "run").complete
    repeated = [call for call in CALLS[len(before) :] if call in before and call[0] == "mean"]
    assert len(repeated) <= 1  # what was under way when the study stopped


def test_unusable_data_is_refused_before_any_work_and_all_of_it_is_named(registry, tmp_path):
    flat = RECIPE.replace("dataset: line", "dataset: [{name: line, slope: 0}]")
    with pytest.raises(DataError, match="dataset 'line': a flat line; give it a slope"):
        run(registry, tmp_path / "run", recipe=flat)
    assert CALLS == []


def test_a_dataset_plugin_that_fails_is_named_and_the_others_are_checked_too(registry):
    class Torn(Line):
        """Raises what nobody expects."""

        name = "torn"

        def load(self):
            raise KeyError("page 7")

    registry.register(SimpleNamespace(smoothdistill_datasets=hookimpl(lambda: [Torn])), "torn")
    recipe = RECIPE.replace("dataset: line", "dataset: [torn, {name: line, slope: 0}]")
    with pytest.raises(DataError, match=r"dataset 'torn': KeyError: 'page 7'\ndataset 'line': a flat line"):
        run(registry, recipe=recipe)


def test_a_toolkit_may_register_plugins_of_no_distribution(registry_of):
    registry = registry_of(distribution="a toolkit that is not installed", **TOYS)
    assert run(registry).complete


def test_a_metric_cannot_change_the_data_of_others(registry):
    class Vandal(R2):
        """Writes into what it is shown."""

        name = "vandal"

        def score(self, context):
            context.y[:] = 0.0
            return 0.0

    registry.register(SimpleNamespace(smoothdistill_metrics=hookimpl(lambda: [Vandal])), "vandal")
    results = run(registry, replace={"metric: r2": "metric: [r2, vandal]"})
    assert {record.reason.partition(":")[0] for record in results.failed if record.cell.role == "teacher"} == {
        "metric 'vandal'"
    }


@pytest.mark.parametrize("workers", [0, -1])
def test_a_study_needs_a_worker(registry, workers):
    with pytest.raises(SmoothdistillError, match=f"at least one worker, not {workers}"):
        Study(recipe_from_text(RECIPE, registry), registry).run(workers=workers)


def test_an_executor_that_is_shut_down_is_said(registry):
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(SmoothdistillError, match="the executor takes no more work"):
        Study(recipe_from_text(RECIPE, registry), registry).run(executor=executor)


def test_components_that_workers_cannot_import_are_said(registry):
    class Local(Slope):
        """Defined inside a function."""

        name = "local"

    registry.register(SimpleNamespace(smoothdistill_students=hookimpl(lambda: [Local])), "local")
    recipe = recipe_from_text(RECIPE.replace("student: slope", "student: local"), registry)
    with pytest.raises(PluginError, match="a component cannot be sent to a worker process"):
        Study(recipe, registry).run(workers=1)


def test_unusable_data_leave_no_folder(registry, tmp_path):
    with pytest.raises(DataError):
        run(registry, tmp_path / "run", recipe=RECIPE.replace("dataset: line", "dataset: {name: line, slope: 0}"))
    assert not (tmp_path / "run").exists()


def test_another_seed_of_the_same_recipe_changes_no_other(registry, tmp_path):
    run(registry, tmp_path / "run")
    CALLS.clear()
    run(registry, tmp_path / "run", replace={"seeds: 2": "runs: 2, seeds: 3"})
    assert {call[-1] for call in CALLS} == {2, 1000, 1001, 1002}


class Broken(Executor):
    """An executor that has gone away."""

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        future.set_exception(BrokenExecutor("the cluster is gone"))
        return future


def test_a_broken_executor_ends_the_study_resumably(registry, tmp_path):
    with pytest.raises(SmoothdistillError, match=r"the executor broke down.*run the study again to resume it"):
        run(registry, tmp_path / "run", executor=Broken())
    assert run(registry, tmp_path / "run").complete


def test_two_studies_in_two_threads_do_not_disturb_each_other(registry):
    expected = run(registry).outcomes
    found = []
    threads = [threading.Thread(target=lambda: found.append(run(registry).outcomes)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected, expected]
