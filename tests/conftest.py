"""What the tests of the whole share: a small table, a small recipe, and the command line as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from smoothdistill_core import Registry

SMALL = """
name: small
dataset: {name: csv, path: table.csv, target: y}
teacher: {name: mlp, hidden: [8], epochs: 3, batch_size: 32}
regularizer: [none, {name: jacobian, strength: [0.1, 1.0]}, {name: lipschitz, strength: 0.3}]
student: {name: gplearn, population_size: 30, generations: 2, tournament_size: 5}
trials: {seeds: 2}
"""


@pytest.fixture
def everything_available(monkeypatch):
    """Read recipes as on a machine that has whatever any component needs: they are not run."""
    monkeypatch.setattr(Registry, "unavailable", lambda registry, component: None)


@pytest.fixture
def small_recipe(tmp_path: Path) -> Path:
    """A recipe of two trials that takes seconds, beside its table."""
    rows = "\n".join(f"{i % 7},{i % 5 - 2},{(i * 37 % 11) / 3},{(i % 7) * 2 + (i % 5) ** 2}" for i in range(80))
    (tmp_path / "table.csv").write_text(f"a,b,c,y\n{rows}\n")
    (tmp_path / "small.yaml").write_text(SMALL)
    return tmp_path / "small.yaml"


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
