"""The convolution over past values keeps every contract of teachers."""

from smoothdistill_core.testing import parametrize_with_teacher_checks
from smoothdistill_series.teacher import Series

FAST = {"epochs": 8, "batch_size": 32, "learning_rate": 0.01}


@parametrize_with_teacher_checks(
    [
        Series(filters=6, hidden=(8,), **FAST),
        Series(filters=4, hidden=(), activation="tanh", **FAST),
        Series(filters=4, hidden=(7,), members=2, **FAST),
    ]
)
def test_the_convolution_keeps_the_contracts_of_teachers(component, check):
    check(component)
