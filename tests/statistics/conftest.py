"""A study without any training: who scored what on which run, seed and dataset."""

import math

import pytest

from smoothdistill_core import Formula, Results
from smoothdistill_core.components import Role
from smoothdistill_core.recipe import Choose
from smoothdistill_core.store import Cell, CellRecord, TrialRecord
from smoothdistill_core.trial import FrontEntry
from smoothdistill_scores.accuracy import R2
from smoothdistill_scores.smoothness import JacobianNorm

X0 = Formula.variable(0)
METRICS = tuple(metric().facts() for metric in (R2, JacobianNorm))


class Bench:
    """Builds a study score by score; validation and test score are the same unless both are given."""

    def __init__(self):
        self.trials, self.cells = {}, []

    def add(self, label, score, run=0, seed=0, dataset="toy", *, student="gp", teacher="mlp", strength=None, **more):
        """Add one formula, or a ``record`` of what came in its place; a student's own name is a baseline's label."""
        key = f"{dataset} {run} {seed}"
        self.trials.setdefault(key, TrialRecord(key, dataset, run, 1000 * run + seed))
        cell = {"student": student}
        role = {"direct": Role.DIRECT, student: Role.BASELINE}.get(label, Role.TAUGHT)
        if role is Role.TAUGHT:
            if strength is None:
                strength = 0.0 if label == "none" else 0.1
            cell |= {"teacher": teacher, "regularizer": label, "strength": strength}
            steep = {("validation", "r2"): 0.9, ("validation", "jacobian_norm"): 1.0}
            self._record(key, Role.TEACHER, scores=steep, teacher=teacher, regularizer=label, strength=strength)
            cell["teacher_cell"] = self.cells[-1].cell.key
        record = more.pop("record", None) or {}
        front = () if record else self._front(score, **more)
        self._record(key, role, front, **record, **cell)

    def everywhere(self, label, scores, *, runs=1, shift=0.0, **more):
        """Add a score for every seed of every run, one seed after the other."""
        seeds = len(scores) // runs
        for number, score in enumerate(scores):
            self.add(label, score + shift, number // seeds, number % seeds, **more)

    def results(self, rule="best", **options):
        choose = Choose(rule=rule, **options)
        return Results("bench", None, choose, self.trials, tuple(self.cells), metrics=METRICS)

    def _front(self, score, *, validation=None, metric="r2", pole="", steepness=9.0, **others):
        found = {("validation", "r2"): score if validation is None else validation, ("test", metric): score}
        found |= {("validation", "jacobian_norm"): steepness}
        found |= {("test", name): value for name, value in others.items()}
        return (FrontEntry(X0, found, X0, X0, pole),)

    def _record(self, trial, role, front=(), scores=None, state="done", reason="", **cell):
        found = Cell(f"cell {len(self.cells)}", trial, role, **cell)
        self.cells.append(CellRecord(found, state, reason, scores=scores or {}, front=front))


@pytest.fixture
def bench():
    return Bench()


@pytest.fixture
def ten_runs():
    """Ten runs of two seeds on three datasets.

    On ``clear`` jacobian is always better than none, on ``even`` sometimes, on ``poor`` never; direct scores like
    none, linear 0.3 less.
    """
    bench = Bench()
    base = [0.5 + 0.01 * math.sin(7 * number) for number in range(20)]
    sway = [0.01 * math.cos(5 * number) for number in range(20)]
    for dataset, gain in [("clear", 0.1), ("even", 0.0), ("poor", -0.2)]:
        better = [value + gain + change for value, change in zip(base, sway, strict=True)]
        for label, scores, more in [
            ("direct", base, {}),
            ("linear", [value - 0.3 for value in base], {"student": "linear"}),
            ("none", base, {}),
            ("jacobian", better, {}),
        ]:
            bench.everywhere(label, scores, runs=10, dataset=dataset, **more)
    return bench.results()
