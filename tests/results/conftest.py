"""What the tests of results share: a run that has no cell yet."""

import pytest

from stand_ins.run import Bench


@pytest.fixture
def bench():
    return Bench()
