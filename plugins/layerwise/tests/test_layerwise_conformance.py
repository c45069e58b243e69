"""The layer-wise student keeps every contract of students, with several kinds of networks."""

import pytest

from smoothdistill_core.testing import parametrize_with_student_checks
from smoothdistill_layerwise.student import LayerwiseStudent

SMALL = {"restarts": 2, "hint_steps": 20, "joint_steps": 60, "final_steps": 20, "exponentials": 0, "logarithms": 0}
FEW = {"identities": 1, "squares": 0, "products": 1, "sines": 1}


@pytest.mark.slow
@parametrize_with_student_checks(
    [
        LayerwiseStudent(**SMALL, **FEW, quotients=1),
        LayerwiseStudent(**SMALL, **FEW, quotients=0, layers=1, max_complexity=300),
        LayerwiseStudent(restarts=1, joint_steps=200, final_steps=0, layers=3, identities=0, products=6, fit_rows=20),
    ]
)
def test_the_layerwise_student_keeps_its_contracts(component, check):
    check(component)
