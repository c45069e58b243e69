"""The checks of suites: each fails for its broken twin, and only for that."""

import itertools
import random

import pytest

from smoothdistill_core import DataError, Suite
from smoothdistill_core.testing import checks_of, datasets, parametrize_with_dataset_checks, suites, tiny


class Named(tiny.TinyDataset):
    """The tiny table under another label."""

    title: str
    """Its label."""

    @property
    def label(self):
        return self.title


class Sound(Suite):
    """Three tables."""

    name = "sound"

    def members(self):
        return [Named(title=title) for title in "abc"]


class Empty(Sound):
    """Has no members."""

    def members(self):
        return []


class Nested(Sound):
    """Has a suite among its members."""

    def members(self):
        return [*super().members(), Sound()]


class Odd(Sound):
    """Gives names in place of datasets."""

    def members(self):
        return ["tiny"]


class Twins(Sound):
    """Has two members of one label."""

    def members(self):
        return [*super().members(), Named(title="b")]


class Growing(Sound):
    """Has other members each time."""

    def members(self):
        return [Named(title=f"table {next(COUNT)}") for _ in range(3)]


COUNT = itertools.count()


class Chatty(Sound):
    """Prints, and moves Python's random state."""

    def members(self):
        print("looking")
        random.seed(0)
        return super().members()


class Poem(Sound):
    """Has a label of two lines."""

    @property
    def label(self):
        return "roses are red\nviolets are blue"


def test_a_sound_suite_passes_all(broken):
    assert broken(Sound()) == {}


@pytest.mark.parametrize(
    ("component", "check", "found", "remedy"),
    [
        (Empty, "check_members", "the suite has no members", "a list of datasets"),
        (Nested, "check_members", "the suite sound is among the members", "a list of datasets"),
        (Twins, "check_labels_of_members", "two members are called 'b'", "give each member a title"),
        (Growing, "check_members_are_the_same_twice", "there are other members", "seed every random generator"),
        (Chatty, "check_members_leave_the_process_alone", "Python's global random state, standard output", "own gen"),
        (Poem, "check_label", "'roses are red\\nviolets are blue'", "return the name"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_broken_twin_fails_its_check_only(only_broken, component, check, found, remedy):
    only_broken(component(), check, found, remedy)


def test_what_is_no_dataset_is_told_so(broken):
    assert "'tiny' is among the members" in broken(Odd())["check_members"]


def test_a_suite_gets_its_own_checks_beside_datasets_that_get_theirs():
    assert checks_of(Sound()) == suites.CHECKS
    cases = parametrize_with_dataset_checks([Sound(), *Sound().members()], {"check_members": "an example"}).args[1]
    assert len(cases) == len(suites.CHECKS) + 3 * len(datasets.CHECKS)
    assert [case.id for case in cases if case.marks] == ["sound-check_members"]


def test_a_suite_itself_cannot_be_loaded():
    with pytest.raises(DataError, match=r"the suite 'sound' has no table; load its members\(\)"):
        Sound().load()
