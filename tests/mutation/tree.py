"""A copy of the checkout to change files in, and the tests of its rooms."""

from __future__ import annotations

import compileall
import hashlib
import os
import py_compile
import re
import shutil
import sys
from pathlib import Path

PACKAGE = "smoothdistill_core"

COPIED = (PACKAGE, "plugins", "tests", "recipes", "pyproject.toml")
"""What the tests of a room need of a checkout."""


def copy(source: Path, to: Path) -> None:
    """Copy a checkout, or a copy with all that Python has compiled there."""
    to.mkdir(parents=True)
    for name in COPIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, to / name, ignore=shutil.ignore_patterns("*.egg-info"))
        elif (source / name).exists():
            shutil.copy2(source / name, to / name)


def compiled(tree: Path) -> None:
    """Compile the package so that a change within the same second, of the same length, is seen as well."""
    mode = py_compile.PycInvalidationMode.CHECKED_HASH
    compileall.compile_dir(tree / PACKAGE, quiet=2, force=True, invalidation_mode=mode)


def entered(tree: Path) -> None:
    """Let this process, and those it starts, import from a tree and no other, and take nobody's options of pytest."""
    os.chdir(tree)
    os.environ.pop("PYTEST_ADDOPTS", None)
    paths = [str(path) for path in (tree, *sorted(tree.glob("plugins/*")))]
    sys.path[:0] = paths
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)


def sources(root: Path, room: str) -> list[str]:
    """Return the source files of a room, relative to the root."""
    return [str(path.relative_to(root)) for path in sorted((root / PACKAGE / room).rglob("*.py"))]


def tests(root: Path, room: str, rooms: list[str]) -> list[str]:
    """Return the test files of a room: those named after it, and those of other rooms that import from it."""
    named = {name: _named_after(root, name) for name in rooms}
    using = re.compile(rf"\b{PACKAGE}\.{room}\b")
    others = [path for name in rooms if name != room for path in named[name] if using.search(path.read_text())]
    return [str(path.relative_to(root)) for path in [*named[room], *others]]


def digest(root: Path, files: list[str]) -> str:
    """Return what changes with anything that decides about a mutant: the package, and these tests."""
    folders = {path.parent for path in map(Path, files)}
    fixtures = [root / parent / "conftest.py" for folder in folders for parent in (folder, *folder.parents)]
    fixtures += (root / "tests" / "shared").rglob("*.py")
    found = hashlib.sha256()
    for path in [*sorted((root / PACKAGE).rglob("*.py")), *sorted({*fixtures, *(root / file for file in files)})]:
        if path.exists():
            found.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _named_after(root: Path, room: str) -> list[Path]:
    return [*sorted((root / "tests" / room).rglob("test_*.py")), *sorted((root / "tests").glob(f"test_{room}*.py"))]
