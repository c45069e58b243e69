"""Keeps a gplearn search from touching, or telling, the process that it runs in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_one_search = threading.Lock()


@contextmanager
def isolated() -> Iterator[None]:
    """Run a search that leaves numpy's global random state as it was, and that is silent.

    gplearn (which runs as it is where its version is not tested) draws the rows of ``max_samples`` with the
    global RandomState, after it has set its state: the state is put back afterwards, and one process runs one
    search at a time.

    numpy's floating-point warnings are known noise here: an evolving population always holds programs
    that overflow, and they lose by their fitness. The initializer carries this to joblib's processes.
    """
    import numpy as np
    from joblib import parallel_config

    silent = {"initializer": np.seterr, "initargs": ("ignore",)}
    with _one_search, np.errstate(all="ignore"), parallel_config("loky", **silent):
        state = np.random.get_state()
        try:
            yield
        finally:
            np.random.set_state(state)
