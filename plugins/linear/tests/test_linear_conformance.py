"""The linear student and that of one input keep every contract of students."""

from smoothdistill_core.testing import parametrize_with_student_checks
from smoothdistill_linear.one_input import OneInputStudent
from smoothdistill_linear.student import LinearStudent


@parametrize_with_student_checks([LinearStudent(), LinearStudent(inputs="all"), LinearStudent(strengths=(1.0,))])
def test_the_linear_student_keeps_its_contracts(component, check):
    check(component)


@parametrize_with_student_checks([OneInputStudent(), OneInputStudent(inputs=1)])
def test_the_student_of_one_input_keeps_its_contracts(component, check):
    check(component)
