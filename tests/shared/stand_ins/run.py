"""A run without any training: scores, formulas and failures as a test gives them."""

import math
from dataclasses import replace

from smoothdistill_core import Formula, Results
from smoothdistill_core.components import Role
from smoothdistill_core.preparation import SplitFacts
from smoothdistill_core.recipe import Choose
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.store import Cell, CellRecord, TrialRecord
from smoothdistill_core.trial import FrontEntry
from smoothdistill_scores.accuracy import R2
from smoothdistill_scores.smoothness import JacobianNorm

NAN = math.nan
FACTS = SplitFacts(
    Scaling((Feature("age", None, 0.0, 1.0, -2.0, 2.0),), "y", "none", 0.0, 1.0),
    (),
    {"train": 300, "validation": 100, "test": 100},
)
LOG_FACTS = replace(FACTS, scaling=replace(FACTS.scaling, transform="log1p"))
SHORT = Formula.variable(0)
LONG = Formula.apply("add", SHORT, SHORT)
METRICS = tuple(metric().facts() for metric in (R2, JacobianNorm))


def scores(validation=NAN, test=NAN, train=NAN, steepness=NAN, **test_scores):
    """Return R2 on each part, the smoothness (alike on all parts), and other scores of the test part."""
    r2 = {("train", "r2"): train, ("validation", "r2"): validation, ("test", "r2"): test}
    steep = {(part, "jacobian_norm"): steepness for part in ("train", "validation", "test")}
    return r2 | steep | {("test", metric): value for metric, value in test_scores.items()}


def entries(formulas, found, poles=(), errors=()):
    poles = poles or [""] * len(formulas)
    return tuple(FrontEntry(f, s, f, f, pole, errors) for f, s, pole in zip(formulas, found, poles, strict=True))


class Bench:
    """Builds a run cell by cell."""

    def __init__(self):
        self.cells = []
        self.trials = {}
        self.metrics = METRICS
        self.on_log = set()
        """The datasets whose target is fitted as its logarithm."""

    def record(self, role, seed, dataset, state, scores=None, front=(), **cell):
        trial = f"{dataset}-{seed}"
        self.trials[trial] = TrialRecord(trial, dataset, 0, seed, LOG_FACTS if dataset in self.on_log else FACTS)
        found = Cell(f"cell-{len(self.cells)}", trial, role, **cell)
        reason = "no luck" * (state == "failed")
        self.cells.append(CellRecord(found, state, reason, scores=scores or {}, front=front))
        return found

    def student(
        self, found, seed=0, student="gp", dataset="toy", formulas=(SHORT,), state="done", poles=(), errors=(), **cell
    ):
        front = entries(formulas, found if isinstance(found, list) else [found], poles, errors)
        role = Role.TAUGHT if "teacher" in cell else Role.BASELINE if student == "linear" else Role.DIRECT
        return self.record(role, seed, dataset, state, front=front, student=student, **cell)

    def taught(self, penalty, strength, teacher_scores, found, seed=0, student="gp", teacher_state="done", **more):
        """Record a teacher and a student that imitates it."""
        labels = {"teacher": more.pop("teacher", "mlp"), "regularizer": penalty, "strength": strength}
        dataset = more.get("dataset", "toy")
        cell = self.record(Role.TEACHER, seed, dataset, teacher_state, teacher_scores, **labels)
        return self.student(found, seed, student, teacher_cell=cell.key, **labels, **more)

    def results(self, rule="best", part="validation", **options):
        choose = Choose(rule=rule, part=part, **options)
        return Results("bench", None, choose, self.trials, tuple(self.cells), metrics=self.metrics)


def two_seeds(bench):
    for seed, shift in [(0, 0.0), (1, 0.2)]:
        bench.student(scores(0.1, 0.1 + shift, steepness=3.0 + shift), seed)
        bench.student(scores(0.1, 0.2 + shift, steepness=1.0), seed, "linear", formulas=(LONG,))
        bench.taught("none", 0.0, scores(0.8, 0.8, steepness=5.0), scores(0.4, 0.4 + shift, fidelity=0.6), seed)
        better = scores(0.6 + shift, 0.6 + shift, fidelity=0.8 + shift / 2)
        formulas = (SHORT,) if seed == 0 else (LONG,)
        teacher = scores(0.7, 0.7 - shift, steepness=2.0 + shift)
        bench.taught("jacobian", 0.1, teacher, better, seed, formulas=formulas)
        bench.taught("jacobian", 0.5, scores(0.5, 0.5, steepness=1.0), scores(0.5, 0.95, fidelity=0.9), seed)
