"""What a search keeps on its way is handed on, as long as that does not take the search's time."""

import time

import pytest

from smoothdistill_core.trial.keeping import Keeping


def test_what_is_handed_on_at_once_is_handed_on_each_time():
    seen = []
    keep = Keeping(seen.append)
    keep(["poor"])
    time.sleep(0.02)
    keep(["better"])
    assert seen == [["poor"], ["better"]]


def test_what_takes_long_is_handed_on_again_after_nine_times_as_long():
    seen = []

    def slowly(candidates):
        time.sleep(0.05)
        seen.append(candidates)

    keep = Keeping(slowly)
    end = time.monotonic() + 2.0
    while time.monotonic() < end:
        keep(["so far"])
    assert 2 <= len(seen) <= 4


def test_a_fault_of_the_student_is_told():
    def refuse(candidates):
        raise ValueError("no formula")

    with pytest.raises(ValueError, match="no formula"):
        Keeping(refuse)([])
