"""The process around a component: what of it a call changed, and random states that nothing may depend on."""

from __future__ import annotations

import io
import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np

UNUSUAL = 20_160_229
"""A seed that no component is likely to set by itself."""


def changes_made_by(run: Callable[[], object]) -> list[str]:
    """Return the names of what ``run`` changed in this process; all of it is put back.

    It runs twice, and only the second time counts: libraries that are imported the first time may
    register warning filters and environment variables, which is not the component's doing.
    """
    with restored():
        run()
    with restored():
        _seed(UNUSUAL)
        before, printed = _facts(), io.StringIO()
        with redirect_stdout(printed):
            run()
        after = _facts()
    changed = [name for name in before if before[name] != after[name]]
    return changed + (["standard output (it prints)"] if printed.getvalue() else [])


@contextmanager
def shaken(seed: int) -> Iterator[None]:
    """Set the global random states to something else for a while."""
    with restored():
        _seed(seed)
        yield


@contextmanager
def restored() -> Iterator[None]:
    """Put back, at the end, all that `changes_made_by` looks at."""
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        stack.enter_context(np.errstate())
        stack.callback(np.random.set_state, np.random.get_state())
        stack.callback(random.setstate, random.getstate())
        stack.callback(os.chdir, Path.cwd())
        stack.callback(_restore_environment, dict(os.environ))
        if torch := sys.modules.get("torch"):
            stack.callback(torch.random.set_rng_state, torch.random.get_rng_state())
            stack.callback(torch.set_default_dtype, torch.get_default_dtype())
            stack.callback(torch.set_num_threads, torch.get_num_threads())
        yield


def _facts() -> dict[str, Any]:
    algorithm, keys, *rest = np.random.get_state(legacy=True)
    facts: dict[str, Any] = {
        "numpy's global random state": (algorithm, np.asarray(keys).tobytes(), *rest),
        "Python's global random state": random.getstate(),
        "numpy's error settings": np.geterr(),
        "the warning filters": list(warnings.filters),
        "the environment variables": dict(os.environ),
        "the working folder": Path.cwd(),
    }
    if torch := sys.modules.get("torch"):
        facts["torch's global random state"] = torch.random.get_rng_state().numpy().tobytes()
        facts["torch's default dtype"] = torch.get_default_dtype()
        facts["torch's number of threads"] = torch.get_num_threads()
    return facts


def _seed(seed: int) -> None:
    np.random.seed(seed)
    random.seed(seed)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(seed)


def _restore_environment(before: dict[str, str]) -> None:
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)
