"""The symmetry student keeps every contract of students."""

from smoothdistill_core.testing import parametrize_with_student_checks
from smoothdistill_symmetry.student import SymmetryStudent


@parametrize_with_student_checks([SymmetryStudent()])
def test_the_symmetry_student_keeps_its_contracts(component, check):
    check(component)
