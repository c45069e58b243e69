"""What the tests of the whole share: a small table, a small recipe, and the command line as a process."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from smoothdistill_core import Component, Registry, Study, hookimpl, read_recipe
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.store import Store

SMALL = """
name: small
dataset: {name: csv, path: table.csv, target: y}
teacher: {name: mlp, hidden: [8], epochs: 3, batch_size: 32}
regularizer: [none, {name: jacobian, strength: [0.1, 1.0]}, {name: lipschitz, strength: 0.3}]
student: {name: gplearn, population_size: 30, generations: 2, tournament_size: 5}
distil: {prune: false}
trials: {seeds: 2}
"""


@pytest.fixture
def everything_available(monkeypatch):
    """Read recipes as on a machine that has whatever any component needs: they are not run."""
    monkeypatch.setattr(Registry, "unavailable", lambda registry, component: None)


@pytest.fixture
def registry_of():
    """Return a registry that knows nothing but the component classes it is given, by kind."""

    def registry_of(distribution: str = "", **kinds: Sequence[type[Component]]) -> Registry:
        def hook(kind: str, components: Sequence[type[Component]]) -> Any:
            def implementation() -> Sequence[type[Component]]:
                return components

            implementation.__name__ = f"smoothdistill_{kind}s"
            return hookimpl(implementation)

        hooks = {f"smoothdistill_{kind}s": hook(kind, components) for kind, components in kinds.items()}
        registry = Registry(discover=False)
        assert registry.register(SimpleNamespace(**hooks), "toys", distribution=distribution).state == "ready"
        return registry

    return registry_of


@pytest.fixture
def small_recipe(tmp_path: Path) -> Path:
    """A recipe of two trials that takes seconds, beside its table."""
    rows = "\n".join(f"{i % 7},{i % 5 - 2},{(i * 37 % 11) / 3},{(i % 7) * 2 + (i % 5) ** 2}" for i in range(80))
    (tmp_path / "table.csv").write_text(f"a,b,c,y\n{rows}\n")
    (tmp_path / "small.yaml").write_text(SMALL)
    return tmp_path / "small.yaml"


@pytest.fixture
def undisturbed():
    """Return what a store holds after a run of a recipe, done piece by piece in this process; without its meta data."""

    def undisturbed(recipe: Path, *overrides: str) -> dict[str, list[tuple[Any, ...]]]:
        registry = Registry()
        with Store(None) as store:
            study = Study(read_recipe(recipe, registry, overrides), registry)
            study.run(executor=CallingThread(), workers=1, store=store, progress=lambda report: None)
            return without_meta(store)

    return undisturbed


@pytest.fixture
def contents(tmp_path: Path):
    """Return what the store of a run holds, without its meta data."""

    def contents(name: str = "runs/small") -> dict[str, list[tuple[Any, ...]]]:
        with Store(tmp_path / name, read_only=True) as store:
            return without_meta(store)

    return contents


def without_meta(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows but those that tell how the recipe was written."""
    return {table: rows for table, rows in store.contents().items() if table != "meta"}


@pytest.fixture
def start(tmp_path: Path):
    """Start ``smoothdistill`` with arguments, in the temporary folder, as a process of its own."""
    processes = []

    def start(*arguments: str | Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "smoothdistill_core.cli", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture
def smoothdistill(start):
    """Run ``smoothdistill`` with arguments to its end; no run may ever show a traceback."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        process = start(*arguments)
        out, err = process.communicate(timeout=300)
        assert "Traceback" not in out + err
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    return run


@pytest.fixture
def install(tmp_path):
    """Install a plugin that consists of one module, beside the recipe."""

    def install(name, code):
        metadata = tmp_path / f"{name}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[smoothdistill]\n{name} = {name}_plugin\n")
        (tmp_path / f"{name}_plugin.py").write_text(
            f"import os\nfrom smoothdistill_core import Candidate, Formula, Student, hookimpl\n{code}\n"
            f"@hookimpl\ndef smoothdistill_students():\n    return [{name.title()}]\n"
        )
        return ("--set", f"student={name}", "--set", "regularizer=none", "--set", "trials.seeds=1")

    return install


@pytest.fixture
def states(tmp_path: Path):
    """Read how far the cells of a run are: (attempts, state) by key; nothing of a run that has not begun."""

    def states(name: str = "runs/small") -> dict[str, tuple[int, str]]:
        try:
            with closing(sqlite3.connect(f"file:{tmp_path / name / 'results.sqlite'}?mode=ro", uri=True)) as database:
                rows = database.execute("SELECT key, attempts, state FROM cells").fetchall()
        except sqlite3.OperationalError:
            return {}
        return {key: (attempts, state) for key, attempts, state in rows}

    return states
