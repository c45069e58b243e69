"""The Operon student keeps every contract of students, with several kinds of search."""

from smoothdistill_core.testing import parametrize_with_student_checks
from smoothdistill_operon.primitives import SYMBOLS
from smoothdistill_operon.student import OperonStudent

SMALL = {"population_size": 60, "generations": 4}


@parametrize_with_student_checks(
    [
        OperonStudent(**SMALL),
        OperonStudent(**SMALL, operators=tuple(SYMBOLS), max_length=40, local_iterations=3),
        OperonStudent(**SMALL, inputs="scaled"),
        OperonStudent(**SMALL, inputs="standardised", operators=("add", "div"), local_iterations=0, search_rows=10),
    ]
)
def test_the_operon_student_keeps_its_contracts(component, check):
    check(component)
