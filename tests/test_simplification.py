"""Simplification makes formulas shorter, changes no value and moves no pole, and ends in time whatever happens."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from smoothdistill_core import Formula, FormulaError
from smoothdistill_core.formula import OPERATORS, Constant, Variable
from smoothdistill_core.formula.agreement import equal
from smoothdistill_core.simplification import Simplifier, simplified
from smoothdistill_core.simplification.conversion import to_expression, to_formula
from smoothdistill_core.simplification.search import shorter

pytestmark = pytest.mark.xdist_group("simplifier")  # they share a process, and some wait for its time limit

A, B = Formula.variable(0), Formula.variable(1)


def apply(operator, *arguments):
    return Formula.apply(operator, *(Formula.constant(a) if isinstance(a, float) else a for a in arguments))


@pytest.fixture(scope="module")
def simplifier():
    with Simplifier(1.0) as simplifier:
        yield simplifier


SHORTER = [
    (apply("sub", A, A), "0.0"),
    (apply("add", apply("mul", A, 1.0), 0.0), "x0"),
    (apply("add", apply("mul", A, 0.25), apply("mul", A, 0.5)), "0.75*x0"),
    (apply("sub", apply("sub", apply("square", apply("add", A, B)), apply("square", A)), apply("square", B)), 5),
    (apply("add", apply("square", apply("sin", A)), apply("square", apply("cos", A))), "1.0"),
    (apply("protected_div", A, A), "1.0"),
    (apply("protected_div", apply("mul", A, 6.0), 3.0), "2.0*x0"),
    (apply("protected_div", apply("add", A, 0.0), apply("mul", B, 1.0)), "pdiv(x0, x1)"),
    (apply("log", apply("abs", A)), "logabs(x0)"),
    (apply("max", apply("sub", A, 0.0), apply("neg", apply("neg", B))), "max(x0, x1)"),
    (apply("mul", A, apply("exp", apply("add", 0.5, 0.5))), "exp(1)*x0"),
]


@pytest.mark.parametrize(("formula", "short"), SHORTER, ids=lambda value: str(value))
def test_what_can_be_shorter_becomes_shorter(simplifier, formula, short):
    found = simplifier.simplified(formula)
    assert found.complexity == short if isinstance(short, int) else str(found) == short


UNTOUCHED = [
    apply("div", A, A),  # no value at 0
    apply("mul", 0.0, apply("log", A)),
    apply("exp", apply("log", A)),  # no value below 0
    apply("div", apply("sub", apply("square", A), apply("square", B)), apply("sub", A, B)),
    apply("square", apply("sqrt", A)),
    apply("sub", apply("add", 1e17, A), 1e17),  # rounds x0 to multiples of 16
    apply("div", apply("sub", A, 0.375), apply("sub", A, 0.375)),
]


@pytest.mark.parametrize("formula", UNTOUCHED, ids=str)
def test_what_would_change_a_value_or_lose_a_pole_stays(simplifier, formula):
    assert simplifier.simplified(formula) == formula


def test_a_part_that_must_stay_does_not_keep_the_rest_from_becoming_shorter(simplifier):
    pole = apply("div", A, A)
    formula = apply("add", pole, apply("sub", apply("add", B, apply("mul", A, 2.0)), apply("mul", A, 2.0)))
    assert simplifier.simplified(formula) == apply("add", B, pole)


def test_the_given_rows_decide_as_well(simplifier):
    step = apply("greater", A, 5e6)
    never = apply("mul", 0.0, step)
    assert equal(apply("add", B, step), B)
    assert not equal(apply("add", B, step), B, np.array([[6e6, 1.0]]))
    assert simplifier.simplified(apply("add", B, never), np.array([[6e6, 1.0]])) == B


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_goes_to_sympy_and_back(operator):
    formula = apply(operator, *(A, B)[: OPERATORS[operator].arity])
    back = to_formula(to_expression(formula))
    assert equal(formula, back)
    assert back.complexity <= formula.complexity + 1


@pytest.mark.parametrize(
    "value", [0.1, 1 / 3, 1e-300, 1.7976931348623157e308, 5e-324, 123456789.123456789, 2**53 + 2.0]
)
def test_numbers_keep_all_their_digits(value):
    formula = apply("add", apply("sin", A), value)
    assert Constant(value) in to_formula(to_expression(formula)).nodes


def test_short_formulas_need_no_process():
    simplifier = Simplifier()
    assert simplifier.simplified(A) == A
    assert simplifier.simplified(apply("sin", A)) == apply("sin", A)
    assert simplifier._process is None


@pytest.mark.parametrize("seconds", [0, -1.0, float("nan"), float("inf"), "2"])
def test_a_time_limit_is_a_positive_number(seconds):
    with pytest.raises(FormulaError, match="positive number"):
        simplified(apply("sub", A, A), seconds=seconds)


def test_rows_of_another_width_are_refused():
    with pytest.raises(FormulaError, match=r"shape \(n, 2\)"):
        simplified(apply("sub", A, B), np.zeros((3, 1)))


def test_a_constant_part_without_a_value_is_left_alone(simplifier):
    formula = apply("add", apply("sub", A, A), apply("log", -1.0))
    assert simplifier.simplified(formula) == formula


def test_one_formula_can_be_simplified_without_a_context():
    assert simplified(apply("sub", A, A)) == Formula.constant(0.0)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs a process that can be stopped")
def test_a_process_that_hangs_is_killed_in_time_and_replaced():
    formula = apply("sub", apply("add", A, B), B)
    with Simplifier(0.5) as simplifier:
        assert simplifier.simplified(formula) == A
        hung = simplifier._process._popen
        os.kill(hung.pid, signal.SIGSTOP)
        assert simplifier.simplified(formula) == formula
        assert hung.poll() is not None
        assert simplifier.simplified(formula) == A


def test_a_process_that_died_is_replaced():
    formula = apply("sub", apply("add", A, B), B)
    with Simplifier(0.5) as simplifier:
        assert simplifier.simplified(formula) == A
        simplifier._process._popen.kill()
        simplifier._process._popen.wait()
        assert simplifier.simplified(formula) == A


def test_the_process_ends_with_the_simplifier():
    with Simplifier() as simplifier:
        simplifier.simplified(apply("sub", A, A))
        process = simplifier._process._popen
    assert process.poll() is not None


def test_a_forgotten_simplifier_leaves_no_process():
    simplifier = Simplifier()
    simplifier.simplified(apply("sub", A, A))
    process = simplifier._process._popen
    del simplifier
    assert process.poll() is not None


def test_the_process_ends_when_its_parent_is_gone_also_in_the_middle_of_work():
    command = [sys.executable, "-m", "smoothdistill_core.simplification"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert json.loads(process.stdout.readline()) == {"ready": True}
    request = {"id": 1, "tree": program(random.Random(0), 299).to_json(), "seconds": 60}
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.flush()
    time.sleep(0.2)
    process.stdin.close()
    assert process.wait(timeout=5) == 0
    process.stdout.close()


DAEMON = """
import multiprocessing
from smoothdistill_core import Formula
from smoothdistill_core.simplification import simplified

def work(results):
    x = Formula.variable(0)
    results.put((multiprocessing.current_process().daemon, str(simplified(Formula.apply("sub", x, x)))))

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    worker = context.Process(target=work, args=(results,), daemon=True)
    worker.start()
    print(results.get(timeout=60))
    worker.join()
"""


def test_a_daemonic_worker_can_simplify(tmp_path):
    (tmp_path / "daemon.py").write_text(DAEMON)
    done = subprocess.run([sys.executable, tmp_path / "daemon.py"], capture_output=True, text=True, timeout=100)
    assert done.stdout.strip() == "(True, '0.0')", done.stderr


def test_a_formula_that_is_too_deep_for_sympy_comes_back_as_it_is(simplifier):
    deep = Formula.from_prefix([OPERATORS["sin"]] * 10_000 + [Variable(0)])
    assert simplifier.simplified(deep) == deep


def program(generator, size, inputs=5):
    """A random program of the operators and constants that gplearn begins with."""
    if size <= 1:
        leaf = (
            Variable(generator.randrange(inputs)) if generator.random() < 0.75 else Constant(generator.uniform(-1, 1))
        )
        return Formula((leaf,))
    left = generator.choice([1, size - 2, generator.randrange(1, size - 1)])
    left -= (left + 1) % 2
    name = generator.choice(["add", "sub", "mul", "protected_div"])
    return apply(name, program(generator, left, inputs), program(generator, size - 1 - left, inputs))


def same_values(formula, found, seed):
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(300, 5)) * generator.choice([0.1, 1.0, 10.0], size=(300, 1))
    before, after = formula.predict(X), found.predict(X)
    np.testing.assert_allclose(after, before, rtol=1e-7, atol=1e-9 * np.median(np.abs(before)))


def test_each_result_is_shorter_than_the_one_before_and_equal():
    formula = program(random.Random(3), 61)
    lengths = [formula.complexity]
    for _, found in zip(range(3), shorter(formula), strict=False):
        assert found.complexity < lengths[-1]
        same_values(formula, found, 0)
        lengths.append(found.complexity)
    assert len(lengths) > 1


@pytest.mark.slow
def test_80_formulas_of_gplearn_of_up_to_300_nodes_end_and_keep_their_values():
    generator = random.Random(0)
    with Simplifier(0.5) as simplifier:
        simplifier.simplified(apply("sub", A, A))
        for number in range(80):
            formula = program(generator, generator.choice([31, 61, 101, 151, 201, 251, 299]))
            found = simplifier.simplified(formula)
            assert found.complexity <= formula.complexity
            same_values(formula, found, number)
