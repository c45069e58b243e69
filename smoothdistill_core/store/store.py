"""`Store`: one SQLite file a run, the only place where results live.

Every finished cell is one transaction: a process killed at any moment loses nothing that was finished.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from smoothdistill_core.bounds import kept
from smoothdistill_core.components import MetricFacts, Part
from smoothdistill_core.errors import StoreError, shown_lines
from smoothdistill_core.preparation import SplitFacts
from smoothdistill_core.store.checksums import Row, sound_rows
from smoothdistill_core.store.damage import PLAN, ROW_COUNT
from smoothdistill_core.store.file import FILE, check_room, open_in_memory, open_to_read, open_to_write
from smoothdistill_core.store.in_words import in_words
from smoothdistill_core.store.reading import (
    making_sense,
    read_cell,
    read_cells,
    read_contents,
    read_highest_scores,
    read_judgements,
    read_note,
    read_portraits,
    read_run,
    read_states,
    read_trials,
    read_weights,
)
from smoothdistill_core.store.records import (
    Cell,
    CellRecord,
    CellState,
    JudgementRecord,
    PortraitRecord,
    RunRecord,
    TrialRecord,
)
from smoothdistill_core.store.rows import (
    OUT_OF_TIME,
    UNCHANGED,
    Columns,
    cell_columns,
    formula_columns,
    judgement_columns,
    portrait_columns,
    run_columns,
    score_columns,
    trial_columns,
)
from smoothdistill_core.trial import Failure, FrontEntry, Scores, StudentResult, TeacherResult


class Store:
    """The results of one run folder, or of nothing but memory where ``folder`` is None.

    Opened for writing it belongs to one process; ``read_only`` needs no lock, also while a run goes on. Where the file
    system has no locks, a writer has to do without, and nothing keeps a second one away.
    A damaged file is kept aside by whoever may write, and what can be read of it goes into a new one;
    ``notices`` say so. Raises `StoreError` where the folder cannot be used.
    """

    def __init__(self, folder: Path | None, *, read_only: bool = False, lock: bool = True) -> None:
        self.folder = folder
        self.locked = lock
        self.notices: tuple[str, ...] = ()
        self._closing = ExitStack()
        try:
            with self._clear_errors():
                if folder is None:
                    self._database = open_in_memory(self._closing)
                elif read_only:
                    self._database = open_to_read(folder, self._closing)
                else:
                    self._database, self.notices = open_to_write(folder, self._closing, lock=lock)
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

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and give the folder free."""
        self._closing.close()

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
        with self.transaction():
            self._note(run_columns(RunRecord(name, content, versions, tuple(left_out), tuple(metrics))))
        return before

    def last_content(self, name: str) -> dict[str, Any] | None:
        """Return the content of the recipe ``name`` when it ran here last, if it did.

        A folder that belongs to a recipe of another name raises `StoreError`.
        """
        with self._reading():
            owner = read_note(self._database, "recipe")
            content: dict[str, Any] | None = read_note(self._database, "content")
        if owner is not None and owner != name:
            raise StoreError(
                f"{self.folder} belongs to the recipe {owner!r}, not {name!r}; give another folder, or the old name"
            )
        return content

    def noted(self) -> RunRecord | None:
        """Return what the run noted when it began, None where it has not."""
        with self._reading():
            return read_run(self._database)

    def set_plan(self, trials: Sequence[TrialRecord], cells: Sequence[Cell]) -> None:
        """Make ``cells`` the present plan; results of cells that are in it again are kept."""
        with self.transaction():
            self._database.execute("UPDATE cells SET place = NULL WHERE place IS NOT NULL")
            self._insert("trials", map(trial_columns, trials), "ON CONFLICT (key) DO UPDATE SET run = excluded.run")
            self._insert(
                "cells",
                ({**cell_columns(cell), "place": place} for place, cell in enumerate(cells)),
                "ON CONFLICT (key) DO UPDATE SET place = excluded.place",
            )
            self._note([{"key": PLAN, "value": str(len(cells))}])
            self._database.execute("DELETE FROM meta WHERE key = ?", (OUT_OF_TIME,))

    def note_out_of_time(self) -> None:
        """Note that a budget ended the run, until the next one begins."""
        with self.transaction():
            self._note([{"key": OUT_OF_TIME, "value": "true"}])

    def is_out_of_time(self) -> bool:
        """Say whether a budget ended the last run."""
        with self._reading():
            return bool(read_note(self._database, OUT_OF_TIME))

    def record_teacher(self, key: str, result: TeacherResult, scored_by: Mapping[str, str] | None = None) -> None:
        """Store a trained teacher, and what determines its scores, by label."""
        with self.transaction():
            self._describe_trial(key, result.facts)
            self._store_scores(key, [result.scores], scored_by or {})
            self._store_weights(key, result.weights)
            self._finish(
                key, "done", result.seconds, json.dumps(kept(result.notes)), stopped_after=result.stopped_after
            )

    def taught_by(self, teacher: str) -> list[str]:
        """Return the keys of the students that have a result and imitated a teacher, also those of earlier plans."""
        query = "SELECT key FROM cells WHERE state = 'done' AND teacher_cell = ?"
        with self._reading():
            return [key for (key,) in self._database.execute(query, (teacher,))]

    def outdate(self, students: Iterable[str]) -> None:
        """Note of finished students that their teacher is another by now, so that they search anew."""
        with self.transaction():
            self._database.executemany("UPDATE cells SET stopped_after = 0 WHERE key = ?", [(k,) for k in students])

    def record_student(
        self,
        key: str,
        result: StudentResult,
        teacher_cell: str | None = None,
        scored_by: Mapping[str, str] | None = None,
    ) -> None:
        """Store the formulas of a student, which teacher it imitated, and by which metrics they were scored."""
        with self.transaction():
            self._database.execute("UPDATE cells SET teacher_cell = ? WHERE key = ?", (teacher_cell, key))
            self._describe_trial(key, result.facts)
            self._database.execute("DELETE FROM formulas WHERE cell = ?", (key,))
            self._insert("formulas", (formula_columns(key, place, entry) for place, entry in enumerate(result.front)))
            self._store_scores(key, [entry.scores for entry in result.front], scored_by or {})
            found = {"stopped_after": result.stopped_after, "nothing_left": result.nothing_left}
            self._finish(key, "done", result.seconds, "[]", **found)

    def record_scores(self, key: str, candidates: Sequence[Scores], scored_by: Mapping[str, str]) -> None:
        """Store the scores of a finished cell by further metrics; all other scores stay."""
        before = self._cell(key)
        with self.transaction():
            self._store_scores(key, candidates, {**before.scored_by, **scored_by}, only=list(scored_by))
            self._set_notes(key, [note for note in before.notes if not note.startswith(UNCHANGED)])

    def record_unchanged(self, key: str, why: str) -> None:
        """Note why nothing could be added to a finished cell; its result stays."""
        notes = dict.fromkeys([*self._cell(key).notes, f"{UNCHANGED}{why}"])
        with self.transaction():
            self._set_notes(key, list(notes))

    def keep_weights(self, key: str, weights: bytes) -> None:
        """Store the weights of a teacher that was trained again."""
        with self.transaction():
            self._store_weights(key, weights)

    def front(self, key: str) -> tuple[FrontEntry, ...]:
        """Return the formulas of a student's cell, in its order, with all that is known of them."""
        return self._cell(key).front

    def highest_scores(self, part: Part, metric: str) -> dict[str, float]:
        """Return the highest score of each cell's formulas, or of its teacher, that is a number."""
        with self._reading():
            return read_highest_scores(self._database, part, metric)

    def record_failure(self, key: str, failure: Failure) -> None:
        """Store that a cell failed, and why."""
        with self.transaction():
            self._finish(
                key, "failed", failure.seconds, reason=shown_lines(failure.reason), stopped_after=failure.stopped_after
            )

    def count_attempt(self, keys: Iterable[str]) -> None:
        """Note that cells were tried once more, and nothing came of it."""
        with self.transaction():
            self._database.executemany("UPDATE cells SET attempts = attempts + 1 WHERE key = ?", [(k,) for k in keys])

    def weights(self, key: str) -> bytes | None:
        """Return a trained teacher as it was saved, or None where it was not kept."""
        with self._reading():
            return read_weights(self._database, key)

    def with_weights(self) -> set[str]:
        """Return the keys of the teachers whose weights are here."""
        with self._reading():
            return {cell for cell, _ in sound_rows(self._database, "weights")}

    def drop_weights(self, trials: Iterable[str], but: Iterable[str] = ()) -> None:
        """Forget the teachers of trials whose students are done, ``but`` those with these keys."""
        query = (
            "DELETE FROM weights WHERE cell IN (SELECT key FROM cells WHERE trial = ?) "
            "AND cell NOT IN (SELECT value FROM json_each(?))"
        )
        kept = json.dumps(list(but))
        with self.transaction():
            self._database.executemany(query, [(trial, kept) for trial in trials])

    def teacher_scores(self, keys: Iterable[str]) -> dict[str, Scores]:
        """Return the scores of those of these teachers that have a result."""
        found = {key: self._cell(key) for key in keys}
        return {key: record.scores for key, record in found.items() if record.state == "done"}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Let everything that is written inside be written at once, or nothing; one inside another is part of it."""
        if self._database.in_transaction:
            yield
            return
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
        with self._reading():
            return read_states(self._database)

    def trials(self) -> dict[str, TrialRecord]:
        """Return the trials of the present plan by key."""
        with self._reading():
            return read_trials(self._database)

    def record_judgement(self, record: JudgementRecord) -> None:
        """Store how formulas of a dataset, or of one of its trials, compare; it takes the place of an earlier one."""
        with self.transaction():
            again = "ON CONFLICT (dataset, trial) DO UPDATE SET judged = excluded.judged, found = excluded.found"
            self._insert("judgements", [judgement_columns(record)], again)

    def judgements(self) -> list[JudgementRecord]:
        """Return what formulas were judged together, and how, also of earlier plans."""
        with self._reading():
            return read_judgements(self._database)

    def record_portrait(self, record: PortraitRecord) -> None:
        """Store what is shown of the answer on a dataset; it takes the place of an earlier one."""
        with self.transaction():
            again = "ON CONFLICT (dataset) DO UPDATE SET drawn = excluded.drawn, content = excluded.content"
            self._insert("portraits", [portrait_columns(record)], again)

    def portraits(self) -> list[PortraitRecord]:
        """Return what is shown of each answer, also of earlier plans."""
        with self._reading():
            return read_portraits(self._database)

    def cells(self) -> list[CellRecord]:
        """Return the cells of the present plan, in its order, with everything that is known of them."""
        with self._reading():
            return read_cells(self._database)

    def contents(self) -> dict[str, list[Row]]:
        """Return every row of every table but checksums, times and attempts: equal studies have equal contents."""
        with self._reading():
            return read_contents(self._database)

    def _cell(self, key: str) -> CellRecord:
        with self._reading():
            return read_cell(self._database, key)

    def _insert(self, table: str, rows: Iterable[Columns], otherwise: str = "") -> None:
        """Insert rows that name the same columns; ``otherwise`` says what becomes of one whose key is there already."""
        rows = list(rows)
        if rows:
            names, marks = ", ".join(rows[0]), ", ".join(f":{name}" for name in rows[0])
            self._database.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks}) {otherwise}", rows)  # noqa: S608

    def _note(self, rows: Iterable[Columns]) -> None:
        self._insert("meta", rows, "ON CONFLICT (key) DO UPDATE SET value = excluded.value")

    def _describe_trial(self, cell: str, facts: SplitFacts) -> None:
        self._database.execute(
            "UPDATE trials SET facts = ? WHERE key = (SELECT trial FROM cells WHERE key = ?)", (facts.to_json(), cell)
        )

    def _finish(self, key: str, state: str, seconds: float, notes: str = "[]", **noted: Any) -> None:
        """Note what became of a cell; its ``reason``, ``notes`` as JSON, and what limit it was ``stopped_after``."""
        known = {"reason": "", "notes": notes, "stopped_after": None, "nothing_left": 0, **noted}
        self._database.execute(
            "UPDATE cells SET state = :state, reason = :reason, notes = :notes, seconds = :seconds, "
            "stopped_after = :stopped_after, nothing_left = :nothing_left, attempts = attempts + 1 WHERE key = :key",
            {**known, "key": key, "state": state, "seconds": seconds},
        )

    def _store_scores(
        self,
        key: str,
        candidates: Sequence[Scores],
        scored_by: Mapping[str, str],
        only: Sequence[str] | None = None,
    ) -> None:
        """Replace the scores of a cell, or those of ``only`` some metrics, after its formulas: both are counted."""
        if only is None:
            self._database.execute("DELETE FROM scores WHERE cell = ?", (key,))
        else:
            query = "DELETE FROM scores WHERE cell = ? AND metric = ?"
            self._database.executemany(query, [(key, metric) for metric in only])
        for place, scores in enumerate(candidates):
            self._insert("scores", score_columns(key, place, scores))
        self._database.execute(
            f"UPDATE cells SET scored_by = ?, row_count = {ROW_COUNT} WHERE key = ?",  # noqa: S608 our own tables
            (json.dumps(dict(scored_by), sort_keys=True), key),
        )

    def _store_weights(self, key: str, weights: bytes) -> None:
        self._database.execute("DELETE FROM weights WHERE cell = ?", (key,))
        self._insert("weights", [{"cell": key, "data": weights}])

    def _set_notes(self, key: str, notes: Sequence[str]) -> None:
        self._database.execute("UPDATE cells SET notes = ? WHERE key = ?", (json.dumps(kept(notes)), key))

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._clear_errors(), making_sense():
            yield

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        """Say in words what SQLite or the disk refuses."""
        try:
            yield
        except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
            raise StoreError(f"{self.folder}: {in_words(error)}") from None
