"""Functions that hardly bend within the data are something plainer in disguise."""

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_symmetry.disguise import reaches

X = np.linspace(0.1, 10.0, 200)[:, None]
U, C, APPLY = Formula.variable(0), Formula.constant, Formula.apply


def of(name, number):
    return APPLY(name, APPLY("mul", C(number), U))


@pytest.mark.parametrize("name", ["sin", "cos", "exp", "tanh"])
def test_a_function_of_what_hardly_varies_is_a_line_or_a_parabola(name):
    assert not reaches(APPLY("add", U, of(name, 0.01)), X)
    assert reaches(APPLY("add", U, of(name, 0.5)), X)


def test_a_tiny_power_is_a_logarithm():
    assert not reaches(APPLY("mul", C(-47.0), APPLY("pow", U, C(0.005))), X)
    assert reaches(APPLY("pow", U, C(-0.5)), X)
    assert reaches(APPLY("pow", C(1.1), U), X)
