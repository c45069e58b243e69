"""`Store`: one SQLite file a run, the only place where results live.

Every finished cell is one transaction: a process killed at any moment loses nothing that was finished.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from smoothdistill_core.components import MetricFacts, Role
from smoothdistill_core.errors import FormulaError, StoreError, one_line
from smoothdistill_core.formula import Formula
from smoothdistill_core.preparation import SplitFacts
from smoothdistill_core.scaling import Scaling
from smoothdistill_core.store.damage import is_damage
from smoothdistill_core.store.file import FILE, check_room, open_in_memory, open_to_read, open_to_write
from smoothdistill_core.store.records import Cell, CellRecord, CellState, TrialRecord
from smoothdistill_core.trial import Failure, FrontEntry, Scores, StudentResult, TeacherResult

SCORED_BY = "scored_by "
"""What begins the notes of the run that say by which metrics a cell was scored; its key follows."""

UNCHANGED = "left as it was: "
"""What begins the note of a finished cell to which further scores could not be added."""


class Store:
    """The results of one run folder, or of nothing but memory where ``folder`` is None.

    Opened for writing it belongs to one process; ``read_only`` needs no lock, also while a run goes on.
    A damaged file is kept aside by whoever may write, and what can be read of it goes into a new one;
    ``notices`` say so. Raises `StoreError` where the folder cannot be used.
    """

    def __init__(self, folder: Path | None, *, read_only: bool = False) -> None:
        self.folder = folder
        self.notices: tuple[str, ...] = ()
        self._closing = ExitStack()
        try:
            with self._clear_errors():
                if folder is None:
                    self._database = open_in_memory(self._closing)
                elif read_only:
                    self._database = open_to_read(folder, self._closing)
                else:
                    self._database, self.notices = open_to_write(folder, self._closing)
        except BaseException:
            self._closing.close()
            raise

    @classmethod
    def peek(cls, folder: Path) -> Store | None:
        """Open a run for reading; None where there is none yet. Raises `StoreError` where none could begin."""
        if (folder / FILE).is_file() and (folder / FILE).stat().st_size:
            return cls(folder, read_only=True)
        check_room(folder)
        return None

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and give the folder free."""
        self._closing.close()

    def meta(self, key: str) -> str | None:
        """Return what was noted under ``key``."""
        with self._clear_errors():
            found = self._database.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def claim(
        self,
        name: str,
        content: dict[str, Any],
        versions: dict[str, str],
        left_out: Sequence[str] = (),
        metrics: Sequence[MetricFacts] = (),
    ) -> dict[str, Any] | None:
        """Note the recipe that this run belongs to, what of it is ``left_out``, and what its ``metrics`` are.

        Returns its content of last time, as `last_content` does.
        """
        before = self.last_content(name)
        with self._transaction():
            self._database.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                [
                    ("recipe", name),
                    ("content", json.dumps(content, sort_keys=True)),
                    ("versions", json.dumps(versions, sort_keys=True)),
                    ("left_out", json.dumps(list(left_out))),
                    ("metrics", json.dumps([asdict(metric) for metric in metrics])),
                ],
            )
        return before

    def last_content(self, name: str) -> dict[str, Any] | None:
        """Return the content of the recipe ``name`` when it ran here last, if it did.

        A folder that belongs to a recipe of another name raises `StoreError`.
        """
        owner = self.meta("recipe")
        if owner is not None and owner != name:
            raise StoreError(
                f"{self.folder} belongs to the recipe {owner!r}, not {name!r}; give another folder, or the old name"
            )
        before = self.meta("content")
        return None if before is None else json.loads(before)

    def set_plan(self, trials: Sequence[TrialRecord], cells: Sequence[Cell]) -> None:
        """Make ``cells`` the present plan; results of cells that are in it again are kept."""
        with self._transaction():
            self._database.execute("UPDATE cells SET place = NULL")
            self._database.executemany(
                "INSERT INTO trials (key, dataset, run, seed) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (key) DO UPDATE SET run = excluded.run",
                [(trial.key, trial.dataset, trial.run, trial.seed) for trial in trials],
            )
            self._database.executemany(
                "INSERT INTO cells (place, key, trial, role, teacher_cell, teacher, regularizer, strength, student) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET place = excluded.place",
                [
                    (place, c.key, c.trial, c.role, c.teacher_cell, c.teacher, c.regularizer, c.strength, c.student)
                    for place, c in enumerate(cells)
                ],
            )

    def record_teacher(self, key: str, result: TeacherResult, scored_by: Mapping[str, str] | None = None) -> None:
        """Store a trained teacher, and by which metrics it was scored: what determines each, by its label."""
        with self._transaction():
            self._finish(key, "done", result.seconds, notes=result.notes)
            self._describe_trial(key, result.facts)
            self._store_scores(key, [result.scores], scored_by or {})
            self._database.execute("INSERT OR REPLACE INTO weights VALUES (?, ?)", (key, result.weights))

    def record_student(
        self,
        key: str,
        result: StudentResult,
        teacher_cell: str | None = None,
        scored_by: Mapping[str, str] | None = None,
    ) -> None:
        """Store the formulas of a student, which teacher it imitated, and by which metrics they were scored."""
        with self._transaction():
            self._finish(key, "done", result.seconds)
            self._database.execute("UPDATE cells SET teacher_cell = ? WHERE key = ?", (teacher_cell, key))
            self._describe_trial(key, result.facts)
            self._database.execute("DELETE FROM formulas WHERE cell = ?", (key,))
            self._database.executemany(
                "INSERT INTO formulas VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        *(key, place, *(t.to_json() for t in (f.formula, f.explained, f.rounded)), f.pole),
                        *(_numbers(f.errors), json.dumps(f.notes), _numbers(f.standard_errors)),
                    )
                    for place, f in enumerate(result.front)
                ],
            )
            self._store_scores(key, [entry.scores for entry in result.front], scored_by or {})

    def record_scores(self, key: str, candidates: Sequence[Scores], scored_by: Mapping[str, str]) -> None:
        """Store the scores of a finished cell by further metrics; all other scores stay."""
        with self._transaction():
            self._store_scores(key, candidates, {**self._scored_by(key), **scored_by}, list(scored_by))
            self._set_notes(key, [note for note in self._notes(key) if not note.startswith(UNCHANGED)])

    def record_unchanged(self, key: str, why: str) -> None:
        """Note why nothing could be added to a finished cell; its result stays."""
        with self._transaction():
            self._set_notes(key, list(dict.fromkeys([*self._notes(key), f"{UNCHANGED}{why}"])))

    def keep_weights(self, key: str, weights: bytes) -> None:
        """Store the weights of a teacher that was trained again."""
        with self._transaction():
            self._database.execute("INSERT OR REPLACE INTO weights VALUES (?, ?)", (key, weights))

    def scored_by(self) -> dict[str, dict[str, str]]:
        """Return by which metrics each cell was scored: what determined each, by its label."""
        with self._clear_errors():
            rows = self._database.execute("SELECT key, value FROM meta WHERE key GLOB ?", (f"{SCORED_BY}*",)).fetchall()
        return {key.removeprefix(SCORED_BY): json.loads(value) for key, value in rows}

    def formulas(self, key: str) -> list[Formula]:
        """Return the formulas of a student's cell, in its order, as they were found."""
        with self._clear_errors(), _reading():
            query = "SELECT tree FROM formulas WHERE cell = ? ORDER BY candidate"
            return [Formula.from_json(tree) for (tree,) in self._database.execute(query, (key,))]

    def record_failure(self, key: str, failure: Failure) -> None:
        """Store that a cell failed, and why."""
        with self._transaction():
            self._finish(key, "failed", failure.seconds, reason=failure.reason)
            self._database.execute("UPDATE cells SET stopped_after = ? WHERE key = ?", (failure.stopped_after, key))

    def count_attempt(self, keys: Iterable[str]) -> None:
        """Note that cells were tried once more, and nothing came of it."""
        with self._transaction():
            self._database.executemany("UPDATE cells SET attempts = attempts + 1 WHERE key = ?", [(k,) for k in keys])

    def weights(self, key: str) -> bytes | None:
        """Return a trained teacher as it was saved, or None where it was not kept."""
        with self._clear_errors():
            found = self._database.execute("SELECT data FROM weights WHERE cell = ?", (key,)).fetchone()
        return None if found is None else bytes(found[0])

    def with_weights(self) -> set[str]:
        """Return the keys of the teachers whose weights are here."""
        with self._clear_errors():
            return {key for (key,) in self._database.execute("SELECT cell FROM weights")}

    def drop_weights(self, trials: Iterable[str]) -> None:
        """Forget the teachers of trials whose students are done."""
        with self._transaction():
            self._database.executemany(
                "DELETE FROM weights WHERE cell IN (SELECT key FROM cells WHERE trial = ?)",
                [(trial,) for trial in trials],
            )

    def teacher_scores(self, keys: Iterable[str]) -> dict[str, Scores]:
        """Return the scores of those of these teachers that have a result."""
        found: dict[str, Scores] = {}
        with self._clear_errors():
            for key in keys:
                rows = self._database.execute(
                    "SELECT part, metric, value FROM scores JOIN cells ON cells.key = scores.cell "
                    "WHERE cell = ? AND role = 'teacher' AND state = 'done'",
                    (key,),
                ).fetchall()
                if rows:
                    found[key] = {(part, metric): math.nan if v is None else v for part, metric, v in rows}
        return found

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let everything that is read inside be of one moment, also while another process writes."""
        with self._clear_errors():
            self._database.execute("BEGIN")
            try:
                yield
            finally:
                self._database.execute("ROLLBACK")

    def states(self) -> dict[str, CellState]:
        """Return how far every cell is, also those outside of the present plan; quick, however many there are."""
        with self._clear_errors():
            rows = self._database.execute(
                "SELECT key, state, place IS NOT NULL, seconds, attempts, stopped_after, teacher_cell FROM cells"
            ).fetchall()
        return {key: CellState(state, bool(planned), *others) for key, state, planned, *others in rows}

    def trials(self) -> dict[str, TrialRecord]:
        """Return the trials of the present plan by key."""
        with self._clear_errors(), _reading():
            rows = self._database.execute(
                "SELECT * FROM trials WHERE key IN (SELECT trial FROM cells WHERE place IS NOT NULL)"
            ).fetchall()
            return {
                key: TrialRecord(key, dataset, run, seed, _facts(scaling, notes, counts))
                for key, dataset, run, seed, scaling, notes, counts in rows
            }

    def cells(self) -> list[CellRecord]:
        """Return the cells of the present plan, in its order, with everything that is known of them."""
        fronts: dict[str, list[FrontEntry]] = defaultdict(list)
        scores: dict[str, dict[int, Scores]] = defaultdict(lambda: defaultdict(dict))
        with self._clear_errors(), _reading():
            for cell, candidate, part, metric, value in self._database.execute("SELECT * FROM scores"):
                scores[cell][candidate][part, metric] = math.nan if value is None else value
            for cell, candidate, *trees, pole, errors, notes, standard_errors in self._database.execute(
                "SELECT cell, candidate, tree, explained, rounded, pole, errors, notes, standard_errors FROM formulas "
                "ORDER BY cell, candidate"
            ):
                found, explained, rounded = map(Formula.from_json, trees)
                said = (_read_numbers(errors) or (), tuple(json.loads(notes)), _read_numbers(standard_errors))
                fronts[cell].append(FrontEntry(found, scores[cell][candidate], explained, rounded, pole, *said))
            rows = self._database.execute(
                "SELECT key, trial, role, teacher_cell, teacher, regularizer, strength, student, "
                "state, reason, notes, seconds, attempts FROM cells WHERE place IS NOT NULL ORDER BY place"
            ).fetchall()
            return [
                CellRecord(
                    _cell(row),
                    state=row[8],
                    reason=row[9],
                    notes=tuple(json.loads(row[10])),
                    seconds=row[11],
                    attempts=row[12],
                    scores=scores[row[0]][0] if row[2] == Role.TEACHER else {},
                    front=tuple(fronts[row[0]]),
                )
                for row in rows
            ]

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table but times and attempts: equal studies have equal contents."""
        columns = dict.fromkeys(("meta", "trials", "formulas", "scores", "weights"), "*")
        columns["cells"] = (
            "key, place, trial, role, teacher_cell, teacher, regularizer, strength, student, state, reason, notes"
        )
        with self._clear_errors():
            return {
                table: sorted(self._database.execute(f"SELECT {names} FROM {table}").fetchall(), key=repr)  # noqa: S608
                for table, names in columns.items()
            }

    def _describe_trial(self, cell: str, facts: SplitFacts) -> None:
        self._database.execute(
            "UPDATE trials SET units = ?, notes = ?, rows = ? WHERE key = (SELECT trial FROM cells WHERE key = ?)",
            (facts.scaling.to_json(), json.dumps(facts.notes), json.dumps(facts.rows, sort_keys=True), cell),
        )

    def _finish(self, key: str, state: str, seconds: float, reason: str = "", notes: Sequence[str] = ()) -> None:
        self._database.execute(
            "UPDATE cells SET state = ?, reason = ?, notes = ?, seconds = ?, attempts = attempts + 1, "
            "stopped_after = NULL WHERE key = ?",
            (state, reason, json.dumps(list(notes)), seconds, key),
        )

    def _store_scores(
        self,
        key: str,
        candidates: Sequence[Scores],
        scored_by: Mapping[str, str],
        only: Sequence[str] | None = None,
    ) -> None:
        """Replace the scores of a cell, or those of ``only`` some metrics."""
        if only is None:
            self._database.execute("DELETE FROM scores WHERE cell = ?", (key,))
        else:
            query = "DELETE FROM scores WHERE cell = ? AND metric = ?"
            self._database.executemany(query, [(key, metric) for metric in only])
        written = json.dumps(dict(scored_by), sort_keys=True)
        self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"{SCORED_BY}{key}", written))
        self._database.executemany(
            "INSERT INTO scores VALUES (?, ?, ?, ?, ?)",
            [
                (key, place, part, metric, None if math.isnan(value) else value)
                for place, scores in enumerate(candidates)
                for (part, metric), value in scores.items()
            ],
        )

    def _scored_by(self, key: str) -> dict[str, str]:
        return dict(json.loads(self.meta(f"{SCORED_BY}{key}") or "{}"))

    def _notes(self, key: str) -> list[str]:
        (notes,) = self._database.execute("SELECT notes FROM cells WHERE key = ?", (key,)).fetchone()
        return list(json.loads(notes))

    def _set_notes(self, key: str, notes: Sequence[str]) -> None:
        self._database.execute("UPDATE cells SET notes = ? WHERE key = ?", (json.dumps(list(notes)), key))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._clear_errors():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        """Say in words what SQLite or the disk refuses."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            reason = str(error)
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or "No space left" in reason:
                message = "the disk is full; free some space and run the same command: what is finished is kept"
            elif isinstance(error, PermissionError):
                message = "no permission to write there; give another folder"
            elif isinstance(error, _UnreadableError):
                message = f"the results hold what no run wrote ({reason}); move {FILE} away, and run the recipe again"
            elif not is_damage(error):
                message = f"the results cannot be read or written ({reason}); run the same command again"
            else:
                message = (
                    f"the results are damaged ({reason}); run the recipe again: the damaged file is kept aside, and "
                    "what can be read of it is used"
                )
            raise StoreError(f"{self.folder}: {message}") from None


class _UnreadableError(sqlite3.DatabaseError):
    """A row holds what no run wrote."""


@contextmanager
def _reading() -> Iterator[None]:
    """Take values that make no sense for an error of the database."""
    try:
        yield
    except (FormulaError, ValueError, KeyError, TypeError) as error:
        raise _UnreadableError(one_line(error)) from error


def _numbers(values: Sequence[float] | None) -> str:
    """Write numbers as JSON; what is no number is null, as is the whole where there are none."""
    return json.dumps(None if values is None else [value if math.isfinite(value) else None for value in values])


def _read_numbers(text: str) -> tuple[float, ...] | None:
    values = json.loads(text)
    return None if values is None else tuple(math.nan if value is None else value for value in values)


def _cell(row: Sequence[Any]) -> Cell:
    key, trial, role, teacher_cell, teacher, regularizer, strength, student = row[:8]
    return Cell(key, trial, Role(role), teacher_cell, teacher, regularizer, strength, student)


def _facts(scaling: str | None, notes: str, rows: str) -> SplitFacts | None:
    if scaling is None:
        return None
    return SplitFacts(Scaling.from_json(scaling), tuple(json.loads(notes)), json.loads(rows))
