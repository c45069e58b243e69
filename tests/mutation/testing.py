"""Running tests in a forked process: once on the code as it is, to learn which test reaches what, and on mutants."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest
from mutants import Mutant
from tree import PACKAGE, entered

ARGUMENTS = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not slow"]

MEMORY = 6 * 2**30
"""Bytes of data that a mutant may fill before its tests fail."""

PATIENCE, SPARE = 5.0, 10.0
"""The limit of a mutant's tests: so many times what they took on the code as it is, and so many seconds more."""

SHARED = 20.0
"""The limit by the clock is so many times that of the processor, which others may use as well."""


@dataclass(frozen=True)
class Clean:
    """What the tests do on the code as it is.

    ``seconds`` is what each test takes of a processor, ``overhead`` what comes before the first. ``reached`` are the
    tests that call the function at (file, first line), written as ``file:line``; line 0 stands for all of a file.
    ``outside`` are functions called while modules are imported. ``modules`` are those of other packages.
    """

    digest: str
    seconds: dict[str, float]
    overhead: float
    reached: dict[str, list[str]]
    outside: list[str]
    modules: list[str] = field(default_factory=list)

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Return the tests that can notice a change, the fastest first.

        What runs while modules are imported is there for all tests that use its file, or for all there are.
        """
        function, whole = f"{mutant.file}:{mutant.code}", f"{mutant.file}:0"
        if mutant.code == 0 or function in self.outside:
            found = self.reached.get(whole) or list(self.seconds)
        else:
            found = self.reached.get(function, [])
        return sorted(found, key=lambda test: self.seconds[test])

    def limit(self, tests: list[str]) -> float:
        """Return how many seconds of a processor these tests may take on changed code."""
        return SPARE + PATIENCE * (self.overhead + sum(self.seconds[test] for test in tests))


def clean_run(tree: Path, files: list[str], digest: str) -> Clean:
    """Run test files on the code as it is; raises `SystemExit` unless they pass."""
    answer = tree / "clean.json"

    def run() -> int:
        recorder = _Recorder(tree)
        sys.settrace(recorder.trace)
        code = pytest.main([*ARGUMENTS, *files], plugins=[recorder])
        sys.settrace(None)
        answer.write_text(json.dumps(asdict(recorder.clean(digest))))
        return int(code)

    if _forked(tree, run, tree / "clean.txt") != 0:
        print((tree / "clean.txt").read_text()[-4000:])
        raise SystemExit("the tests must pass on the code as it is")
    return Clean(**json.loads(answer.read_text()))


def warmed(modules: list[str]) -> None:
    """Import the libraries that the tests use, once for all mutants."""
    for module in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(module)


def verdict(tree: Path, mutant: Mutant, clean: Clean, first: str = "") -> dict[str, Any]:
    """Run the tests that reach a mutant, ``first`` the one that noticed it before; return what came of it."""
    tests = clean.tests_of(mutant)
    if not tests:
        return {"outcome": "unreached"}
    if first in tests:
        tests.insert(0, tests.pop(tests.index(first)))
    path, noticed = tree / mutant.file, tree / "noticed.txt"
    source = path.read_bytes()
    noticed.unlink(missing_ok=True)

    def run() -> int:
        sys.dont_write_bytecode = True
        files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
        return int(pytest.main([*ARGUMENTS, *files], plugins=[_Selection(tests, noticed)]))

    begin = time.monotonic()
    path.write_bytes(mutant.applied(source))
    try:
        code = _forked(tree, run, tree / "output.txt", clean.limit(tests))
    finally:
        path.write_bytes(source)
    outcome = "survived" if code == 0 else "timeout" if code is None or code < 0 else "killed"
    found = {"outcome": outcome, "seconds": round(time.monotonic() - begin, 1)}
    return {**found, "by": noticed.read_text() if noticed.exists() else ""}


def _forked(tree: Path, run: Callable[[], int], output: Path, limit: float | None = None) -> int | None:
    """Call a function in a fork of this process, which works in the tree; return its code, None after its time."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.setsid()
            with output.open("wb") as file:
                os.dup2(file.fileno(), 1)
                os.dup2(file.fileno(), 2)
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit) + 5))
                resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            entered(tree)
            code = run()
        finally:
            os._exit(code)
    end = time.monotonic() + SHARED * limit if limit is not None else None
    try:
        while True:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            if end is not None and time.monotonic() > end:
                return None
            time.sleep(0.02)
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)  # and what the tests started and left
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child, 0)


class _Recorder:
    """A plugin of pytest that notes which functions of the package each test calls."""

    def __init__(self, tree: Path) -> None:
        self._package = str(tree / PACKAGE) + os.sep
        self._root = str(tree) + os.sep
        self._codes: set[Any] = set()
        self._begin = time.process_time()
        self._overhead = 0.0
        self._seconds: dict[str, float] = {}
        self._reached: dict[str, list[str]] = defaultdict(list)
        self._outside: set[str] = set()

    def trace(self, frame: Any, event: str, argument: object) -> None:
        self._codes.add(frame.f_code)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if not self._seconds:
            self._overhead = time.process_time() - self._begin
        self._outside |= self._functions()
        begin = time.process_time()
        yield
        self._seconds[item.nodeid] = time.process_time() - begin
        called = self._functions()
        for function in called | {f"{name.rpartition(':')[0]}:0" for name in called}:
            self._reached[function].append(item.nodeid)

    def clean(self, digest: str) -> Clean:
        modules = [
            name
            for name, module in list(sys.modules.items())
            if not (getattr(module, "__file__", None) or "").startswith(self._root) and name != "__main__"
        ]
        return Clean(digest, self._seconds, self._overhead, dict(self._reached), sorted(self._outside), modules)

    def _functions(self) -> set[str]:
        """Return the functions that were called since the last time."""
        codes, self._codes = self._codes, set()
        return {
            f"{code.co_filename.removeprefix(self._root)}:{code.co_firstlineno}"
            for code in codes
            if code.co_filename.startswith(self._package) and code.co_name != "<module>"
        }


class _Selection:
    """A plugin of pytest that runs chosen tests in a given order, and notes the first that fails."""

    def __init__(self, tests: list[str], noticed: Path) -> None:
        self._places = {test: place for place, test in enumerate(tests)}
        self._noticed = noticed

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self._places), key=lambda item: self._places[item.nodeid])
        for item in items:
            _found_is_enough(getattr(item, "obj", None))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self._noticed.exists():
            self._noticed.write_text(report.nodeid)


def _found_is_enough(test: Any) -> None:
    """Let a property that a mutant breaks fail at once: its smallest example is of no use here."""
    used = "_hypothesis_internal_use_settings"
    if hasattr(test, "hypothesis") and hasattr(test, used):
        from hypothesis import Phase, settings

        kept = [phase for phase in getattr(test, used).phases if phase not in (Phase.shrink, Phase.explain)]
        setattr(test, used, settings(getattr(test, used), phases=kept))
