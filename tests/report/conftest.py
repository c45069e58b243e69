"""Studies without any training: invented scores, formulas and failures, as many as a test asks for."""

from __future__ import annotations

import math
import random
from html.parser import HTMLParser

import numpy as np
import pytest

from smoothdistill_core import Formula, Results
from smoothdistill_core.components import Role
from smoothdistill_core.portrait import Effect, Portrait, Portrayed
from smoothdistill_core.preparation import SplitFacts
from smoothdistill_core.recipe import Choose
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.store import Cell, CellRecord, TrialRecord
from smoothdistill_core.trial import FrontEntry
from smoothdistill_scores.accuracy import R2, Fidelity
from smoothdistill_scores.size import Complexity
from smoothdistill_scores.smoothness import JacobianNorm

STRENGTHS = (0.1, 0.3, 0.5, 0.7, 1.0)
PENALTIES = {"jacobian": STRENGTHS, "lipschitz": STRENGTHS}
X0, X1 = Formula.variable(0), Formula.variable(1)
LINE = Formula.apply("add", Formula.constant(0.5), Formula.apply("mul", Formula.constant(0.25), X0))
CURVE = Formula.apply("add", LINE, Formula.apply("div", X1, Formula.apply("add", X0, Formula.constant(3.0))))
FRONT = (X0, LINE, CURVE)
METRICS = tuple(metric().facts() for metric in (R2, Fidelity, Complexity, JacobianNorm))


class Invented:
    """Builds a study cell by cell."""

    def __init__(self, columns=("rooms", "age"), target="price"):
        self.trials, self.cells = {}, []
        self.metrics = METRICS
        self.baselines = ("linear",)
        features = tuple(Feature(column, None, 0.0, 1.0, -2.0, 2.0) for column in columns)
        notes = ("3 rows with missing values dropped",)
        rows = {"train": 60, "validation": 20, "test": 20}
        self.facts = SplitFacts(Scaling(features, target, "none", 0.0, 1.0), notes, rows)

    def trial(self, dataset="toy", run=0, seed=0, *, known=True):
        key = f"{dataset} {run} {seed}"
        self.trials.setdefault(key, TrialRecord(key, dataset, run, 1000 * run + seed, self.facts if known else None))
        return key

    def teacher(self, trial, penalty, strength, r2=0.8, steepness=1.0, *, teacher="mlp", state="done"):
        scores = on_all_parts(r2=r2, jacobian_norm=steepness, jacobian_norm_squared=steepness**2)
        scores[("test", "jacobian_norm_max")] = 3 * steepness
        labels = {"teacher": teacher, "regularizer": penalty, "strength": strength}
        return self.record(trial, Role.TEACHER, state, scores=scores if state == "done" else {}, **labels)

    def student(self, trial, r2=0.5, steepness=0.7, *, student="gplearn", of=None, state="done", poles=("", "", "")):
        """Record a front of three formulas, the last of which has this R2."""
        front = []
        for behind, formula, pole in zip((0.2, 0.1, 0.0), FRONT, poles, strict=True):
            found = on_all_parts(r2=r2 - behind, jacobian_norm=steepness, complexity=formula.complexity)
            if of:
                found[("test", "fidelity")] = min(r2 + 0.3, 1.0)
            front.append(FrontEntry(formula, found, formula, formula, pole))
        role, taught = (Role.BASELINE if student in self.baselines else Role.DIRECT), {}
        if of:
            role = Role.TAUGHT
            taught = {name: getattr(of, name) for name in ("teacher", "regularizer", "strength")}
            taught["teacher_cell"] = of.key
        found = tuple(front) if state == "done" else ()
        return self.record(trial, role, state, front=found, student=student, **taught)

    def record(self, trial, role, state, *, scores=None, front=(), **cell):
        found = Cell(f"cell {len(self.cells)}", trial, role, **cell)
        reason = "no luck" * (state == "failed")
        seconds = None if state == "planned" else 1.5
        tried = int(state != "planned")
        self.cells.append(CellRecord(found, state, reason, (), seconds, tried, scores or {}, front))
        return found

    def results(self, name="invented", content=None, versions=None, folder=None, **choose):
        content = {"trials": {"seeds": 5}} if content is None else content
        versions = {"smoothdistill": "0.1.0"} if versions is None else versions
        choose = Choose(**choose)
        cells = tuple(self.cells)
        return Results(name, folder, choose, self.trials, cells, content, versions, metrics=self.metrics)


def on_all_parts(**scores):
    return {(part, metric): value for metric, value in scores.items() for part in ("train", "validation", "test")}


def invent(datasets=("toy",), runs=1, seeds=5, penalties=PENALTIES, students=("gplearn",), gain=0.08, **names):
    """Return a builder with a whole study: smooth teachers are less accurate, and their formulas better by ``gain``."""
    build, luck_of = Invented(**names), random.Random(0)
    for place, dataset in enumerate(datasets):
        level = 0.35 + 0.4 * math.sin(place * 1.7) ** 2
        for run in range(runs):
            for seed in range(seeds):
                trial, luck = build.trial(dataset, run, seed), luck_of.gauss(0, 0.03)
                for student in students:
                    build.student(trial, level + luck + luck_of.gauss(0, 0.02), student=student)
                build.student(trial, level - 0.1 + luck, 0.9, student="linear")
                for penalty, strengths in {"none": (0.0,), **penalties}.items():
                    for strength in strengths:
                        smoothing = strength * (1.0 if penalty == "jacobian" else 1.4)
                        steepness = 2.5 / (1 + 4 * smoothing) * math.exp(luck_of.gauss(0, 0.1))
                        cell = build.teacher(trial, penalty, strength, level + 0.25 - 0.2 * smoothing + luck, steepness)
                        better = gain * math.exp(-8 * (smoothing - 0.4) ** 2)
                        for student in students:
                            r2 = level + better + luck + luck_of.gauss(0, 0.02)
                            build.student(trial, r2, 0.5 + 0.2 * steepness, student=student, of=cell)
    return build


def portrayed(results, part="test", rows=20, teacher=True):
    """Give results portraits of their answers: of the formulas themselves, at rows that are invented, and return them.

    The target is what the recommended formula says, and 0.1 more or less of it in turn.
    """
    drawn = {}
    for dataset, answer in results.answers.items():
        scaling = answer.recommended.scaling
        columns = [feature.column for feature in scaling.features]
        table = np.random.default_rng(0).uniform(-2, 2, (rows, len(columns)))
        said = [outcome.chosen.explained.predict(table) for outcome in answer.front]
        (taken,) = (p for o, p in zip(answer.front, said, strict=True) if o is answer.recommended)
        actual = taken + np.resize([0.1, -0.1], rows) * taken.std()
        formulas = [
            Portrayed(o.cell.key, o.place, tuple(p.tolist()), *_moved(o.chosen.explained, columns, table, teacher))
            for o, p in zip(answer.front, said, strict=True)
        ]
        inputs = {column: tuple(table[:, place].tolist()) for place, column in enumerate(columns)}
        taught = tuple(taken.tolist()) if teacher else None
        drawn[dataset] = Portrait(part, rows, inputs, tuple(actual.tolist()), taught, tuple(formulas))
    object.__setattr__(results, "portraits", drawn)
    return results


def _moved(formula, columns, table, teacher):
    """Return invented shares of the columns, and how the formula moves with each."""
    used = sorted(formula.inputs)
    effects = {}
    for place in used:
        at = (-1.0, 0.0, 1.5)
        moved = [table.copy() for _ in at]
        for rows, value in zip(moved, at, strict=True):
            rows[:, place] = value
        means = tuple(float(formula.predict(rows).mean()) for rows in moved)
        effects[columns[place]] = Effect(at, means, tuple(m + 0.1 for m in means) if teacher else None)
    return {columns[place]: 1 / len(used) for place in used}, effects


@pytest.fixture(name="portrayed", scope="session")
def _portrayed():
    return portrayed


@pytest.fixture(name="invent", scope="session")
def _invent():
    return invent


@pytest.fixture
def builder():
    """An empty study to be filled cell by cell."""
    return Invented()


class Page(HTMLParser):
    """A page, read as a browser would: its tags with their attributes, and its text."""

    def __init__(self, path):
        super().__init__()
        self.source = path.read_text(encoding="utf-8")
        self.tags, self.words, self._silent = [], [], 0
        self.feed(self.source)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._silent += tag in ("script", "style")

    def handle_endtag(self, tag):
        self._silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self._silent:
            self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def page_of(tmp_path):
    """Write the report of results and read it again."""
    from smoothdistill_core.report import write_report

    def page_of(results, **options):
        return Page(write_report(results, tmp_path / "report.html", **options))

    return page_of


@pytest.fixture
def read_page():
    return Page
