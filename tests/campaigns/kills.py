"""SIGKILL of a run, of one of its workers or of all its processes, at a random moment: the next run ends it whole."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import psutil
from campaign import Campaign, LostError, MissedError
from forked import Run, left_behind
from study import COMMAND, Contents, contents, install, run_here, without_meta

from smoothdistill_core import StoreError
from smoothdistill_core.store import Store

VICTIMS = ("parent", "worker", "group")
KEPT = {"": (), "keep: teachers": ("--set", "keep=teachers")}
"""What a recipe keeps besides results, as a line of it and as options."""


class Kills(Campaign):
    """Kills runs of the command line."""

    name = "kill"
    seconds = 180.0

    def prepare(self) -> None:
        """Run the study undisturbed, and measure how long that takes."""
        self.whole = {}
        for kept in KEPT:
            with Store(None) as store:
                run_here(store, kept)
                self.whole[kept] = without_meta(store)
        folder = self.folder / "undisturbed"
        folder.mkdir()
        install(folder)
        began = time.monotonic()
        _to_the_end(folder, COMMAND)
        self.duration = time.monotonic() - began

    def case(self, number: int) -> str:
        """Kill a run, look at what is left, run it again to its end."""
        draw, folder = self.drawn(number), self.folder / f"run{number}"
        folder.mkdir()
        install(folder)
        kept = draw.choice(list(KEPT))
        run = Run(folder, (*COMMAND, *KEPT[kept]))
        try:
            moment = self._wait(run, draw, folder)
            victim = draw.choice(VICTIMS)
            if run.poll() is not None:
                raise MissedError(f"the run ended before {moment:.3f} s")
            started = run.started()
            if not _kill(run.pid, victim, started):
                raise MissedError(f"no {victim} at {moment:.3f} s")
            run.wait()
            what = f"{victim} at {moment:.3f} s"
            if left := left_behind(started):
                raise LostError(f"{what}: left behind: {left}")
        finally:
            run.end()
        if "Traceback" in run.said():
            raise LostError(f"{what}: {run.said()}")
        before = _left(folder)
        _to_the_end(folder, (*COMMAND, *KEPT[kept]))
        after = contents(folder / "runs" / "tiny")
        if after != self.whole[kept]:
            raise LostError(f"{what}: not what an undisturbed run holds: {_difference(after, self.whole[kept])}")
        if lost := [row for row in _done(before) if row not in _done(after)]:
            raise LostError(f"{what}: {len(lost)} finished cells are others now")
        return f"{what}, {len(_done(before))} cells finished"

    def _wait(self, run: Run, draw: Random, folder: Path) -> float:
        """Wait for a moment of the whole run or, mostly, of the time in which it stores something; return it."""
        began, busy = time.monotonic(), draw.random() < 0.75
        while busy and run.poll() is None and not (folder / "runs" / "tiny" / "results.sqlite").exists():
            time.sleep(0.005)
        rest = self.duration - (time.monotonic() - began)
        time.sleep(draw.uniform(0.0, max(rest, 0.1)))
        return time.monotonic() - began


def _to_the_end(folder: Path, arguments: Sequence[str]) -> None:
    run = Run(folder, arguments)
    try:
        if run.wait() or "Traceback" in run.said():
            raise LostError(f"the run ended with {run.wait()}: {run.said()}")
    finally:
        run.end()


def _kill(parent: int, victim: str, started: list[psutil.Process]) -> bool:
    """Kill processes of a run; say whether somebody was there to be killed."""
    match victim:
        case "worker":
            workers = [process for process in started if "spawn_main" in _command(process)]
            for worker in workers[:1]:
                worker.kill()
            return bool(workers)
        case "group":
            os.killpg(parent, signal.SIGKILL)
        case _:
            os.kill(parent, signal.SIGKILL)
    return True


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _left(folder: Path) -> Contents:
    """Return what a killed run has left, as a reader finds it."""
    try:
        return contents(folder / "runs" / "tiny")
    except StoreError as error:
        if "holds no run" in str(error) or "had not begun" in str(error):
            return {"cells": []}
        raise


def _done(held: Contents) -> list[tuple[Any, ...]]:
    return [row for row in held["cells"] if "done" in row]


def _difference(found: Contents, expected: Contents) -> str:
    return "; ".join(
        f"{table}: {len(set(map(repr, found.get(table, []))) ^ set(map(repr, rows)))} rows differ"
        for table, rows in expected.items()
        if found.get(table) != rows
    )
