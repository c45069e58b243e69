"""The PySR student keeps every contract of students, with a search that takes a moment in the place of PySR's."""

import pytest

from smoothdistill_core.testing import parametrize_with_student_checks
from smoothdistill_pysr.student import PySRStudent


@pytest.mark.usefixtures("quick_search")
@parametrize_with_student_checks(
    [
        PySRStudent(
            unary_operators=("cos",), constraints={"+": [3, 3]}, more={"topn": 9}, elementwise_loss="HuberLoss(1)"
        )
    ]
)
def test_the_pysr_student_keeps_its_contracts(component, check):
    check(component)
