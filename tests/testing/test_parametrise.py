"""The decorators: a case for each check, expected failures that stay true, and errors that help."""

import pytest

from smoothdistill_core import Student
from smoothdistill_core.testing import (
    ConformanceError,
    parametrize_with_metric_checks,
    parametrize_with_student_checks,
    parametrize_with_teacher_checks,
    regularizers,
    students,
    tiny,
)

SUITE = """
from smoothdistill_core import Candidate, DataError, Formula, Student
from smoothdistill_core.testing import parametrize_with_student_checks

class Mean(Student):
    \"\"\"Answers with the mean; wants two rows.\"\"\"

    name = "mean"
    factor: float = 1.0
    \"\"\"What the mean is multiplied with.\"\"\"

    def distil(self, task):
        if len(task.y) < 2:
            raise DataError("no")
        formula = Formula.constant(self.factor * float(task.y.mean()))
        return [Candidate(formula, formula.predict)]

@parametrize_with_student_checks([Mean(), Mean(factor=2.0)], expected_failures={EXPECTED})
def test_mean(component, check):
    check(component)
"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Run the suite in a folder of its own, without the plugins that happen to be installed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(expected, *options):
        pytester.makepyfile(test_mean=SUITE.replace("{EXPECTED}", repr(expected)))
        return pytester.runpytest_subprocess("-v", "-rx", *options)

    return run


def test_each_check_is_a_case_that_names_component_and_check(run):
    result = run({})
    result.assert_outcomes(passed=2 * len(students.CHECKS) - 2, failed=2)
    result.stdout.fnmatch_lines_random(
        [
            "*::test_mean[[]mean-check_is_deterministic[]] PASSED*",
            "*::test_mean[[]mean(factor=2.0)-check_one_row[]] FAILED*",
            "E*ConformanceError: the student mean breaks a contract.",
            "E*Contract: any finite task gives a formula*",
            "E*To mend it: do not split or fold without counting the rows*",
        ]
    )


def test_a_failure_that_is_expected_is_reported_with_its_reason(run):
    result = run({"check_one_row": "one row has no spread"})
    result.assert_outcomes(passed=2 * len(students.CHECKS) - 2, xfailed=2)
    result.stdout.fnmatch_lines(["XFAIL*check_one_row* - one row has no spread"])


def test_a_failure_that_is_expected_and_does_not_come_fails(run):
    result = run({"check_one_row": "one row has no spread", "check_one_feature": "not any more"})
    result.assert_outcomes(passed=2 * len(students.CHECKS) - 4, xfailed=2, failed=2)


def test_an_unknown_check_is_an_error_with_a_suggestion():
    with pytest.raises(ValueError, match=r"no student check 'check_one_line'; did you mean 'check_one_row'"):
        parametrize_with_student_checks([tiny.TinyStudent()], {"check_one_line": "it has a reason"})


def test_an_expected_failure_needs_a_reason():
    with pytest.raises(ValueError, match="'check_one_row' needs a reason"):
        parametrize_with_student_checks([tiny.TinyStudent()], {"check_one_row": ""})


def test_a_class_or_another_kind_is_an_error_that_says_what_is_right():
    with pytest.raises(TypeError, match=r"give an instance.*: TinyStudent\(...\)"):
        parametrize_with_student_checks([tiny.TinyStudent])
    with pytest.raises(TypeError, match="r2 is a metric: use parametrize_with_metric_checks"):
        parametrize_with_teacher_checks([tiny.TinyR2()])
    with pytest.raises(TypeError, match="'r2' is no metric: give instances of subclasses of Metric"):
        parametrize_with_metric_checks(["r2"])
    with pytest.raises(ValueError, match="there is no student to check"):
        parametrize_with_student_checks([])


def test_a_check_of_the_penalty_may_be_expected_to_fail_beside_a_regularizer_that_has_none():
    from smoothdistill_core.testing import parametrize_with_regularizer_checks

    marked = parametrize_with_regularizer_checks(
        [tiny.Plain(), tiny.Steepness()], {"check_together_as_alone": "an example"}
    )
    cases = marked.args[1]
    assert len(cases) == len(regularizers.WITHOUT_PENALTY) + len(regularizers.CHECKS)
    assert [case.id for case in cases if case.marks] == ["steepness-check_together_as_alone"]


class Crashing(Student):
    """Raises what nobody foresaw."""

    name = "crashing"

    def distil(self, task):
        raise RuntimeError("x" * 2000)


def test_whatever_a_component_raises_becomes_a_short_message_on_the_contract():
    with pytest.raises(ConformanceError, match=r"distil raised RuntimeError: x{500}\.\.\.") as caught:
        students.check_is_deterministic(Crashing())
    assert isinstance(caught.value.__cause__, RuntimeError)


@pytest.mark.parametrize("kind", ["student", "teacher", "regularizer", "dataset", "metric"])
def test_every_check_says_what_it_checks_and_is_listed(kind):
    from importlib import import_module

    module = import_module(f"smoothdistill_core.testing.{kind}s")
    own = {check for name, check in vars(module).items() if name.startswith("check_")}
    assert own < set(module.CHECKS)
    assert all(check.__doc__.startswith("Check ") for check in module.CHECKS)
    assert len({check.__name__ for check in module.CHECKS}) == len(module.CHECKS)
