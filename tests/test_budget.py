"""A budget bounds a whole run: what there was no time for is said, and done by a run that has more."""

import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from click.testing import CliRunner

from smoothdistill_core import RecipeError, Registry, Study, recipe_from_text, recipe_schema
from smoothdistill_core.cli.as_json import plain
from smoothdistill_core.cli.main import main
from smoothdistill_core.components import Role
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.results.portraying import Portraying
from smoothdistill_core.store import Store
from smoothdistill_core.testing import tiny


class Base(tiny.TinyStudent):
    """Is there in any case."""

    name = "base"
    baseline = True


class Slow(tiny.TinyStudent):
    """Needs half a second, and takes what it is given."""

    name = "slow"

    def distil(self, task):
        began = time.monotonic()
        while time.monotonic() - began < 0.5 and not task.deadline.is_over():
            time.sleep(0.01)
        return super().distil(task)


class Deaf(tiny.TinyStudent):
    """Asks for no deadline."""

    name = "deaf"

    def distil(self, task):
        time.sleep(4.0)
        return super().distil(task)


class Heavy(tiny.TinyStudent):
    """Imports much."""

    name = "heavy"

    def warm_up(self):
        warmed.append(self.name)
        time.sleep(1.5)


warmed = []


class Learner(tiny.TinyTeacher):
    """Comes to its own end only without a limit."""

    name = "learner"

    def train(self, jobs):
        if math.isfinite(jobs[0].deadline.left):
            jobs[0].deadline.note_cut()
        return super().train(jobs)


RECIPE = """
name: budget
dataset: tiny
teacher: learner
regularizer: none
student: slow
metric: [r2, jacobian_norm]
trials: {seeds: 3}
"""
CELLS = 3 * 4  # of each seed the baseline, a search on the data, a teacher, and a search that it taught


@pytest.fixture
def registry(smoothdistill_make_registry):
    return smoothdistill_make_registry(*tiny.COMPONENTS, Base, Slow, Deaf, Heavy, Learner)


@pytest.fixture
def run(registry, tmp_path):
    def run(budget="", recipe=RECIPE, **options):
        options = {"executor": CallingThread(), "workers": 1, "progress": lambda _: None} | options
        return Study(recipe_from_text(recipe + budget, registry), registry, tmp_path / "run").run(**options)

    return run


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("{minutes: 0}", "budget.minutes: 0 does not fit; it should be greater than 0"),
        ("{seconds: -1}", "budget.seconds: -1 does not fit; it should be greater than 0"),
        ("{seconds: .nan}", "budget.seconds: nan does not fit"),
        ("{minutes: .inf}", "budget.minutes: inf does not fit"),
        ("{minutes: two}", "budget.minutes: the text 'two' does not fit; it should be a number"),
        ("{minutes: true}", "budget.minutes: the truth value true does not fit"),
        ("{hours: 1}", "budget.hours: budget has no option 'hours'"),
        ("2", "budget: 2 does not fit; it should be a mapping"),
        (
            "{minutes: 1, seconds: 60}",
            "the budget is 1 minutes and 60 seconds; give one of the two",
        ),
    ],
)
def test_a_budget_that_is_none_is_refused_at_its_place(registry, said, wrong):
    with pytest.raises(RecipeError) as caught:
        recipe_from_text(f"{RECIPE}budget: {said}\n", registry)
    assert str(caught.value).startswith("recipe:9:")
    assert wrong in str(caught.value)


def test_minutes_are_sixty_seconds_and_without_either_there_is_no_limit(registry):
    def limit(said):
        return recipe_from_text(RECIPE + said, registry).budget.limit

    assert limit("budget: {minutes: 1.5}") == limit("budget: {seconds: 90}") == 90.0
    assert limit("budget: {}") is limit("") is None


def test_the_schema_knows_it():
    assert "budget" in recipe_schema(Registry())["properties"]


def test_a_budget_that_does_not_bite_changes_nothing(run, tmp_path):
    recipe = RECIPE.replace("learner", "tiny")
    cut = run("budget: {minutes: 10}", recipe)
    assert cut.complete
    assert not cut.cut
    assert not any("budget" in note for note in cut.notes)
    assert plain(run("", recipe)) == plain(cut)
    with Store(tmp_path / "run", read_only=True) as store:
        assert {record.attempts for record in store.cells()} == {1}


def test_a_budget_ends_a_run_in_time_and_says_what_it_left(run):
    began = time.monotonic()
    results = run("budget: {seconds: 1.5}")
    assert time.monotonic() - began < 1.1 * 1.5 + 1.5
    assert 0 < len(results.not_begun) < CELLS
    assert len(results.outcomes) >= 2
    assert not results.complete
    (said,) = (note for note in results.notes if "left no time" in note)
    assert f"{len(results.not_begun)} of {CELLS} pieces of work" in said
    assert len(plain(results)["not_begun"]) == len(results.not_begun)


def test_what_a_run_that_was_stopped_left_is_not_laid_on_the_budget(run):
    stop = threading.Event()
    results = run("budget: {minutes: 60}", ONE, stop=stop, progress=lambda report: report.done and stop.set())
    left = len(results.not_begun)
    assert f"{left} of 4 pieces of work were not run yet; run it again to do them" in results.notes
    assert not any("left no time" in note for note in results.notes)


def test_what_is_left_is_run_later_and_all_is_as_without_a_budget(run, registry):
    run("budget: {seconds: 1}")
    later = run()
    assert later.complete
    assert not later.cut
    at_once = Study(recipe_from_text(RECIPE, registry), registry).run(executor=CallingThread(), workers=1)
    assert plain(later)["formulas"] == plain(at_once)["formulas"]


def test_what_a_process_imports_is_imported_once_and_does_not_count(run):
    recipe = RECIPE.replace("slow", "heavy").replace("learner", "tiny")
    assert run("budget: {seconds: 1.4}", recipe).complete
    run("budget: {seconds: 1.4}", recipe.replace("seeds: 3", "seeds: 4"))
    assert warmed == ["heavy"]


def test_without_any_time_the_answer_is_the_baseline(run):
    results = run("budget: {seconds: 0.000001}")
    (outcome,) = results.outcomes
    assert outcome.role is Role.BASELINE
    assert results.answers["tiny"].recommended.chosen == outcome.chosen


def test_the_first_trial_of_each_dataset_comes_before_the_second_of_any(run):
    done = []
    run("budget: {minutes: 5}", progress=lambda report: done.extend(report.running))
    seeds = [line.rpartition("seed ")[2] for line in done if line.startswith(("base", "slow", "train"))]
    assert seeds == sorted(seeds)
    assert set(seeds) == {"0", "1", "2"}


ONE = RECIPE.replace("seeds: 3", "seeds: 1").replace("slow", "tiny")
"""One trial, of which only the teacher takes what it is given."""


def test_a_teacher_that_was_cut_is_said_and_its_students_count_as_cut(run):
    results = run("budget: {minutes: 5}", ONE)
    assert results.complete
    assert [record.cell.role for record in results.cut] == [Role.TEACHER, Role.TAUGHT]
    assert any("learner: the budget ended 1 of 1 trainings" in note for note in results.notes)


@pytest.mark.parametrize(("then", "again"), [("budget: {minutes: 5}", 1), ("budget: {minutes: 500}", 2), ("", 2)])
def test_it_is_trained_anew_with_its_students_once_there_is_more_time(run, then, again):
    run("budget: {minutes: 5}", ONE)
    results = run(then, ONE)
    attempts = {record.cell.role: record.attempts for record in results.cells}
    assert attempts == {Role.BASELINE: 1, Role.DIRECT: 1, Role.TEACHER: again, Role.TAUGHT: again}
    assert bool(results.cut) == bool(then)


@pytest.mark.parametrize("workers", [2, 3, 8])
def test_the_same_budget_brings_nothing_new_however_many_work(run, workers):
    run("budget: {minutes: 5}", ONE, workers=workers)
    results = run("budget: {minutes: 5}", ONE, workers=workers)
    assert {record.attempts for record in results.cells} == {1}


def test_a_student_follows_its_teacher_also_where_the_run_ends_between_them(run):
    recipe = ONE + "distil: {seconds: 10}\n"
    run("budget: {minutes: 5}", recipe)
    stop = threading.Event()
    half = run("", recipe, stop=stop, progress=lambda report: "train" in "".join(report.running) and stop.set())
    assert [(record.cell.role, record.stopped_after) for record in half.cut] == [(Role.TAUGHT, 0.0)]
    whole = run("", recipe)
    assert whole.complete
    assert not whole.cut


def test_who_takes_no_notice_where_nothing_stops_it_is_warned_of_also_with_progress(run):
    with pytest.warns(RuntimeWarning, match=r"deaf on tiny, seed 0 took 4\.\d s where it had"):
        run("budget: {seconds: 2}", RECIPE.replace("slow", "deaf").replace("seeds: 3", "seeds: 1"))


def test_a_run_does_not_wait_for_what_an_executor_of_others_goes_on_with(run):
    recipe = RECIPE.replace("slow", "deaf").replace("seeds: 3", "seeds: 1")
    with ThreadPoolExecutor(1) as executor:
        began = time.monotonic()
        results = run("budget: {seconds: 1}", recipe, executor=executor)
        assert time.monotonic() - began < 1.1 + 1.5
    assert [record.cell.role for record in results.cells if record.state == "done"] == [Role.BASELINE]


def test_an_attempt_to_do_cut_work_anew_that_fails_leaves_it_and_is_told(run, monkeypatch):
    before = run("budget: {minutes: 5}", ONE)
    monkeypatch.setattr(Learner, "train", lambda self, jobs: 1 / 0)
    results = run("", ONE)
    assert [record.cell.role for record in results.unchanged] == [Role.TEACHER, Role.TAUGHT]
    assert [outcome.front for outcome in results.outcomes] == [outcome.front for outcome in before.outcomes]
    assert any("left as it was: train learner" in note for note in results.notes)


def test_the_answer_is_drawn_anew_once_the_teacher_beside_it_is_another(run):
    run("budget: {minutes: 5}", ONE)
    cut = run("budget: {minutes: 5}", ONE)
    whole = [replace(teacher, stopped_after=None) for teacher in cut.teachers.values()]
    drawn = [
        Portraying.of("tiny", cut.answers["tiny"], teachers, "validation").done(cut.drawn)
        for teachers in (cut.teachers.values(), whole)
    ]
    assert drawn == [True, False]


def test_a_student_of_an_earlier_plan_follows_its_teacher_when_it_is_planned_again(run):
    run("budget: {minutes: 5}", ONE)
    run("", ONE.replace("student: tiny", "student: slow"))
    later = run("distil: {seconds: 10}\n", ONE)
    assert later.complete
    assert not later.cut


@pytest.mark.parametrize("minutes", ["0", "-2", "nan", "inf"])
@pytest.mark.parametrize("command", [["run", "quickstart"], ["fit", "table.csv", "--target", "y"]])
def test_minutes_that_are_no_time_are_refused_by_the_command(command, minutes):
    result = CliRunner().invoke(main, [*command, "--minutes", minutes])
    assert result.exit_code == 2
    assert "is no time; give a number above 0" in result.stderr


def test_minutes_that_are_no_number_are_refused_by_the_command():
    result = CliRunner().invoke(main, ["run", "quickstart", "--minutes", "two"])
    assert result.exit_code == 2
    assert "'two' is not a valid float" in result.stderr


def test_a_command_that_says_its_budget_twice_is_refused():
    result = CliRunner().invoke(main, ["run", "quickstart", "--minutes", "2", "--set", "budget.seconds=3"])
    assert result.exit_code == 2
    assert "--minutes and --set budget.seconds=3 both say how long it may take" in result.stderr


def test_minutes_of_the_command_take_the_place_of_those_of_the_recipe(tmp_path):
    (tmp_path / "plane.csv").write_text("x,y\n" + "".join(f"{n},{2 * n}\n" for n in range(60)))
    (tmp_path / "plane.yaml").write_text(
        "dataset: {name: csv, path: plane.csv, target: y}\nbudget: {seconds: 1}\nstudent: linear\n"
        "distil: {teachers: none}\n"
    )
    command = ["run", str(tmp_path / "plane.yaml"), "--minutes", "5", "--out", str(tmp_path / "run"), "--no-report"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    with Store(tmp_path / "run", read_only=True) as store:
        assert store.noted().content["budget"] == {"minutes": 5.0, "seconds": None}
