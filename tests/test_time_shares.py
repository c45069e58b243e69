"""How a budget is shared: equally among what is still to come, what one leaves goes to the others."""

import time

import pytest

from smoothdistill_core.recipe import Distil
from smoothdistill_core.study.tasks import Distillation
from smoothdistill_core.study.time_shares import GRACE, LEAST, TO_WORK, TimeShares
from smoothdistill_core.testing import tiny


class Base(tiny.TinyStudent):
    name = "base"
    baseline = True


SEARCH = Distillation("key", None, "trial", tiny.TinyStudent(), Distil())
BASELINE = Distillation("key", None, "trial", Base(), Distil())


@pytest.mark.parametrize(("workers", "waiting", "part"), [(1, 4, 1 / 5), (2, 4, 1 / 3), (4, 0, 1.0)])
def test_a_piece_of_work_has_an_equal_share_of_what_the_workers_have_left(workers, waiting, part):
    shares = TimeShares(1000.0, workers, time.monotonic())
    assert shares.share(SEARCH, waiting) == pytest.approx(TO_WORK * 1000.0 * part, abs=1.0)


def test_time_that_is_used_up_before_counts():
    shares = TimeShares(1000.0, 1, time.monotonic() - 500.0)
    assert shares.share(SEARCH, 0) == pytest.approx(TO_WORK * 1000.0 - 500.0, abs=1.0)


def test_short_time_goes_to_the_first_in_pieces_that_are_worth_beginning():
    shares = TimeShares(10.0, 1, time.monotonic())
    assert shares.share(SEARCH, 99) == LEAST


def test_a_baseline_that_comes_first_has_no_limit_and_a_second_one_has():
    shares = TimeShares(10.0, 1, time.monotonic() - 20.0)
    assert shares.some_left
    assert not shares.are_over()
    assert shares.share(BASELINE, 3) is None
    assert not shares.some_left
    assert shares.are_over()
    assert shares.share(BASELINE, 3) == 0.0


def test_who_is_late_is_stopped_with_the_budget_at_the_latest():
    shares = TimeShares(100.0, 1, time.monotonic())
    assert shares.stopped_after(10.0) == pytest.approx(20.0 + GRACE)
    assert shares.stopped_after(90.0) == pytest.approx(TO_WORK * 100.0 + GRACE, abs=1.0)


def test_what_is_expected_is_no_more_than_what_is_left():
    shares = TimeShares(100.0, 1, time.monotonic())
    assert shares.at_most(5.0) == 5.0
    assert shares.at_most(None) == pytest.approx(TO_WORK * 100.0, abs=1.0)
    assert shares.at_most(500.0) == pytest.approx(TO_WORK * 100.0, abs=1.0)
