"""The checks that all kinds share: each fails for its broken twin, and only for that."""

from collections.abc import Callable

import pytest
from pydantic import ConfigDict, PrivateAttr

from smoothdistill_core import Candidate, Formula, Student
from smoothdistill_core.testing import checks_of, options, tiny


class Sound(Student):
    """Answers with the mean, times a factor."""

    name = "sound"
    factor: float = 1.0
    """The factor."""
    names: tuple[str, ...] = ()
    """Something with several values."""

    def distil(self, task):
        formula = Formula.constant(self.factor * float(task.y.mean()))
        return [Candidate(formula, formula.predict)]


class TakesAnything(Sound):
    """Ignores options that it does not know."""

    model_config = ConfigDict(extra="ignore")


class Mutable(Sound):
    """Can be changed afterwards."""

    model_config = ConfigDict(frozen=False)


class Lax(Sound):
    """Takes true for a number."""

    model_config = ConfigDict(strict=False)


class Undescribed(Sound):
    """Has an option that nobody explains."""

    depth: int = 3


class Forgetful(Sound):
    """Does not write all of its options."""

    def options(self):
        return {}


class HoldsAFunction(Sound):
    """Holds what no other process can get."""

    _double: Callable[[float], float] = PrivateAttr(default=lambda x: 2 * x)


def test_a_sound_component_passes_all(broken):
    assert broken(Sound(factor=2.0, names=("a", "b"))) == {}


@pytest.mark.parametrize(
    ("component", "check", "found", "remedy"),
    [
        (TakesAnything(), "check_options_are_validated", "was taken without a word", "extra='forbid'"),
        (Mutable(), "check_options_are_validated", "the option 'factor' can be set", "frozen=True"),
        (Lax(), "check_options_are_validated", "strict=False", "strict=True"),
        (Undescribed(), "check_options_are_described", "the option 'depth' has no description", "docstring below it"),
        (Forgetful(factor=2.0), "check_options_are_read_back", "give sound, which is not equal", "plain data"),
        (HoldsAFunction(), "check_pickles_to_a_worker", "pickle", "hold no locks"),
    ],
    ids=str,
)
def test_a_broken_twin_fails_its_check_only(only_broken, component, check, found, remedy):
    only_broken(component, check, found, remedy)


def test_a_component_without_docstring_is_found_out(only_broken):
    class Silent(Sound):
        pass

    Silent.__module__, Silent.__qualname__ = __name__, "Silent"
    globals()["Silent"] = Silent
    only_broken(Silent(), "check_options_are_described", "the class Silent has no docstring", "give the class")


def test_a_class_inside_a_function_cannot_reach_a_worker(only_broken):
    class Inner(Sound):
        """Nobody can import it."""

    only_broken(Inner(), "check_pickles_to_a_worker", "Inner", "at the top of an importable module")


@pytest.mark.parametrize("component", tiny.COMPONENTS, ids=lambda component: component.__name__)
def test_every_kind_is_held_to_these_checks(component):
    assert set(options.CHECKS) < set(checks_of(component()))
