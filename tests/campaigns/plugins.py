"""Students that misbehave: their own cells fail, all else is found as without them, and nobody waits for ever."""

from __future__ import annotations

import runpy
import time
from pathlib import Path

import psutil
from campaign import Campaign, LostError
from forked import Run, left_behind
from study import COMMAND, contents, install, run_here, without_meta

from recipes import check_words
from smoothdistill_core.cli.exit_codes import FAILED_CELLS
from smoothdistill_core.store import Store

SECONDS = 5
"""The time limit of a student."""

TALK = "hello\n"
"""What one of the students prints, which reaches the terminal as it is."""

MISDEEDS = Path(__file__).with_name("misdeeds.py")


class Plugins(Campaign):
    """Runs the study with one more student, of a plugin that does one thing that no student should."""

    name = "plugins"
    seconds = 150.0

    def prepare(self) -> None:
        """Find out what the study holds without it, and what there is to misdo."""
        with Store(None) as store:
            run_here(store)
            self.whole = without_meta(store)
        self.misdeeds = sorted(runpy.run_path(str(MISDEEDS))["MISDEEDS"])

    def case(self, number: int) -> str:
        """Run the study to its end; each misdeed has its turn, at a drawn number of workers."""
        misdeed, workers = self.misdeeds[number % len(self.misdeeds)], self.drawn(number).choice((1, 2))
        folder = self.folder / str(number)
        folder.mkdir()
        install(folder)
        _install_odd(folder)
        students = f"student=[{{name: odd, misdeed: {misdeed}}}, tiny]"
        options = ("--set", students, "--set", f"distil={{seconds: {SECONDS}}}", "--workers", str(workers))
        run = Run(folder, (*COMMAND, *options))
        started: set[psutil.Process] = set()
        try:
            while (code := run.poll()) is None:
                started.update(run.started())
                time.sleep(0.05)
        finally:
            run.end()
        said = run.said()
        if code not in (0, FAILED_CELLS) or "Traceback" in said:
            raise LostError(f"{misdeed}: ended with {code}: {said}")
        check_words(said.replace(TALK, ""), misdeed)
        if left := left_behind(list(started)):
            raise LostError(f"{misdeed}: left behind: {left}")
        self._compare(folder, misdeed)
        return f"{misdeed}, {workers} workers: ended with {code}"

    def _compare(self, folder: Path, misdeed: str) -> None:
        """Raise where what others found is not what they find without the misdeed."""
        found = contents(folder / "runs" / "tiny")
        keys = {row[0] for row in self.whole["cells"]}
        for table in ("formulas", "scores"):
            theirs = [row for row in found[table] if row[0] in keys]
            if theirs != self.whole[table]:
                raise LostError(f"{misdeed}: {table} of others differ")
        done = {row[0] for row in found["cells"] if "done" in row}
        if lost := keys - done:
            raise LostError(f"{misdeed}: {len(lost)} cells of others have no result")


def _install_odd(folder: Path) -> None:
    """Install the plugin beside that of the study."""
    (folder / "odd_plugin.py").write_text(MISDEEDS.read_text())
    metadata = folder / "odd-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[smoothdistill]\nodd = odd_plugin\n")
