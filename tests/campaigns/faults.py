"""Faults of a disk and of locks, at any call: a run ends in words, and is whole once they are over and it ran again."""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

from campaign import Campaign, LostError
from study import COMMAND, contents, install, run_here, without_meta

from smoothdistill_core.cli.exit_codes import BAD_FOLDER, BAD_INPUT, FAILED_CELLS, NO_WORKERS
from smoothdistill_core.store import Store
from smoothdistill_core.store.file import FILE, LOCK

SOURCE = Path(__file__).with_name("faults.c")
ENDS = (0, FAILED_CELLS, BAD_INPUT, BAD_FOLDER, NO_WORKERS)
"""How a run may end; a fault of the last moment harms nothing."""

CALLS: dict[str, tuple[int, ...]] = {
    "open": (errno.EIO, errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EMFILE, errno.ENOENT),
    "read": (errno.EIO, errno.ESTALE),
    "write": (errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS),
    "sync": (errno.EIO, errno.ENOSPC, errno.EDQUOT),
    "truncate": (errno.EIO, errno.EINVAL, errno.ENOSPC),
    "lock": (errno.ENOLCK, errno.EOPNOTSUPP, errno.EACCES, errno.EAGAIN, errno.EINTR, errno.EIO),
    "remove": (errno.EIO, errno.EACCES, errno.EBUSY),
    "make": (errno.ENOSPC, errno.EACCES, errno.EROFS),
    "rename": (errno.EIO, errno.EACCES, errno.ENOSPC),
}
"""The calls that can fail, and how."""


class Faults(Campaign):
    """Runs the command line while calls fail, or while something is in its way."""

    name = "faults"
    seconds = 150.0

    def prepare(self) -> None:
        """Compile what lets calls fail, and find out what an undisturbed run holds."""
        self.library = self.folder / "faults.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-w", "-o", self.library, SOURCE, "-ldl"], check=True)
        with Store(None) as store:
            run_here(store)
            self.whole = without_meta(store)

    def case(self, number: int) -> str:
        """Run with a fault, then without."""
        by, folder = self.drawn(number), self.folder / str(number)
        folder.mkdir()
        install(folder)
        run = folder / "runs" / "tiny"
        if number % 4 == 3:
            hindrance = by.choice(HINDRANCES)
            what = hindrance.__name__.strip("_").replace("_", " ")
            run.mkdir(parents=True)
            with hindrance(run):
                code, said = self._run(folder, {})
        else:
            what, environment = self._fault(by, run)
            code, said = self._run(folder, environment)
        if code not in ENDS or "Traceback" in said:
            raise LostError(f"{what}: ended with {code}: {said}")
        code, again = self._run(folder, {})
        if code or "Traceback" in again:
            raise LostError(f"{what}: the next run ended with {code}: {again}")
        if contents(run) != self.whole:
            raise LostError(f"{what}: not what an undisturbed run holds; first said: {said}")
        return f"{what}: {' '.join(said.split())[-150:]}"

    def _fault(self, by: Random, run: Path) -> tuple[str, dict[str, str]]:
        call = by.choice(list(CALLS))
        number, first, count = by.choice(CALLS[call]), int(by.expovariate(0.1)), by.choice((1, 1, 3, 1_000_000))
        what = f"{call} {first} to {first + count - 1} fail with {errno.errorcode[number]}"
        return what, {
            "LD_PRELOAD": str(self.library),
            "FAULT_FOLDER": str(run),
            "FAULT_CALL": call,
            "FAULT_ERRNO": str(number),
            "FAULT_FIRST": str(first),
            "FAULT_COUNT": str(count),
        }

    def _run(self, folder: Path, environment: dict[str, str]) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "smoothdistill_core.cli", *COMMAND],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="backslashreplace",
        )
        return done.returncode, done.stdout


@contextmanager
def _the_folder_is_in_use(run: Path) -> Iterator[None]:
    with (run / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _a_lock_was_left_behind(run: Path) -> Iterator[None]:
    (run / LOCK).write_text("4711")
    yield


@contextmanager
def _the_lock_is_a_folder(run: Path) -> Iterator[None]:
    (run / LOCK).mkdir()
    yield
    (run / LOCK).rmdir()


@contextmanager
def _the_file_is_a_folder(run: Path) -> Iterator[None]:
    (run / FILE).mkdir()
    yield
    (run / FILE).rmdir()


@contextmanager
def _the_journal_is_a_folder(run: Path) -> Iterator[None]:
    (run / f"{FILE}-journal").mkdir()
    yield
    (run / f"{FILE}-journal").rmdir()


@contextmanager
def _the_disk_is_full(run: Path) -> Iterator[None]:
    (run / FILE).symlink_to("/dev/full")
    yield
    (run / FILE).unlink()


@contextmanager
def _the_file_is_empty(run: Path) -> Iterator[None]:
    (run / FILE).touch()
    yield


@contextmanager
def _another_program_reads(run: Path) -> Iterator[None]:
    with Store(run):
        pass
    with closing(sqlite3.connect(run / FILE)) as database:
        database.execute("BEGIN")
        database.execute("SELECT count(*) FROM cells").fetchone()
        yield


@contextmanager
def _another_program_writes(run: Path) -> Iterator[None]:
    with Store(run):
        pass
    with closing(sqlite3.connect(run / FILE, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield


HINDRANCES: tuple[Callable[[Path], object], ...] = (
    _the_folder_is_in_use,
    _a_lock_was_left_behind,
    _the_lock_is_a_folder,
    _the_file_is_a_folder,
    _the_journal_is_a_folder,
    _the_disk_is_full,
    _the_file_is_empty,
    _another_program_reads,
    _another_program_writes,
)
"""What can be in the way."""
