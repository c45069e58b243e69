"""What the tests of trials share: a trial of the plane, and its rows."""

import pytest

from smoothdistill_core.preparation import fingerprint, prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.trial import Trial
from stand_ins.trial import Plane


@pytest.fixture
def trial():
    return Trial(Plane(), fingerprint(Plane().load()), Prepare(), 0)


@pytest.fixture
def split():
    return prepare(Plane().load(), Prepare(), 0)
