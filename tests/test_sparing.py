"""Sparing: where the first student leaves nothing to find, the other searches of its trial are not run."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from smoothdistill_core import (
    Candidate,
    Dataset,
    Formula,
    Registry,
    Results,
    Student,
    Study,
    Table,
    recipe_from_text,
)
from smoothdistill_core.cli import main
from smoothdistill_core.components import Role
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.report import write_report
from smoothdistill_core.statistics import comparisons
from smoothdistill_core.testing.tiny import Plain, Steepness, TinyNorm, TinyR2, TinyTeacher

CALLS = []
"""Who searched, and whether it imitated a teacher."""


class Plane(Dataset):
    """200 rows of ``y = a - 2 b`` with noise."""

    name = "plane"
    noise: float = 0.01

    def load(self):
        a, b, noise = np.random.default_rng(0).normal(size=(3, 200))
        return Table(pd.DataFrame({"a": a, "b": b, "y": a - 2 * b + self.noise * noise}), target="y")


class Searching(Student):
    def distil(self, task):
        CALLS.append((self.name, task.teacher is not None))
        formula = Formula.linear(self.slopes, 0.0)
        return [Candidate(formula, formula.predict)]


class First(Searching):
    """Finds the law, or half of it."""

    name = "first"
    half: bool = False

    @property
    def slopes(self):
        return [1.0] if self.half else [1.0, -1.0]


class Second(Searching):
    """Finds one slope."""

    name = "second"

    @property
    def slopes(self):
        return [0.5]


class Hurried(First):
    """Finds half of the law where there is a limit."""

    name = "hurried"

    def distil(self, task):
        if math.isfinite(task.deadline.left):
            task.deadline.note_cut()
            return First(half=True).distil(task)
        return super().distil(task)


class Learner(TinyTeacher):
    """Comes to its own end only without a limit."""

    name = "learner"

    def train(self, jobs):
        if math.isfinite(jobs[0].deadline.left):
            jobs[0].deadline.note_cut()
        return super().train(jobs)


RECIPE = """
name: spares
dataset: plane
teacher: tiny
regularizer: [none, {name: steepness, strength: 0.1}]
student: [first, second]
metric: [r2, jacobian_norm]
distil: {teachers: best, extra: none, prune: false, spare: true}
trials: {seeds: 2}
"""


@pytest.fixture
def registry(registry_of):
    CALLS.clear()
    return registry_of(
        teacher=[TinyTeacher, Learner],
        regularizer=[Plain, Steepness],
        student=[First, Second, Hurried],
        dataset=[Plane],
        metric=[TinyR2, TinyNorm],
    )


def run(registry, folder=None, recipe=RECIPE, **options):
    study = Study(recipe_from_text(recipe, registry), registry, folder)
    return study.run(**{"executor": CallingThread(), "workers": 1, **options})


def states(results):
    searches = [record for record in results.cells if record.cell.role is not Role.TEACHER]
    return [(record.cell.student, record.cell.role.value, record.state) for record in searches][:4]


def test_where_the_first_student_finds_the_law_nobody_searches_further(registry):
    results = run(registry)
    assert CALLS == [("first", False)] * 2
    assert states(results) == [
        ("first", "direct", "done"),
        ("second", "direct", "spared"),
        ("first", "taught", "spared"),
        ("second", "taught", "spared"),
    ]
    assert results.complete
    assert len(results.teachers) == 4
    assert results.answers["plane"].recommended.cell.student == "first"
    assert [note for note in results.notes if "spared" in note] == [
        "first found a formula that leaves nothing which a smooth model predicts in 2 of 2 trials: 6 further searches "
        "were spared (distil.spare: false runs them)"
    ]


@pytest.mark.parametrize(
    "otherwise",
    [
        ("student: [first", "student: [{name: first, half: true}"),
        ("dataset: plane", "dataset: {name: plane, noise: 1.0}"),
        ("spare: true", "spare: false"),
        (", spare: true", ""),
    ],
)
def test_otherwise_all_search(registry, otherwise):
    results = run(registry, recipe=RECIPE.replace(*otherwise))
    assert sorted(set(CALLS)) == [("first", False), ("first", True), ("second", False), ("second", True)]
    assert len(CALLS) == 8
    assert results.complete
    assert not any("spared" in note for note in results.notes)


def test_several_workers_spare_the_same_searches(registry):
    with ThreadPoolExecutor(2) as threads:
        results = run(registry, executor=threads, workers=2)
    assert CALLS == [("first", False)] * 2
    assert states(results) == states(run(registry))


def test_what_was_spared_is_not_run_again_and_is_run_when_the_recipe_wants_it(registry, tmp_path):
    run(registry, tmp_path)
    CALLS.clear()
    assert run(registry, tmp_path).complete
    assert CALLS == []
    everything = run(registry, tmp_path, RECIPE.replace("spare: true", "spare: false"))
    assert everything.complete
    assert sorted(set(CALLS)) == [("first", True), ("second", False), ("second", True)]
    assert {state for _, _, state in states(everything)} == {"done"}
    assert {state for _, _, state in states(run(registry, tmp_path))} == {"done"}  # what is there stays


def test_a_run_that_was_stopped_spares_the_same(registry, tmp_path):
    stop = Event()
    run(registry, tmp_path, stop=stop, progress=lambda report: stop.set() if report.done == 1 else None)
    assert run(registry, tmp_path).complete
    assert CALLS == [("first", False)] * 2


def test_what_was_found_before_is_not_spared_and_follows_its_teacher(registry, tmp_path):
    recipe = RECIPE.replace("teacher: tiny", "teacher: learner").replace("[first, second]", "[hurried, second]")
    cut = run(registry, tmp_path, recipe + "budget: {minutes: 5}\n")
    assert {state for _, _, state in states(cut)} == {"done"}
    whole = run(registry, tmp_path, recipe)
    assert whole.complete
    assert not whole.cut


def test_a_dry_run_knows_what_is_spared(registry, tmp_path):
    recipe = recipe_from_text(RECIPE, registry)
    before = Study(recipe, registry, tmp_path).outlook(workers=1)
    assert sum(batch.to_run for batch in before.batches) == 12
    run(registry, tmp_path)
    assert sum(batch.to_run for batch in Study(recipe, registry, tmp_path).outlook(workers=1).batches) == 0


def test_show_report_and_comparisons_say_what_was_spared(registry, tmp_path):
    results = run(registry, tmp_path / "run")
    write_report(results, tmp_path / "report.html")
    assert "6 further searches were spared" in (tmp_path / "report.html").read_text()
    shown = CliRunner().invoke(main, ["show", str(tmp_path / "run")]).output
    assert "further searches were spared" in " ".join(shown.split())
    assert "still to be run" not in shown
    told = json.loads(CliRunner().invoke(main, ["show", str(tmp_path / "run"), "--json"]).output)
    assert told["complete"]
    assert told["not_begun"] == []
    missing = [why.why for each in comparisons(Results.read(tmp_path / "run")) for why in each.missing]
    assert set(missing) == {"spared, as the first search left nothing to find"}


def test_a_recipe_that_names_no_students_spares_searches_and_one_that_does_compares_them():
    registry = Registry()
    assert recipe_from_text("dataset: diabetes", registry).distil.spare
    assert not recipe_from_text("dataset: diabetes\ndistil: {spare: false}", registry).distil.spare
    assert not recipe_from_text("dataset: diabetes\nstudent: [symmetry, operon]", registry).distil.spare
