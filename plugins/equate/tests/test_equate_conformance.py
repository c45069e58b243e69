"""The equate student keeps every contract of students, whatever proposes its skeletons."""

import pytest

from smoothdistill_core.testing import parametrize_with_student_checks
from smoothdistill_equate.student import EquateStudent

BY_CHANCE = EquateStudent(proposals="random", rounds=4)
BY_NETWORKS = EquateStudent(samples=24, rounds=2, fine_tuning=True, guided_search="gradient")


@parametrize_with_student_checks([BY_CHANCE])
def test_the_equate_student_keeps_its_contracts(component, check):
    check(component)


@pytest.mark.slow
@pytest.mark.usefixtures("tiny_weights")
@parametrize_with_student_checks([BY_NETWORKS])
def test_the_equate_student_keeps_them_with_networks(component, check):
    check(component)
