"""What a fit leaves: a formula, its front, its teacher, its report; and what it does not leave."""

from __future__ import annotations

import gc
import pickle
import re
import subprocess
import sys
import weakref

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError
from threadpoolctl import threadpool_info

from smoothdistill_core import Candidate, Explanation, Formula, PluginError, Registry, ResultError, Student
from smoothdistill_core.results.formula_choice import UNRELIABLE
from smoothdistill_core.trial import trial

MLP = Registry().get("teacher", "mlp")
SEARCH = {"name": "gplearn", "population_size": 60, "generations": 2, "tournament_size": 5}


class Silent(Student):
    """Finds nothing."""

    name = "silent"

    def distil(self, task):
        return []


class Loud(Student):
    """Raises."""

    name = "loud"

    def distil(self, task):
        raise OverflowError("too much of everything")


class Polar(Student):
    """Divides by the first input."""

    name = "polar"

    def distil(self, task):
        formula = Formula.apply("div", Formula.constant(1.0), Formula.variable(0))
        return [Candidate(formula, lambda X: 1.0 / X[:, 0])]


class Lost(MLP):
    """A teacher that never arrives."""

    name = "lost"

    def train(self, jobs):
        raise RuntimeError("no way")


def test_a_fit_leaves_a_formula_its_front_its_teacher_and_all_results(distiller, plane):
    fitted = distiller(student=SEARCH).fit(*plane)
    assert isinstance(fitted.formula_, Explanation)
    np.testing.assert_array_equal(fitted.predict(plane[0]), fitted.formula_.predict(plane[0]))
    assert fitted.results_.complete
    assert fitted.n_features_in_ == 3
    assert fitted.teacher_.penalty == "none"
    assert str(fitted.teacher_) == "mlp(hidden=[8], epochs=3), none"
    assert fitted.teacher_.predict(plane[0]).shape == (120,)


def test_a_fit_without_teachers_is_a_search_on_the_data(distiller, plane):
    fitted = distiller(student=SEARCH, distil={"teachers": "none"}).fit(*plane)
    assert fitted.teacher_ is None
    assert {outcome.penalty for outcome in fitted.results_.outcomes} == {"direct", "linear"}


def test_the_teacher_predicts_in_the_datas_own_units(distiller, plane):
    fitted = distiller(teacher={"name": "mlp", "hidden": [32], "epochs": 150, "batch_size": 32}).fit(*plane)
    assert np.abs(fitted.teacher_.predict(plane[0]) - plane[1]).mean() < 0.25 * plane[1].std()
    r2 = fitted.teacher_.scores["train", "r2"]
    assert r2 > 0.9


def test_the_formula_kept_is_the_one_that_the_rule_takes_of_all(distiller, plane):
    fitted = distiller(student=[SEARCH, "linear"], choose={"formula": "best"}).fit(*plane)
    assert len(fitted.results_.outcomes) == 4  # two students, each on the teacher and on the data
    assert fitted.front_["r2_validation"].iloc[-1] == fitted.front_["r2_validation"].max()
    assert str(fitted.front_["formula"].iloc[-1]) == str(fitted.formula_)
    assert fitted.front_["recommended"].tolist() == [False] * (len(fitted.front_) - 1) + [True]


def test_another_size_predicts_with_another_formula_of_the_front_without_a_fit(distiller, plane):
    fitted = distiller(student=[SEARCH, "linear"], choose={"formula": "best"}).fit(*plane)
    before = fitted.predict(plane[0])
    shortest = fitted.front_["nodes"].iloc[0]
    short = fitted.at(size=shortest)
    assert short.formula_.formula == fitted.front_["formula"].iloc[0].formula
    np.testing.assert_array_equal(short.predict(plane[0]), short.formula_.predict(plane[0]))
    assert short.teacher_.predict(plane[0]).shape == (120,)
    assert str(short.formula_).partition("  (")[0] in short.report()
    np.testing.assert_array_equal(fitted.predict(plane[0]), before)
    assert str(pickle.loads(pickle.dumps(fitted)).at(size=shortest).formula_) == str(short.formula_)
    with pytest.raises(ResultError, match=f"no formula has at most {shortest - 1} nodes"):
        fitted.at(size=shortest - 1)
    with pytest.raises(NotFittedError):
        distiller().at(size=3)


def test_no_formula_of_the_front_is_both_longer_and_worse_than_another(distiller, plane):
    front = distiller(student=[SEARCH, "linear"]).fit(*plane).front_
    assert front["nodes"].is_monotonic_increasing
    assert front["r2_validation"].is_monotonic_increasing
    assert front["nodes"].is_unique
    assert set(front["penalty"]) <= {"none", "direct", "linear"}
    assert {"formula", "r2_train", "fidelity_validation", "student", "teacher", "strength"} <= set(front.columns)


def test_a_formula_found_on_the_data_leaves_the_most_accurate_teacher(distiller, plane):
    fitted = distiller(regularizer="l2", strength=[100.0, 0.001], choice="direct", student=SEARCH).fit(*plane)
    assert fitted.teacher_.strength == 0.001


def test_the_report_tells_what_was_chosen_from_what(distiller, plane):
    report = distiller(student=SEARCH, regularizer=("none", "jacobian"), strength=0.3).fit(*plane).report()
    assert report.startswith("y = ")
    assert "found by linear on the data itself; R2 1.000, RMSE " in report
    assert " in units of y, on the validation part" in report
    assert "'y' from 3 inputs; rows: 96 train, 24 validation" in report
    (line,) = [line.split() for line in report.splitlines() if " jacobian " in line]
    assert line[:3] == ["mlp", "jacobian", "0.3"]
    assert line[4] == "gplearn"


def test_a_fit_that_fails_in_part_warns_and_says_so_in_the_report(distiller, plane):
    with pytest.warns(RuntimeWarning, match=r"2 of 6 pieces of work failed: loud: student 'loud': Overflow.*too much"):
        fitted = distiller(student=[SEARCH, Loud()]).fit(*plane)
    assert "failed: loud: student 'loud': OverflowError: too much of everything" in fitted.report()


@pytest.mark.parametrize(
    ("student", "reason"), [(Silent(), "student 'silent' returned no formula"), (Loud(), "OverflowError: too much")]
)
def test_the_baseline_does_not_stand_in_for_a_student_that_fails(distiller, plane, student, reason):
    with pytest.raises(PluginError, match=f"no formula was found: .*{reason}"):
        distiller(student=student).fit(*plane)


def test_a_formula_with_a_pole_gives_way_or_is_told_of(distiller, plane):
    passed = distiller(student=Polar()).fit(*plane)
    assert set(passed.front_["student"]) == {"linear"}
    assert re.search(
        r"no formula: polar: none may be chosen: .* can lack a value, or .* within the range", passed.report()
    )
    with pytest.warns(RuntimeWarning, match=UNRELIABLE):
        warned = distiller(student=Polar(), choose={"poles": "warn"}, choice="direct").fit(*plane)
    assert UNRELIABLE in warned.report()


def test_a_fit_without_any_teacher_is_an_error(distiller, plane):
    with pytest.raises(PluginError, match="no teacher could be trained: teacher 'lost': RuntimeError: no way"):
        distiller(teacher=Lost()).fit(*plane)


def test_a_fit_without_any_formula_is_an_error(distiller, plane):
    registry = Registry(block=["linear"])
    with pytest.raises(PluginError, match=r"no formula was found: none may be chosen: .* can lack a value"):
        distiller(student=Polar(), registry=registry).fit(*plane)


def test_a_constant_formula_is_a_formula(distiller, plane):
    class Constant(Student):
        name = "constant"

        def distil(self, task):
            formula = Formula.constant(float(task.y.mean()))
            return [Candidate(formula, formula.predict)]

    fitted = distiller(student=Constant(), registry=Registry(block=["linear"])).fit(*plane)
    assert len(set(fitted.predict(plane[0]))) == 1


def test_nothing_of_the_data_stays_in_memory(distiller, plane):
    X = pd.DataFrame(plane[0])
    gone = weakref.ref(X)
    array = plane[0].copy()
    gone_too = weakref.ref(array)
    fitted = [distiller().fit(X, plane[1]), distiller().fit(array, plane[1])]
    del X, array
    gc.collect()
    assert gone() is gone_too() is None
    assert trial._split.cache_info().currsize == 0
    assert all(fit.results_.complete for fit in fitted)


def test_a_fit_prints_nothing_unless_it_is_told_to(distiller, plane, capfd):
    distiller().fit(*plane)
    assert capfd.readouterr() == ("", "")
    distiller(verbose=True).fit(*plane)
    lines = capfd.readouterr().out.splitlines()
    assert lines[-2:] == ["3 of 3 done; now: draw the answer on the data", "3 of 3 done, about 0 s left"]
    assert lines.count("3 of 3 done, about 0 s left") == 1
    best = [line for line in lines if line.startswith("best so far, R2 ")]
    assert best
    assert all(" on the validation part: y = " in line for line in best)


def test_progress_is_reported_and_may_end_the_fit(distiller, plane):
    reports = []
    distiller(progress=reports.append).fit(*plane)
    assert (reports[-1].done, reports[-1].total) == (3, 3)

    def enough(progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        distiller(progress=enough).fit(*plane)
    assert trial._split.cache_info().currsize == 0


def test_before_fit_there_is_nothing_to_predict_or_report(distiller, plane):
    with pytest.raises(NotFittedError):
        distiller().predict(plane[0])
    with pytest.raises(NotFittedError):
        distiller().report()


@pytest.mark.slow
def test_the_number_of_processes_changes_no_digit(distiller, plane):
    parameters = {"student": SEARCH, "teacher": {"name": "mlp", "hidden": [8], "epochs": 3, "engine": "torch"}}
    alone = distiller(**parameters).fit(*plane)
    together = distiller(**parameters, n_jobs=2).fit(*plane)
    assert alone.front_.astype(str).equals(together.front_.astype(str))
    assert alone.teacher_.weights == together.teacher_.weights


def test_a_fit_leaves_the_process_as_it_was(distiller, plane):
    def state() -> tuple:
        return [library["num_threads"] for library in threadpool_info()], np.geterr(), np.random.get_state()[1].tolist()

    distiller(student=SEARCH).fit(*plane)  # loads the libraries that it needs
    before = state()
    distiller(student=SEARCH).fit(*plane)
    assert state() == before


@pytest.mark.slow
def test_a_script_needs_no_guard_for_several_processes(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import numpy as np\n"
        "from smoothdistill_core.estimator import SymbolicDistiller\n"
        "X = np.random.default_rng(0).normal(size=(60, 2))\n"
        "teacher = {'name': 'mlp', 'epochs': 1}\n"
        "d = SymbolicDistiller(teacher, 'none', 'linear', n_jobs=2, random_state=0).fit(X, X[:, 0])\n"
        "print(d.formula_)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.startswith("y = ")
    assert done.stdout.count("\n") == 1


def test_importing_the_core_imports_no_scikit_learn():
    check = "import smoothdistill_core, sys; print('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True).stdout == "False\n"


def test_importing_an_estimator_imports_nothing_that_only_a_fit_needs():
    check = (
        "import sys\n"
        "from smoothdistill_core import SymbolicClassifier, SymbolicDistiller\n"
        "SymbolicDistiller('mlp', seconds=5), SymbolicClassifier()\n"
        "rooms = ('components', 'formula', 'recipe', 'registry', 'results', 'study')\n"
        "print([room for room in rooms if f'smoothdistill_core.{room}' in sys.modules], 'pydantic' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout == "[] False\n"
