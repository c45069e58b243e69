"""What the tests of the symmetry student share: one thread for arithmetic, as the student itself has."""

from __future__ import annotations

import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(autouse=True)
def one_thread():
    """Keep linear algebra to one thread: tests side by side wait for each other otherwise."""
    with threadpool_limits(limits=1, user_api="blas"):
        yield
