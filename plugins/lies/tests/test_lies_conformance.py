"""The LIES student keeps every contract of students, in both spaces and without its refinements."""

from smoothdistill_core.testing import parametrize_with_student_checks
from smoothdistill_lies.student import LIESStudent

SMALL = {"base_epochs": 3, "oversampled_epochs": 2, "strong_epochs": 2, "epoch_steps": 10, "tries": 1}


@parametrize_with_student_checks(
    [
        LIESStudent(**SMALL, max_layers=3),
        LIESStudent(**SMALL, max_layers=2, space="raw", sin=False, oversampling=False, admm=False, pruning=False),
    ]
)
def test_the_lies_student_keeps_its_contracts(component, check):
    check(component)
