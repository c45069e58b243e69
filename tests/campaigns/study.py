"""The study that campaigns disturb: made-up components, 14 cells; and what a run of it holds."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

from smoothdistill_core import Registry, Study, recipe_from_text
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.store import Store
from smoothdistill_core.testing import tiny

RECIPE = "tiny.yaml"
PLUGIN = """
from smoothdistill_core import hookimpl
from smoothdistill_core.testing import tiny


@hookimpl
def smoothdistill_datasets():
    return [tiny.TinyDataset]


@hookimpl
def smoothdistill_teachers():
    return [tiny.TinyTeacher]


@hookimpl
def smoothdistill_regularizers():
    return [tiny.Plain, tiny.Steepness]


@hookimpl
def smoothdistill_students():
    return [tiny.TinyStudent]


@hookimpl
def smoothdistill_metrics():
    return [tiny.TinyR2, tiny.TinyNorm]
"""
BLOCKED = ("linear", "scores", "smoothness")
"""The plugins whose components the study does without, or has others for: it imports little."""
COMMAND = ("run", RECIPE, "--workers", "2", "--no-report", *(part for name in BLOCKED for part in ("--block", name)))
"""The command line of a run, beside its recipe."""

Contents = dict[str, list[tuple[Any, ...]]]


def install(folder: Path) -> None:
    """Put the recipe into a folder, and the plugin with its components."""
    (folder / RECIPE).write_text(tiny.RECIPE)
    (folder / "tiny_plugin.py").write_text(PLUGIN)
    metadata = folder / "tiny-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[smoothdistill]\ntiny = tiny_plugin\n")


def run_here(store: Store, more: str = "") -> None:
    """Run the study in this process, piece by piece; ``more`` keys may stand in its recipe."""
    registry = Registry(discover=False)
    plugin = ModuleType("tiny_plugin")
    exec(PLUGIN, plugin.__dict__)
    registry.register(plugin, "tiny")
    study = Study(recipe_from_text(tiny.RECIPE + more, registry), registry)
    study.run(executor=CallingThread(), workers=1, store=store, progress=lambda report: None)


def contents(folder: Path) -> Contents:
    """Return all that a run holds, but for its meta data, and times and attempts."""
    with Store(folder, read_only=True) as store:
        return without_meta(store)


def without_meta(store: Store) -> Contents:
    """Return all rows but those that tell how the recipe was written."""
    return {table: rows for table, rows in store.contents().items() if table != "meta"}
