"""Searches that a time limit ends: they give what they have, are marked as cut, and searched anew with more time."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from smoothdistill_core import Deadline, Study, recipe_from_text
from smoothdistill_core.cli.as_json import plain
from smoothdistill_core.store import Store
from smoothdistill_core.testing import tiny

SEARCHES = 8


def test_without_a_limit_it_never_comes():
    deadline = Deadline()
    assert deadline.left == math.inf
    assert list(deadline.within(range(3))) == [0, 1, 2]
    assert not deadline.is_over()
    assert not deadline.cut


def test_asked_too_late_it_is_over_and_remembers_that_the_search_was_cut():
    deadline = Deadline(0.0)
    assert not deadline.cut  # nobody was told to end
    assert deadline.is_over()
    assert deadline.cut


def test_a_step_that_is_cut_cuts_the_search_though_time_is_left():
    deadline = Deadline(1000.0)
    part = deadline.part(0.5)
    assert 400.0 < part.left < 500.0
    assert deadline.part(0.0).part(1.0).is_over()
    assert deadline.cut
    assert not part.cut
    assert not deadline.is_over()


def test_the_first_item_is_there_also_without_time():
    assert list(Deadline(0.0).within("abc")) == ["a"]


class Stopped(tiny.TinyStudent):
    """Comes to its own end only with more than half a minute."""

    def distil(self, task):
        if task.deadline.left < 30.0:
            task.deadline.note_cut()
        return [replace(one, notes=("searched",)) for one in super().distil(task)]


@pytest.fixture
def run(smoothdistill_make_registry, tmp_path):
    """Run a made-up recipe with a limit in the same folder: the results, and how many cells were searched."""
    others = [component for component in tiny.COMPONENTS if component is not tiny.TinyStudent]
    registry = smoothdistill_make_registry(*others, Stopped)

    def attempts():
        if not (tmp_path / "run").exists():
            return 0
        with Store(tmp_path / "run", read_only=True) as store:
            return sum(record.attempts for record in store.cells() if record.cell.student)

    def run(seconds):
        limit = "" if seconds is None else f"distil: {{seconds: {seconds}}}\n"
        before = attempts()
        with ThreadPoolExecutor(1) as executor:
            study = Study(recipe_from_text(tiny.RECIPE + limit, registry), registry, tmp_path / "run")
            results = study.run(executor=executor, workers=1, progress=lambda progress: None)
        return results, attempts() - before

    return run


def test_a_search_that_was_cut_has_its_formulas_and_says_so(run):
    results, searched = run(10)
    assert searched == len(results.outcomes) == SEARCHES
    assert [record.stopped_after for record in results.cut] == [10.0] * SEARCHES
    assert any(f"distil.seconds ended {SEARCHES} of {SEARCHES} searches" in note for note in results.notes)
    assert [each["seconds"] for each in plain(results)["cut"]] == [10.0] * SEARCHES
    assert results.complete


@pytest.mark.parametrize(("then", "searched"), [(10, 0), (5, 0), (20, SEARCHES), (100, SEARCHES), (None, SEARCHES)])
def test_it_is_searched_anew_with_more_time_and_not_otherwise(run, then, searched):
    run(10)
    results, again = run(then)
    assert again == searched
    assert len(results.cut) == (0 if then in (100, None) else SEARCHES)


def test_a_search_that_came_to_its_end_is_not_repeated_with_more_time(run):
    results, _ = run(100)
    assert results.cut == ()
    assert run(1000)[1] == run(1)[1] == 0
