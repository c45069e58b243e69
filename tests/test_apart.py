"""A student that is not built in has processes of its own: whatever it does to them is the affair of its own cells."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from smoothdistill_core import LocalExecutor, Registry, Study, recipe_from_text
from smoothdistill_core.executors import apart
from smoothdistill_core.executors.crew import Crew
from smoothdistill_core.executors.in_program import CallingThread, Processes
from smoothdistill_core.testing import tiny
from stand_ins.processes import Poisoner

pytestmark = pytest.mark.xdist_group("processes")


class Member:
    """A process that does nothing."""

    def __init__(self):
        self.alive = True
        self.ended = False

    def kill(self):
        self.alive = False

    def end(self):
        self.alive = False
        self.ended = True


def test_a_member_works_for_one_owner_only():
    crew = Crew(Member, 2)
    everybodys, own = crew.take(None), crew.take("student")
    crew.give_back(everybodys, None)
    crew.give_back(own, "student")
    assert crew.take("student") is own
    assert crew.take("another") not in (everybodys, own)
    assert crew.take(None) is everybodys


@pytest.mark.parametrize(("at_work", "most"), [(1, 5), (4, 8), (10, 20)])
def test_where_there_are_too_many_the_one_that_waits_for_longest_ends(at_work, most):
    crew = Crew(Member, at_work)
    members = [crew.take(f"student {number}") for number in range(most)]
    for number, member in enumerate(members):
        crew.give_back(member, f"student {number}")
    assert crew.take("one more").alive
    assert [member.ended for member in members] == [True] + [False] * (most - 1)
    assert crew.take("student 1") is members[1]


def test_a_member_that_died_is_not_given_again():
    crew = Crew(Member, 1)
    member = crew.take(None)
    crew.give_back(member, None)
    member.kill()
    assert crew.take(None).alive
    assert member.ended


def test_after_the_end_nothing_is_left_alive():
    crew = Crew(Member, 2)
    idle, busy = crew.take(None), crew.take("student")
    crew.give_back(idle, None)
    crew.stop()
    assert not any(member.alive for member in (idle, busy, crew.take(None)))
    crew.end()
    assert idle.ended
    assert busy.ended


@pytest.mark.slow
@pytest.mark.parametrize("make", [LocalExecutor, Processes])
def test_processes_of_an_owner_are_no_others(make):
    executor = make(1)
    try:
        everybodys = executor.submit(os.getpid).result()
        own = apart(executor, "student").submit(os.getpid).result()
        assert apart(executor, "student").submit_within(60.0, os.getpid).result() == own
        assert executor.submit(os.getpid).result() == everybodys
        assert len({everybodys, own, apart(executor, "another").submit(os.getpid).result(), os.getpid()}) == 4
    finally:
        executor.shutdown(cancel_futures=True)


def test_where_there_are_no_processes_nothing_is_apart():
    for executor in (CallingThread(), ThreadPoolExecutor(1)):
        assert apart(executor, "student") is executor
    executor = LocalExecutor(1)
    assert apart(executor, None) is executor
    executor.shutdown()


@pytest.mark.slow
def test_what_a_student_does_to_its_process_changes_nothing_that_others_find(smoothdistill_make_registry):
    registry = smoothdistill_make_registry(*tiny.COMPONENTS, Poisoner)
    both = tiny.RECIPE.replace("student: tiny", "student: [poisoner, tiny]")
    found, alone = (
        Study(recipe_from_text(recipe, registry), registry).run(workers=1, progress=lambda report: None)
        for recipe in (both, tiny.RECIPE)
    )
    formulas = {outcome.cell.key: outcome.formula for outcome in found.outcomes if outcome.cell.student == "tiny"}
    assert formulas == {outcome.cell.key: outcome.formula for outcome in alone.outcomes}
    told = {note for outcome in found.outcomes if outcome.cell.student == "poisoner" for note in outcome.chosen.notes}
    assert len(told) == 1  # its process is kept for its other cells


def test_only_what_comes_with_smoothdistill_is_built_in(smoothdistill_make_registry):
    registry = Registry()
    assert registry.is_built_in(registry.get("student", "linear"))
    assert not registry.is_built_in(Poisoner)
    added = smoothdistill_make_registry(*tiny.COMPONENTS)
    assert not added.is_built_in(tiny.TinyStudent)


def test_a_class_that_only_shares_the_name_of_a_built_in_one_is_not_built_in():
    class Linear(tiny.TinyStudent):
        name = "linear"

    assert not Registry().is_built_in(Linear)
