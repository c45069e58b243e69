"""A pytest plugin for runs over several cores with pytest-xdist: each worker computes with its share of them.

Use it with ``-p smoothdistill_core.testing.cores``. Otherwise the libraries of every worker, and of the processes
that it starts, have as many threads as the machine has cores, which then wait for each other.
"""

from __future__ import annotations

import os


def pytest_configure() -> None:
    """Set the threads of OpenMP before a library that uses it is imported, unless somebody has set them."""
    workers = os.environ.get("PYTEST_XDIST_WORKER_COUNT")
    if workers:
        os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // int(workers))))
