"""A run that was written by hand: trials on a line, each with a teacher and its student."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass

from smoothdistill_core import Formula
from smoothdistill_core.components import Measure, MetricFacts, Role
from smoothdistill_core.preparation import SplitFacts
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.store import (
    Cell,
    CellRecord,
    Store,
    TrialRecord,
)
from smoothdistill_core.store.checksums import keep_checksums
from smoothdistill_core.trial import FrontEntry, StudentResult, TeacherResult

FACTS = SplitFacts(
    Scaling((Feature("x", None, 0.0, 1.0, -2.0, 2.0),), "y", "none", 0.0, 1.0), ("a note",), {"train": 3, "test": 2}
)
FORMULA = Formula.apply("add", Formula.variable(0), Formula.constant(0.1))
CONTENT = {"choose": {"part": "train"}, "trials": {"seeds": 30}}
VERSIONS = {"numpy": "2.0"}
METRICS = (MetricFacts("r2", "higher", Measure.ACCURACY, "R²", "", "both", "1a2b"),)
SCORED_BY = {"r2": "1a2b"}


@dataclass
class Written:
    """What was written into a run, as it is read while nothing is damaged."""

    trials: list[TrialRecord]
    cells: list[Cell]
    records: dict[str, CellRecord]


def fill(folder, trials=30):
    """Write a run of several pages, and return what it holds."""
    numbers = range(trials)
    planned = [TrialRecord(f"trial{number:03}", "line", 0, number) for number in numbers]
    cells = []
    for number in numbers:
        teacher = Cell(f"teach{number:03}", f"trial{number:03}", Role.TEACHER, teacher="mlp", regularizer="none")
        student = Cell(f"study{number:03}", f"trial{number:03}", Role.TAUGHT, teacher.key, "mlp", "none", 0.0, "gp")
        cells += [teacher, student]
    front = tuple(FrontEntry(FORMULA, {("train", "r2"): n / 7, ("test", "r2"): 0.1}, FORMULA, FORMULA) for n in (1, 2))
    with Store(folder) as store:
        store.claim("toy", CONTENT, VERSIONS, metrics=METRICS)
        store.set_plan(planned, cells)
        for number in numbers:
            scores = {("train", "r2"): 1.0, ("test", "r2"): 0.25 + number}
            teacher = TeacherResult(b"w" * 300, scores, FACTS, ("looped",), 1.0)
            store.record_teacher(f"teach{number:03}", teacher, SCORED_BY)
            student = StudentResult(front, FACTS, 2.5)
            store.record_student(f"study{number:03}", student, f"teach{number:03}", SCORED_BY)
        return Written(planned, cells, {record.cell.key: record for record in store.cells()})


def forge(folder, *statements):
    """Change a run as somebody would who knows of checksums: all of them are right."""
    with closing(sqlite3.connect(folder / "results.sqlite", isolation_level=None)) as database:
        keep_checksums(database)
        for statement, *values in statements:
            assert database.execute(statement, values).rowcount != 0, statement
