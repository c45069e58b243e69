"""The pace of a study: what is left is told from what was measured, and what is done once is not taken for all."""

from concurrent.futures import Executor, Future
from dataclasses import replace
from types import SimpleNamespace

import pytest

from smoothdistill_core import Study, recipe_from_text
from smoothdistill_core.store import CellState
from smoothdistill_core.study import make_plan
from smoothdistill_core.study.pace import RECENT, KindOfWork, Pace, kind_of_work
from smoothdistill_core.study.stint import Stint, stint_of
from smoothdistill_core.study.tasks import keys_of
from smoothdistill_core.testing import tiny

SEARCH = KindOfWork("student", "operon", "diabetes", "taught")
SWEEP = KindOfWork("sweep", "mlp", "diabetes", "jacobian")
ALONE = KindOfWork("teacher", "mlp", "diabetes", "none")
OTHER_DATA = KindOfWork("student", "operon", "boston", "taught")


@pytest.fixture
def plan(smoothdistill_make_registry):
    """Return a plan of made-up components: two trials, each with a teacher alone and a sweep of two."""
    registry = smoothdistill_make_registry(*tiny.COMPONENTS)
    return make_plan(recipe_from_text(tiny.RECIPE, registry), registry)


def pace_of(*seconds, work=SEARCH, first=0):
    """Return the pace of cells of one kind, the ``first`` of which were each the first in a process."""
    pace = Pace()
    for place, each in enumerate(seconds):
        pace.add(work, each, first=place < first)
    return pace


def stint(process, began, ended):
    return Stint(None, ("here", process), began, ended)


class MadeUpTimes(Executor):
    """One worker, in which a teacher takes 4 seconds and a student 6; the first of each takes 30 more."""

    def __init__(self):
        self.known = set()
        self.began = self.clock = 0.0

    def submit(self, fn, /, trial, component, *args, **kwargs):
        self.began = self.clock
        future = Future()
        if not isinstance(result := fn(trial, component, *args, **kwargs), Stint):  # what comes after the cells
            future.set_result(result)
            return future
        outcome = result.outcome
        cells = outcome if component.kind == "teacher" else [outcome]
        once = 0.0 if component.kind in self.known else 30.0
        self.known.add(component.kind)
        each = (4.0 if component.kind == "teacher" else 6.0) + once / len(cells)
        self.clock += each * len(cells)
        timed = [replace(cell, seconds=each) for cell in cells]
        future.set_result(Stint(timed if cells is outcome else timed[0], ("here", 1), self.began, self.clock))
        return future


def test_a_run_that_starts_slowly_announces_what_is_left_and_no_multiple_of_it(smoothdistill_make_registry):
    registry = smoothdistill_make_registry(*tiny.COMPONENTS)
    recipe = recipe_from_text(tiny.RECIPE.replace("seeds: 2", "seeds: 5"), registry)
    executor, told = MadeUpTimes(), []
    # what is under way as a progress is told counts as still to come
    Study(recipe, registry).run(
        executor=executor,
        workers=1,
        progress=lambda progress: told.append((executor.began, progress.running, progress.seconds_left)),
    )
    known = [(left, executor.clock - began) for began, running, left in told if running and left is not None]
    assert len(known) > 20
    assert [left for left, _ in known] == pytest.approx([real for _, real in known], rel=0.2)


def test_an_even_pace_is_told_as_it_is():
    assert pace_of(6.0, 6.0, 6.0).expect({SEARCH: 10}, workers=1) == 60.0
    assert pace_of(6.0, 6.0, 6.0).expect({SEARCH: 10}, workers=2) == 30.0


def test_a_slow_first_cell_does_not_multiply():
    """35 cells of 6 seconds are 3.5 minutes, and 25 if each took as long as the first."""
    assert pace_of(43.0, first=1).expect({SEARCH: 35}, workers=1) is None
    assert pace_of(43.0, 6.0, first=1).expect({SEARCH: 34}, workers=1) == pytest.approx(34 * 6.0)
    assert pace_of(43.0, 41.0, 6.0, first=2).expect({SEARCH: 33}, workers=2) == pytest.approx(33 * 6.0 / 2)


def test_a_first_cell_counts_where_little_hangs_on_it():
    pace = pace_of(6.0, 6.0)
    pace.add(ALONE, 20.0, first=True)
    assert pace.expect({SEARCH: 20, ALONE: 2}, workers=1) == 160.0
    assert pace.expect({SEARCH: 20, ALONE: 12}, workers=1) is None


def test_a_first_cell_counts_where_it_took_longer_than_any_start():
    assert pace_of(1000.0, first=1).expect({SEARCH: 3}, workers=1) == 3000.0


def test_a_first_cell_counts_where_the_others_are_first_ones_too():
    pace = Pace()
    task = SimpleNamespace(
        trial=SimpleNamespace(dataset=SimpleNamespace(label="diabetes")), student="operon", needs={1}
    )
    assert kind_of_work(task) == SEARCH
    assert pace.note_process(task, stint(1, 0.0, 43.0))
    pace.add(SEARCH, 43.0, first=True)
    assert pace.expect({SEARCH: 3}, workers=4) == 43.0
    assert pace.expect({SEARCH: 9}, workers=4) is None


def test_cells_that_grow_slower_are_caught_up_with():
    pace = pace_of(*[5.0] * 100)
    told = []
    for _ in range(RECENT):
        pace.add(SEARCH, 20.0)
        told.append(pace.expect({SEARCH: 1}, workers=1))
    assert told == sorted(told)
    assert told[-1] == 20.0


def test_the_last_cell_is_done_by_one_worker():
    assert pace_of(6.0, 6.0).expect({SEARCH: 1}, workers=8) == 6.0
    assert pace_of(6.0, 6.0).expect({SEARCH: 0}, workers=8) == 0.0


def test_what_is_unlike_all_that_was_measured_is_not_guessed():
    assert Pace().expect({SEARCH: 1}, workers=1) is None
    assert pace_of(6.0, 6.0).expect({SEARCH: 1, ALONE: 1}, workers=1) is None
    # one that is trained alone takes as long as a whole sweep
    assert pace_of(9.0, 9.0, work=ALONE).expect({SWEEP: 5}, workers=1) is None


def test_the_like_on_the_same_data_comes_before_the_same_on_others():
    pace = pace_of(6.0, 6.0, work=OTHER_DATA)
    assert pace.expect({SEARCH: 1}, workers=1) == 6.0
    pace.add(SEARCH._replace(how="direct"), 8.0)
    assert pace.expect({SEARCH: 1}, workers=1) == 8.0
    pace.add(SEARCH, 9.0)
    assert pace.expect({SEARCH: 1}, workers=1) == 9.0


def test_the_first_in_each_process_is_told_from_where_and_when_it_ran(plan):
    pace = Pace()
    search, other = plan.distillations[0], plan.trainings[0]
    assert pace.note_process(search, stint(1, 0.0, 10.0))
    assert not pace.note_process(search, stint(1, 10.0, 12.0))
    assert pace.note_process(search, stint(2, 3.0, 15.0))
    assert pace.note_process(search, stint(1, 4.0, 11.0))  # in another thread of the first process
    assert pace.note_process(other, stint(1, 12.0, 15.0))


def test_sweeps_and_lone_teachers_share_what_is_done_once(plan):
    pace = Pace()
    alone, sweep = plan.trainings[:2]
    assert [kind_of_work(task).kind for task in (alone, sweep)] == ["teacher", "sweep"]
    assert pace.note_process(alone, stint(1, 0.0, 10.0))
    assert not pace.note_process(sweep, stint(1, 10.0, 12.0))


def test_the_slow_cells_of_earlier_runs_are_taken_for_first_ones(plan):
    students = [key for task in plan.distillations for key in keys_of(task)]
    taught = [task for task in plan.distillations if task.needs]
    known = {key: CellState("done", True, 5.0) for key in students}
    known[taught[0].key] = CellState("done", True, 60.0)
    assert Pace.measured(plan, known).expect({kind_of_work(taught[0]): 10}, workers=1) == 50.0


def test_a_lone_cell_of_an_earlier_run_may_have_been_a_first_one(plan):
    (task, *_) = (task for task in plan.distillations if task.needs)
    pace = Pace.measured(plan, {task.key: CellState("done", True, 60.0)})
    assert pace.expect({kind_of_work(task): 3}, workers=1) is None
    assert pace.at_most({kind_of_work(task): 3}) == 180.0


def test_a_task_is_noted_with_its_outcome_and_its_process():
    found = stint_of(divmod, 7, 2)
    assert found.outcome == (3, 1)
    assert found.process == stint_of(abs, -1).process
    assert found.began <= found.ended
