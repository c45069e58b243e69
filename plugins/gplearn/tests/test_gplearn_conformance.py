"""The gplearn student keeps every contract of students, with several kinds of search."""

from smoothdistill_core.testing import parametrize_with_student_checks
from smoothdistill_gplearn.student import GplearnStudent

SMALL = {"population_size": 50, "generations": 2, "tournament_size": 5}
ALL_FUNCTIONS = ("add", "sub", "mul", "div", "sqrt", "log", "abs", "neg", "inv", "max", "min", "sin", "cos", "tan")


@parametrize_with_student_checks(
    [
        GplearnStudent(**SMALL),
        GplearnStudent(**SMALL, function_set=ALL_FUNCTIONS, parsimony_coefficient=0.0),
        GplearnStudent(**SMALL, max_samples=0.5, const_range=None),
    ]
)
def test_the_gplearn_student_keeps_its_contracts(component, check):
    check(component)
