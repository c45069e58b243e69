"""The equate student: it finds laws in the data's own units, and does what its options say."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from smoothdistill_core import DistillationTask, TrainedTeacher
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_equate.student import EquateStudent

RANDOM = EquateStudent(proposals="random")
SHORT = {"samples": 16, "subsets": 2, "rounds": 2}


def data(rows=120, inputs=3, seed=0):
    return np.random.default_rng(seed).uniform(1, 3, (rows, inputs))


def task(X, y, **more):
    return DistillationTask(X, y, seed=0, **more)


def own_units(X, law, names="abc"):
    """Return the task of a law in the data's own units, standardised as the core does."""
    features = tuple(
        Feature(name, None, float(x.mean()), float(x.std()), float(x.min()), float(x.max()))
        for name, x in zip(names, X.T, strict=False)
    )
    y = law(X)
    scaling = Scaling(features, "y", "none", float(y.mean()), float(y.std()))
    return task(scaling.standardised(X), (y - y.mean()) / y.std(), scaling=scaling, names=tuple(names[: X.shape[1]]))


def texts(student, given):
    return [str(candidate.formula) for candidate in student.distil(given)]


def test_a_law_is_found_in_the_units_of_the_data():
    given = own_units(1000 * data(), lambda X: 5 * X[:, 0] * X[:, 1] / X[:, 2])
    best = RANDOM.distil(given)[-1]
    assert given.scaling.raw_formula(best.formula).text(["a", "b", "c"], digits=6) == "5*a*b/c"
    assert best.notes == ()


def test_the_front_begins_with_the_best_constant_and_each_longer_formula_is_better():
    X = data()
    y = X[:, 0] * np.exp(-X[:, 1]) + 0.01 * np.random.default_rng(1).normal(size=120)
    found = RANDOM.distil(task(X, y))
    sizes = [candidate.formula.complexity for candidate in found]
    errors = [np.mean((candidate.predict(X) - y) ** 2) for candidate in found]
    assert found[0].formula.text() == str(y.mean()) or found[0].formula.complexity == 1
    assert sizes == sorted(sizes)
    assert errors[-1] < 1.2e-4 < errors[0]


def test_a_straight_line_is_told_by_no_curve():
    X = data(inputs=1)
    y = 2 * X[:, 0] + 1 + 1e-3 * np.random.default_rng(1).normal(size=120)
    found = RANDOM.distil(task(X, y))
    line = next(candidate for candidate in found if candidate.formula.inputs)
    assert np.mean((line.predict(X) - y) ** 2) < 1.2e-6
    assert not {"tanh", "sin", "exp", "sqrt"} & {getattr(node, "name", "") for node in line.formula.nodes}


def test_rows_without_weight_play_no_part():
    X = data()
    y = X[:, 0] * X[:, 1]
    wrong = np.where(np.arange(120) % 4 == 0, 100.0, y)
    found = RANDOM.distil(task(X, wrong, weights=(wrong == y).astype(float)))
    assert found[-1].predict(X) == pytest.approx(y, rel=1e-6)


class Slopes(TrainedTeacher):
    """A teacher that knows which inputs matter, of a target that hides it."""

    def __init__(self, slopes):
        self.slopes = np.array(slopes)

    def predict(self, X):
        return X @ self.slopes

    def gradient(self, X):
        return np.tile(self.slopes, (len(X), 1))

    def save(self, folder):
        raise NotImplementedError


def test_of_more_inputs_those_are_searched_that_the_teacher_leans_on_and_it_says_so():
    X = np.random.default_rng(0).normal(size=(100, 7))
    teacher = Slopes([0, 0, -5, 0, 4, 0, 0])
    found = EquateStudent(proposals="random", inputs=2).distil(task(X, X[:, 0] + X[:, 1], teacher=teacher))
    assert set().union(*(candidate.formula.inputs for candidate in found)) <= {2, 4}
    assert found[-1].notes == ("Of 7 inputs those were searched that matter most by the teacher's gradient: x2, x4.",)


def test_of_more_inputs_those_are_searched_that_matter_most_by_the_data():
    X = np.random.default_rng(0).normal(size=(300, 9))
    found = RANDOM.distil(task(X, X[:, 7] * 2 + X[:, 3]))
    assert found[-1].formula.inputs == {3, 7}
    assert "matter most by the data: x7, x3" in found[-1].notes[0]


def test_no_formula_is_longer_than_was_asked_for():
    X = data()
    found = EquateStudent(proposals="random", max_tokens=1).distil(task(X, X[:, 0] * X[:, 1]))
    assert all(len(candidate.formula.inputs) <= 1 for candidate in found)


def test_without_samples_and_mutations_the_simplest_formulas_are_left():
    X = data()
    y = np.sin(X[:, 0]) * X[:, 1] + X[:, 2]
    fewest = EquateStudent(proposals="random", samples=0, rounds=0).distil(task(X, y))
    assert not any("sin" in str(candidate.formula) for candidate in fewest)
    by_rounds, by_samples = (
        EquateStudent(proposals="random", samples=samples, rounds=rounds).distil(task(X, y))
        for samples, rounds in ((0, 10), (200, 0))
    )
    errors = [np.mean((found[-1].predict(X) - y) ** 2) for found in (fewest, by_rounds, by_samples)]
    assert max(errors[1:]) < 0.5 * errors[0]


@pytest.mark.slow
@pytest.mark.usefixtures("tiny_weights")
@pytest.mark.parametrize(
    ("options", "done"),
    [
        ({}, ["proposals"]),
        ({"samples": 0, "fine_tuning": True, "guided_search": "gradient"}, []),
        ({"fine_tuning": True}, ["proposals", "adapt", "proposals"]),
        ({"guided_search": "perturbation"}, ["proposals", "perturbation"]),
        ({"guided_search": "gradient", "fine_tuning": True}, ["proposals", "adapt", "proposals", "gradient"]),
    ],
)
def test_each_part_of_the_networks_can_be_switched_on_and_off(monkeypatch, options, done):
    from smoothdistill_equate.guiding import Guide

    called = []

    def noted(method):
        def call(self, *arguments):
            called.append(arguments[-1] if method is guided else method.__name__)
            return method(self, *arguments)

        return call

    guided = Guide.guided
    for method in (Guide.proposals, Guide.adapt, Guide.guided):
        monkeypatch.setattr(Guide, method.__name__, noted(method))
    X = data()
    y = X[:, 0] / X[:, 1] + 0.1 * np.random.default_rng(1).normal(size=120)
    EquateStudent(**(SHORT | options)).distil(task(X, y))
    assert called == done


@pytest.mark.slow
@pytest.mark.usefixtures("tiny_weights")
def test_the_same_task_gives_the_same_formulas_for_any_number_of_threads():
    import torch

    X = data()
    given = task(X, X[:, 0] / X[:, 1] + 0.1 * np.random.default_rng(1).normal(size=120))
    student = EquateStudent(**SHORT, fine_tuning=True, guided_search="gradient")
    first, before = texts(student, given), torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert texts(student, replace(given, threads=2)) == first
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def run_alone(student, deadline, warmed_up=False):
    """Return how many formulas a search in a process of its own finds, if torch is imported, and if time was short."""
    program = f"""
import json, sys
import numpy as np
from smoothdistill_core import Deadline, DistillationTask
from smoothdistill_equate.student import EquateStudent
X = np.random.default_rng(0).uniform(1, 3, (60, 2))
student = EquateStudent({student})
if {warmed_up}:
    student.warm_up()
task = DistillationTask(X, X[:, 0] * X[:, 1], seed=0, deadline=Deadline({deadline}))
print(json.dumps([len(student.distil(task)), "torch" in sys.modules, task.deadline.cut]))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def test_random_proposals_import_no_torch():
    count, imported, cut = run_alone("proposals='random'", 600)
    assert count > 1
    assert not imported
    assert not cut


def test_a_deadline_that_is_shorter_than_loading_the_networks_has_an_answer_without_them():
    count, imported, cut = run_alone("", 2.0)
    assert count > 1
    assert not imported
    assert cut


def test_a_student_that_has_warmed_up_needs_no_time_to_load_its_networks():
    count, imported, cut = run_alone("", 2.0, warmed_up=True)
    assert count > 1
    assert imported
    assert not cut


def test_random_proposals_warm_up_without_torch():
    assert not run_alone("proposals='random'", 600, warmed_up=True)[1]
