"""The score of a recovered law: 1 on every part for the law itself, 0 for another formula, none without a law."""

import subprocess
import sys

import pytest

from smoothdistill_core import Formula, Results, Table, TrainedTeacher
from smoothdistill_core.formula import rewritten
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.trial import score
from smoothdistill_laws.law import Law
from smoothdistill_laws.symbolic_equality import SymbolicEquality

COULOMB = Law(
    expression="q1*q2/(4*pi*eps*r^2)", ranges={"q1": (1, 5), "q2": (1, 5), "eps": (1, 5), "r": (1, 5)}, rows=100
)


def standardised(law, scaling):
    """Return what a student would find: the law over standardised inputs, for the standardised target."""
    inputs = [(1 / feature.scale, -feature.mean / feature.scale) for feature in scaling.features]
    return rewritten(law, inputs, (1 / scaling.scale, -scaling.mean / scaling.scale))


@pytest.fixture
def split():
    return prepare(COULOMB.load(), Prepare(), 0)


class Flat(TrainedTeacher):
    """Predicts 0."""

    def predict(self, X):
        return 0.0 * X[:, 0]

    def save(self):
        return b""


def test_the_law_itself_is_recovered_on_every_part(split):
    found = standardised(split.law, split.facts.scaling)
    assert score(found, split, [SymbolicEquality()]) == {(part, "symbolic_equality"): 1.0 for part in split.parts}
    taught = score(found, split, [SymbolicEquality()], teacher=Flat())
    assert taught["validation", "symbolic_equality"] == 1.0


def test_another_formula_is_not_recovered(split):
    for found in (Formula.variable(0), Formula.constant(0.0), split.law):
        assert set(score(found, split, [SymbolicEquality()]).values()) == {0.0}


def test_the_options_decide_how_near_is_near_enough(split):
    found = standardised(Formula.apply("mul", split.law, Formula.constant(1.03)), split.facts.scaling)
    assert set(score(found, split, [SymbolicEquality()]).values()) == {0.0}
    assert set(score(found, split, [SymbolicEquality(tolerance=0.05)]).values()) == {1.0}


def test_a_log1p_target_is_undone(split):
    prepared = prepare(COULOMB.load(), Prepare(target="log1p"), 0)
    scaling = prepared.facts.scaling
    logarithm = Formula.apply("log1p", split.law)
    assert set(score(standardised(logarithm, scaling), prepared, [SymbolicEquality()]).values()) == {1.0}
    assert set(score(standardised(split.law, scaling), prepared, [SymbolicEquality()]).values()) == {0.0}


def test_a_teacher_and_data_without_a_law_have_no_score(split):
    assert score(Flat(), split, [SymbolicEquality()]) == {}
    lawless = prepare(Table(COULOMB.load().frame, "y"), Prepare(), 0)
    assert score(Formula.variable(0), lawless, [SymbolicEquality()]) == {}


STUDENT = '''
from smoothdistill_core import Candidate, Formula, Student, hookimpl
from smoothdistill_core.testing.tiny import TinyTeacher


class Oracle(Student):
    """Knows that the target is the product of both inputs."""

    name = "oracle"
    half: bool = False
    """Whether to be wrong."""

    def distil(self, task):
        scaling = task.scaling
        factors = [
            Formula.apply("add", Formula.constant(f.mean),
                          Formula.apply("mul", Formula.constant(f.scale), Formula.variable(place)))
            for place, f in enumerate(scaling.features)
        ]
        product = factors[0] if self.half else Formula.apply("mul", *factors)
        shifted = Formula.apply("sub", product, Formula.constant(scaling.mean))
        found = Formula.apply("div", shifted, Formula.constant(scaling.scale))
        return [Candidate(found, found.predict)]


@hookimpl
def smoothdistill_students():
    return [Oracle]


@hookimpl
def smoothdistill_teachers():
    return [TinyTeacher]
'''

RECIPE = """
name: tiny
dataset: {name: law, title: force on a charge, expression: q*E, ranges: {q: [1, 5], E: [1, 5]}, rows: 60}
teacher: tiny
regularizer: none
student: [oracle, {name: oracle, half: true}]
metric: [r2, symbolic_equality]
trials: {seeds: 1}
distil: {extra: none, refit: none}
"""


@pytest.mark.slow
def test_a_run_records_whether_a_student_found_the_law(tmp_path):
    (tmp_path / "oracle-1.0.dist-info").mkdir()
    (tmp_path / "oracle-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: oracle\nVersion: 1.0\n")
    (tmp_path / "oracle-1.0.dist-info" / "entry_points.txt").write_text("[smoothdistill]\noracle = oracle_plugin\n")
    (tmp_path / "oracle_plugin.py").write_text(STUDENT)
    (tmp_path / "tiny.yaml").write_text(RECIPE)
    command = [sys.executable, "-m", "smoothdistill_core.cli", "run", "tiny.yaml", "--workers", "1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "made by the law y = q*E" in done.stdout
    outcomes = {
        outcome.student: outcome
        for outcome in Results.read(tmp_path / "runs" / "tiny").outcomes
        if outcome.penalty == "direct"
    }
    for part in ("train", "validation", "test"):
        assert outcomes["oracle"].score("symbolic_equality", part) == 1.0
        assert outcomes["oracle(half=True)"].score("symbolic_equality", part) == 0.0
    teachers = list(_teachers(tmp_path))
    assert teachers
    assert all(("test", "symbolic_equality") not in record.scores for record in teachers)


def _teachers(folder):
    return Results.read(folder / "runs" / "tiny").teachers.values()
