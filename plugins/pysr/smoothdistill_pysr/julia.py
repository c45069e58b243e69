"""Whether PySR finds Julia and its packages here, told without importing either: an import would download them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from smoothdistill_core.components import untested_version

TESTED = ">=2.6,<2.8"
"""The versions of PySR whose arguments and files are known: a minor version adds options, and other Julia packages."""

INSTALL = f"pip install 'pysr{TESTED}'"
FETCH = "run `python -c 'import pysr'` once, with access to the internet"


def missing() -> str | None:
    """Return what PySR lacks here and how to get it, in one sentence; None where it can search.

    Follows juliacall and juliapkg 0.1: the variables that name a Julia by hand, then what juliapkg noted
    when it last installed Julia with PySR's packages into this environment.
    """
    found = find_spec("pysr")
    if found is None or found.origin is None:
        return f"the package pysr is not installed: {INSTALL}"
    if reason := untested_version("pysr", TESTED):
        return reason
    julia, project = os.environ.get("PYTHON_JULIACALL_EXE"), os.environ.get("PYTHON_JULIACALL_PROJECT")
    if julia and project:
        return None if shutil.which(julia) else f"PYTHON_JULIACALL_EXE names {julia}, which is no program: correct it"
    return _missing_from(_project(), Path(found.origin).with_name("juliapkg.json"))


def _missing_from(project: Path, wanted: Path) -> str | None:
    """Return what a project of juliapkg lacks: what it holds was asked for by files, and ``wanted`` is PySR's."""
    try:
        noted = json.loads((project / "pyjuliapkg" / "meta.json").read_text(encoding="utf-8"))
        julia = str(noted["executable"])
        asked = {Path(name): entry["hash_sha256"] for name, entry in noted["deps_files"].items()}
    except FileNotFoundError:
        if shutil.which("julia") or shutil.which("juliaup"):
            return f"Julia is there, and the Julia packages of PySR are not installed: {FETCH}"
        return f"Julia is not installed: {FETCH} (it installs Julia too)"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return f"the record of the Julia packages in {project} cannot be read: {FETCH}"
    if not shutil.which(julia):
        return f"Julia was at {julia} and is gone: {FETCH}"
    if _digest(wanted) not in asked.values() or any(_digest(file) != digest for file, digest in asked.items()):
        return f"the Julia packages are not those that this PySR asks for: {FETCH}"
    return None


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def _project() -> Path:
    """Return the folder in which juliapkg keeps the Julia packages of this environment."""
    if chosen := os.environ.get("PYTHON_JULIAPKG_PROJECT"):
        return Path(chosen)
    inside = sys.prefix if sys.prefix != sys.base_prefix else os.environ.get("CONDA_PREFIX")
    if inside:
        return Path(inside) / "julia_env"
    depot = os.environ.get("JULIA_DEPOT_PATH", "").split(os.pathsep)[0]
    return (Path(depot) if depot else Path.home() / ".julia") / "environments" / "pyjuliapkg"
