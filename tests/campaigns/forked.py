"""`Run`: the command line in a fork of this process, which has imported what it needs: a run costs a second less."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import psutil

from smoothdistill_core.cli import main

SECONDS_TO_FOLLOW = 5.0
"""How long what a run has started may outlive it."""


class Run:
    """A run of the command line in ``folder``, where its plugins lie, and the leader of a group of processes."""

    def __init__(self, folder: Path, arguments: Sequence[str]) -> None:
        self._said = folder / "said.txt"
        self._code: int | None = None
        self.pid = os.fork()
        if not self.pid:
            _become(folder, arguments, self._said)

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal, or None while it runs."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    def wait(self) -> int:
        """Wait for its end and return the exit code."""
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._code

    def said(self) -> str:
        """Return what it has written."""
        return self._said.read_text(errors="backslashreplace")

    def started(self) -> list[psutil.Process]:
        """Return the processes that it has started."""
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.pid).children(recursive=True)
        return []

    def end(self) -> None:
        """Kill what is left of it."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()


def left_behind(started: Sequence[psutil.Process]) -> list[str]:
    """Wait for processes to follow their run; kill those that do not, and return what they are."""
    _, alive = psutil.wait_procs(started, timeout=SECONDS_TO_FOLLOW)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    return [str(process) for process in alive]


def _become(folder: Path, arguments: Sequence[str], said: Path) -> None:
    """Be the run, to the end of this process."""
    code = 70
    try:
        os.setsid()
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        os.environ["PYTHONPATH"] = str(folder)
        sys.modules["__main__"] = ModuleType("__main__")  # workers would import that of the campaign
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(output, stream)
        main(list(arguments), prog_name="smoothdistill")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
