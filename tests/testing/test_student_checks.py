"""The checks of students: each fails for its broken twin, and only for that."""

import math
import os
import random
import warnings
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

from smoothdistill_core import Candidate, DataError, Formula, Student
from smoothdistill_core.testing import options, students, tiny


class Sound(Student):
    """The mean of the target plus the first input, scaled."""

    name = "sound"

    def distil(self, task):
        return [self.candidate(float(task.y.mean()))]

    def candidate(self, mean):
        formula = Formula.apply("add", Formula.constant(mean), Formula.variable(0))
        return Candidate(formula, formula.predict)


class Averaging(Sound):
    """The weighted mean of the target."""

    weighs_rows = True

    def distil(self, task):
        mean = Formula.constant(float(np.average(task.y, weights=task.weights)))
        return [Candidate(mean, mean.predict)]


class Boasting(Sound):
    """Says that rows count by their weights."""

    weighs_rows = True


class Empty(Sound):
    """Finds nothing in ordinary data."""

    def distil(self, task):
        return []


class Failing(Sound):
    """Raises, whatever it is given."""

    def distil(self, task):
        raise ValueError("no luck\ntoday")


class Counting(Sound):
    """Counts its searches for the ordinary task."""

    searches: ClassVar[int] = 0

    def distil(self, task):
        ordinary = students.task()
        Counting.searches += np.array_equal(task.X, ordinary.X) and np.array_equal(task.y, ordinary.y)
        return super().distil(task)


class BareFormula(Sound):
    """Returns the formula alone."""

    def distil(self, task):
        return [super().distil(task)[0].formula]


class NoPredict(Sound):
    """Leaves out what the formula is checked against."""

    def distil(self, task):
        return [Candidate(Formula.constant(0.0), None)]


class BeyondTheInputs(Sound):
    """Counts the inputs from 1."""

    def distil(self, task):
        last = Formula.variable(task.X.shape[1])
        return [Candidate(last, last.predict)]


class Unseeded(Sound):
    """Draws from a generator without seed."""

    def distil(self, task):
        return [self.candidate(float(np.random.default_rng().normal()))]


class GloballySeeded(Sound):
    """Draws from numpy's global generator, whatever its state is."""

    def distil(self, task):
        state = np.random.get_state()
        drawn = float(np.random.normal())
        np.random.set_state(state)
        return [self.candidate(drawn)]


class Rounding(Sound):
    """Writes its constant down with three digits."""

    def distil(self, task):
        exact = float(np.random.default_rng(task.seed).normal())
        formula = self.candidate(round(exact, 3)).formula
        return [Candidate(formula, self.candidate(exact).predict)]


class Flattering(Formula):
    """A formula that counts itself as one node."""

    @property
    def complexity(self):
        return 1


class Dishonest(Sound):
    """Lets its formula look simpler than it is."""

    def distil(self, task):
        formula = Flattering(super().distil(task)[0].formula.nodes)
        return [Candidate(formula, formula.predict)]


class DividesBySpread(Sound):
    """Standardises the target, which may be constant."""

    def distil(self, task):
        if len(task.y) > 1 and task.y.std() < 1e-12:
            raise ZeroDivisionError("float division by zero")
        return super().distil(task)


class NeedsTwoInputs(Sound):
    """Looks at the second input."""

    def distil(self, task):
        task.X[:, 1].mean()
        return super().distil(task)


class NeedsTwoRows(Sound):
    """Splits the rows into halves without counting them."""

    def distil(self, task):
        return [self.candidate(float(task.y[: len(task.y) // 2].max()))]


class NamesByLetter(Sound):
    """Calls the inputs a to z."""

    def distil(self, task):
        names = "abcdefghijklmnopqrstuvwxyz"
        [names[place] for place in range(task.X.shape[1])]
        return super().distil(task)


class Exponential(Sound):
    """Builds a formula that is infinite for large targets."""

    def distil(self, task):
        formula = Formula.constant(1.0)
        if np.abs(task.y).max() > 1000:
            formula = Formula.apply("div", formula, Formula.constant(0.0))
        return [Candidate(formula, formula.predict)]


class RefusesCurtly(Sound):
    """Refuses one row without a word on what to do."""

    def distil(self, task):
        if len(task.y) == 1:
            raise DataError("singular matrix")
        return super().distil(task)


class RefusesKindly(Sound):
    """Refuses whatever it may refuse."""

    def distil(self, task):
        if task.X.shape != (students.ROWS, 3) or task.y.std() == 0 or np.abs(task.y).max() > 1000:
            raise DataError("this search needs 40 rows of 3 features; bring such data")
        return super().distil(task)


class Overwriting(Sound):
    """Centres the target in place."""

    def distil(self, task):
        task.y[:] -= task.y.mean()
        return super().distil(task)


class Meddling(Sound):
    """Changes one thing in the process."""

    what: str
    """What it changes."""

    def distil(self, task):
        changes = {
            "numpy's global random state": lambda: np.random.seed(task.seed),
            "Python's global random state": lambda: random.seed(task.seed),
            "torch's global random state": lambda: _torch().manual_seed(task.seed),
            "torch's default dtype": lambda: _torch().set_default_dtype(_torch().float64),
            "numpy's error settings": lambda: np.seterr(divide="ignore"),
            "the warning filters": lambda: warnings.simplefilter("ignore"),
            "the environment variables": lambda: os.environ.update(SMOOTHDISTILL_MEDDLED="1"),
            "the working folder": lambda: os.chdir("/"),
            "standard output (it prints)": lambda: print("generation 1"),
        }
        changes[self.what]()
        return super().distil(task)


def _torch():
    import torch

    return torch


class Annotating(Sound):
    """Says what it may."""

    def distil(self, task):
        first, *others = super().distil(task)
        notes = () if math.isinf(task.deadline.left) else (f"had {task.deadline.left:.0f} s",)
        return [replace(first, notes=notes, standard_errors=[0.1]), *others]


class OneNote(Sound):
    """Forgets the comma."""

    def distil(self, task):
        return [replace(one, notes="ended early") for one in super().distil(task)]


class TooManyErrors(Sound):
    """Has a standard error for each node."""

    def distil(self, task):
        return [replace(one, standard_errors=[0.1] * one.formula.complexity) for one in super().distil(task)]


class NegativeErrors(Sound):
    """Has a standard error below 0."""

    def distil(self, task):
        return [replace(one, standard_errors=[-0.1]) for one in super().distil(task)]


class Weighing(Sound):
    """Trips over validation rows."""

    def distil(self, task):
        return [self.candidate(float(task.validation.mean()))] if task.validation else super().distil(task)


class Shuffling(Sound):
    """Sorts the validation rows in place."""

    def distil(self, task):
        if task.validation is not None:
            task.validation[1].sort()
        return super().distil(task)


@pytest.mark.parametrize(
    "student", [Sound(), Averaging(), Annotating(), tiny.TinyStudent(), RefusesKindly()], ids=lambda s: type(s).__name__
)
def test_a_sound_student_passes_all(broken, student):
    assert broken(student) == {}


@pytest.mark.parametrize(
    ("component", "check", "found", "remedy"),
    [
        (Unseeded, "check_is_deterministic", "the first time", "from task.seed"),
        (GloballySeeded, "check_is_deterministic", "the first time", "from task.seed"),
        (OneNote, "check_notes_and_standard_errors", "are 'ended early'", "with a comma for one"),
        (TooManyErrors, "check_notes_and_standard_errors", "shape (3,) for a formula of 1", "in the order of"),
        (NegativeErrors, "check_notes_and_standard_errors", "a standard error is -0.1", "in the order of"),
        (Weighing, "check_takes_a_full_task", "AttributeError", "read the fields that you know by name"),
        (Shuffling, "check_takes_a_full_task", "distil changed the y of task.validation", "task.X.copy()"),
        (Rounding, "check_formula_equals_predict", "where its own predict gives", "not rounded"),
        (Dishonest, "check_complexity_is_honest", "has 3 nodes and says its complexity is 1", "plain Formula"),
        (DividesBySpread, "check_constant_target", "ZeroDivisionError", "do not divide by the target's spread"),
        (NeedsTwoInputs, "check_one_feature", "IndexError", "task.X.shape[1]"),
        (NeedsTwoRows, "check_one_row", "ValueError", "without counting the rows"),
        (RefusesCurtly, "check_one_row", "'singular matrix', which does not say what would be right", "DataError"),
        (NamesByLetter, "check_300_features", "IndexError", "x0 to x299"),
        (Exponential, "check_outliers", "is not finite on the rows", "let candidates that are not finite lose"),
        (Boasting, "check_counts_rows_by_their_weights", "its squared error is", "by task.weights"),
        (Overwriting, "check_leaves_its_inputs_alone", "distil changed task.y", "task.X.copy()"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_broken_twin_fails_its_check_only(only_broken, component, check, found, remedy):
    only_broken(component(), check, found, remedy)


@pytest.mark.parametrize(
    ("component", "found"),
    [
        (Empty(), "distil returned no candidate"),
        (BareFormula(), "distil returned Formula("),
        (BeyondTheInputs(), "of 3 inputs, x0 and on, it made x3"),
        (NoPredict(), "the predict of a candidate is None, no function"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_student_without_usable_candidates_is_told_so_once(only_broken, component, found):
    only_broken(component, "check_returns_candidates", found, "[Candidate(formula, predict), ...]")


def test_that_distil_raised_is_said_once_and_what_hangs_on_it_is_skipped_with_the_cause(only_broken, broken):
    only_broken(Failing(), "check_returns_candidates", "distil raised ValueError: no luck today", "return [Candidate")
    skipped = [check.__name__ for check in students.CHECKS if check not in options.CHECKS][1:]
    cause = "not checked: distil raised ValueError: no luck today (check_returns_candidates fails for it)"
    assert broken.skipped == dict.fromkeys(skipped, cause)


def test_checks_that_look_at_one_search_share_it():
    Counting.searches, counting = 0, Counting()
    for check in (
        students.check_returns_candidates,
        students.check_notes_and_standard_errors,
        students.check_formula_equals_predict,
        students.check_complexity_is_honest,
    ):
        check(counting)
    assert Counting.searches == 1
    students.check_returns_candidates(Counting())
    assert Counting.searches == 2


def test_pytest_shows_one_failure_with_the_cause(pytester):
    pytester.makepyfile(
        """
        from smoothdistill_core import Student
        from smoothdistill_core.testing import parametrize_with_student_checks

        class Failing(Student):
            "Fails."
            name = "failing"

            def distil(self, task):
                raise ValueError("no luck\\ntoday")

        @parametrize_with_student_checks([Failing()])
        def test_failing(component, check):
            check(component)
        """
    )
    result = pytester.runpytest_inprocess("-rs", "-p", "no:cacheprovider")
    result.assert_outcomes(failed=1, passed=4, skipped=14)
    result.stdout.fnmatch_lines(["*SKIPPED*not checked: distil raised ValueError: no luck today*"])


@pytest.mark.parametrize(
    "what",
    [
        *("numpy's global random state", "Python's global random state", "torch's global random state"),
        *("torch's default dtype", "numpy's error settings", "the warning filters", "the environment variables"),
        *("the working folder", "standard output (it prints)"),
    ],
)
def test_whatever_a_student_changes_in_the_process_is_named_and_put_back(only_broken, what, monkeypatch):
    monkeypatch.delenv("SMOOTHDISTILL_MEDDLED", raising=False)
    folder, settings, filters, state = os.getcwd(), np.geterr(), list(warnings.filters), random.getstate()
    with pytest.raises(AssertionError, match="distil changed") as caught:
        students.check_leaves_the_process_alone(Meddling(what=what))
    assert f"distil changed {what}." in str(caught.value)
    assert "To mend it: use own generators" in str(caught.value)
    assert (folder, settings, filters, state) == (os.getcwd(), np.geterr(), list(warnings.filters), random.getstate())
    assert "SMOOTHDISTILL_MEDDLED" not in os.environ
