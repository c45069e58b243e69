"""The process that PySR runs in: ``python -m smoothdistill_pysr.program FOLDER``.

The folder holds the arguments of the search in ``arguments.json``, and its data in ``X.npy``, ``y.npy`` and perhaps
``weights.npy``; nothing is pickled. PySR writes its own files there, and ``finished.json`` says that it is done.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import threading
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

SET_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of Linux's prctl."""


def main(folder: Path) -> None:
    """Run the search that ``folder`` describes."""
    _die_with_the_parent()
    import numpy as np

    arguments = _arguments((folder / "arguments.json").read_text(encoding="utf-8"))
    data = {}
    for name in ("X", "y", "weights"):
        file = folder / f"{name}.npy"
        if file.exists():
            data[name] = np.load(file, allow_pickle=False)
            file.unlink()
    # PySR would rather choose the number of threads itself, and warns that it may not
    warnings.filterwarnings("ignore", message="PYTHON_JULIACALL_THREADS")
    from pysr import PySRRegressor

    PySRRegressor(**arguments).fit(data["X"], data["y"], weights=data.get("weights"))
    (folder / "finished.json").write_text(json.dumps({"pysr": version("pysr")}), encoding="utf-8")


def _arguments(text: str) -> dict[str, Any]:
    """Read the arguments, with tuples and whole numbers where JSON has lists and text."""
    arguments: dict[str, Any] = json.loads(text)
    if "operators" in arguments:
        arguments["operators"] = {int(arity): names for arity, names in arguments["operators"].items()}
    if "constraints" in arguments:
        sizes = arguments["constraints"].items()
        arguments["constraints"] = {name: tuple(size) if isinstance(size, list) else size for name, size in sizes}
    return arguments


def _die_with_the_parent() -> None:
    """End this process as soon as the one that started it is gone, however that ended.

    The standard input is a pipe that the parent holds open. A thread waits for its end; where Julia holds Python's
    lock for long, Linux's own signal is quicker.
    """
    lifeline = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # Julia gets an input of its own, and leaves the lifeline alone
    os.close(nothing)
    threading.Thread(target=_wait_for_the_end, args=(lifeline,), daemon=True).start()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _wait_for_the_end(lifeline: int) -> None:
    while os.read(lifeline, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
