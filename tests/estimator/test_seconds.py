"""``SymbolicDistiller(seconds=...)``: a fit in time, whose answer is the best of what there was time for."""

from __future__ import annotations

import time
import warnings

import numpy as np
import pytest

from smoothdistill_core import RecipeError
from smoothdistill_core.study import judging, work
from smoothdistill_core.testing.tiny import TinyStudent
from smoothdistill_core.trial import Failure


class Patient(TinyStudent):
    """Ends when it is told to."""

    name = "patient"

    def distil(self, task):
        while not task.deadline.is_over():
            time.sleep(0.01)
        return super().distil(task)


class EnoughError(Exception):
    """What a caller raises who wants no more."""


class NoPickle:
    """A model that stays in this process."""

    def __init__(self):
        self.hook = lambda X: X[:, 0] + X[:, 1]

    def predict(self, X):
        return self.hook(np.asarray(X))


def law(rows: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.uniform(1, 5, size=(rows, 3))
    return X, X[:, 0] * X[:, 1] / X[:, 2] * (1 + 0.01 * rng.normal(size=rows))


@pytest.mark.parametrize(
    ("seconds", "wrong"),
    [
        (0, "greater than 0"),
        (-1.0, "greater than 0"),
        (float("nan"), "finite"),
        ("two", "a number"),
        (True, "a number"),
    ],
)
def test_seconds_that_are_no_time_are_refused(distiller, plane, seconds, wrong):
    with pytest.raises(RecipeError, match=f"^SymbolicDistiller: seconds: .*{wrong}"):
        distiller(seconds=seconds).fit(*plane)


def test_enough_time_changes_nothing_and_warns_of_nothing(distiller, plane):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        limited = distiller(seconds=600).fit(*plane)
    assert limited.formula_.text() == distiller().fit(*plane).formula_.text()
    assert not limited.results_.cut


def test_a_search_that_is_cut_is_said_in_a_warning_and_in_the_report(distiller, plane):
    began = time.monotonic()
    with pytest.warns(RuntimeWarning, match=r"patient: the budget ended \d of 2 searches"):
        fitted = distiller(student=Patient(), seconds=3).fit(*plane)
    assert time.monotonic() - began < 1.1 * 3 + 1.5 + 2.0  # what is imported first does not count
    assert "the budget ended" in fitted.report()
    assert fitted.results_.cut


def test_without_time_the_answer_is_the_baseline_there_is_no_teacher_and_both_are_said(distiller, plane):
    with pytest.warns(RuntimeWarning) as caught:
        fitted = distiller(student=Patient(), seconds=0.001).fit(*plane)
    said = " ".join(str(warning.message) for warning in caught)
    assert "no search came to a better formula in time: this is the baseline linear" in said
    assert "the budget left no time for" in said
    assert fitted.teacher_ is None
    assert np.corrcoef(fitted.predict(plane[0]), plane[1])[0, 1] > 0.999


def test_a_choice_that_there_was_no_time_for_gives_way_to_the_best(distiller, plane):
    with pytest.warns(RuntimeWarning, match="there was no time for the choice 'direct'"):
        distiller(student=Patient(), choice="direct", seconds=0.001).fit(*plane)


def test_so_does_one_whose_teacher_was_out_of_time(distiller, plane, monkeypatch):
    late = Failure("timed out after 3 s", 3.0, stopped_after=3.0)
    monkeypatch.setattr(work, "train_teachers", lambda *args, **options: [late])
    with pytest.warns(RuntimeWarning, match="there was no time for the choice 'none'"):
        distiller(choice="none", seconds=600).fit(*plane)


def test_so_does_one_that_was_spared(distiller, plane):
    search = {"student": "one_input", "distil": {"spare": True}, "choice": "none"}
    with pytest.warns(RuntimeWarning, match="left nothing to find, and the choice 'none' was spared"):
        distiller(**search).fit(plane[0], 2.0 * plane[0][:, 0])


def test_that_formulas_were_not_judged_together_is_said(distiller, plane, monkeypatch):
    def judge(*args):
        raise MemoryError

    monkeypatch.setattr(judging, "judge", judge)
    with pytest.warns(RuntimeWarning, match="the formulas were not judged together"):
        distiller().fit(plane[0][:50], plane[1][:50])


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_exception_in_progress_ends_a_fit(distiller, n_jobs):
    raised = []

    def progress(report):
        if report.done:
            raised.append(time.monotonic())
            raise EnoughError

    with pytest.raises(EnoughError):
        distiller(student="layerwise", n_jobs=n_jobs, progress=progress).fit(*law(300))
    assert time.monotonic() - raised[0] < 2.0


def test_a_model_that_cannot_be_pickled_is_explained_in_time(distiller):
    X, _ = law(300)
    with pytest.warns(RuntimeWarning, match="the budget ended"):
        fitted = distiller(teacher="blackbox", model=NoPickle(), student=Patient(), seconds=2).fit(X)
    assert fitted.formula_ is not None


@pytest.mark.slow
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_fit_with_all_defaults_ends_in_time(distiller, n_jobs):
    begun = []
    defaults = {"teacher": None, "regularizer": None, "student": None, "n_jobs": n_jobs}
    X, y = law(20_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = distiller(**defaults, seconds=5, progress=lambda _: begun.append(time.monotonic())).fit(X, y)
    assert time.monotonic() - begun[0] < 2 * 5 + 5  # generous: other work may go on beside this
    assert fitted.results_.outcomes
