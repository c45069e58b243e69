"""Running a search of PySR in a process of its own, because Julia and torch crash each other in one."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smoothdistill_core.components import Deadline
from smoothdistill_core.errors import DataError, FormulaError
from smoothdistill_pysr.equation import to_formula
from smoothdistill_pysr.hall_of_fame import Entry, read_front

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

PROGRAM = "smoothdistill_pysr.program"
"""The module that the process runs."""

LAST_LINES = 30
"""How many lines of a search that failed are kept to find its error in."""

ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "PYTHON_JULIACALL_HANDLE_SIGNALS": "yes",  # without it, Julia's threads and Python's signals crash
    "PYTHON_JULIACALL_THREADS": "1",
    "JULIA_NUM_GC_THREADS": "1",
    "PYTHONUNBUFFERED": "1",
}
"""Variables of the process: a serial search, and nothing beside it."""

_log = logging.getLogger("smoothdistill")


def run(
    arguments: Mapping[str, Any], folder: Path, X: Array, y: Array, weights: Array | None, deadline: Deadline
) -> tuple[Entry, ...]:
    """Search in ``folder`` with arguments of ``PySRRegressor``; return the front, the simplest first.

    At the ``deadline`` the search is killed, and the front is what it had by then.

    A front that a finished search left in ``folder`` is returned as it is; the front of one that was killed seeds
    the new search. What PySR prints goes to the logger "smoothdistill". Raises `DataError` where PySR fails.
    """
    import numpy as np

    finished = folder / "finished.json"
    known = read_front(folder)
    if known and finished.exists():
        _log.info("pysr: %s holds a finished search", folder)
        return known
    arguments = {**arguments, "output_directory": str(folder.parent), "run_id": folder.name}
    if known:
        _log.info("pysr: going on from the %d equations that a killed search left in %s", len(known), folder)
        arguments["guesses"] = [entry.equation for entry in known if _is_equation(entry.equation, X.shape[1])]
    for name, array in {"X": X, "y": y, "weights": weights}.items():
        if array is not None:
            np.save(folder / f"{name}.npy", np.asarray(array, dtype=np.float64), allow_pickle=False)
    (folder / "arguments.json").write_text(json.dumps(arguments, indent=2), encoding="utf-8")
    _call(folder, deadline)
    front = read_front(folder)
    if not front and not deadline.cut:
        raise DataError(f"PySR ended without an equation in {folder}; raise niterations or max_evals")
    return front


def _is_equation(text: str, inputs: int) -> bool:
    """Say whether a text is an equation of PySR: nothing else from a file may reach Julia."""
    try:
        to_formula(text, inputs)
    except FormulaError:
        return False
    return True


def _call(folder: Path, deadline: Deadline) -> None:
    """Run the program to its end, or the ``deadline``, and pass on what it prints.

    Raises `DataError` with its last words if it fails.
    """
    process = subprocess.Popen(  # noqa: S603 our own module, with a folder that is ours
        [sys.executable, "-P", "-m", PROGRAM, str(folder)],
        stdin=subprocess.PIPE,  # never written to: the process ends when this end of the pipe is gone
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **ONE_THREAD},
        encoding="utf-8",
        errors="replace",
    )
    said: deque[str] = deque(maxlen=LAST_LINES)
    end = threading.Timer(min(deadline.left, threading.TIMEOUT_MAX), process.kill)
    end.daemon = True
    with process:
        end.start()
        try:
            for line in process.stdout or ():
                if text := line.rstrip():
                    said.append(text)
                    _log.info("pysr: %s", text)
            status = process.wait()
        finally:
            end.cancel()
            process.kill()
    if status and not deadline.is_over():
        how = f"was killed by signal {-status} (9 is often: out of memory)" if status < 0 else "failed"
        words = next((text.strip() for text in reversed(said) if text.strip()), "it said nothing")
        raise DataError(f"PySR {how}: {words}; correct the options, or set the logger 'smoothdistill' to INFO for all")
