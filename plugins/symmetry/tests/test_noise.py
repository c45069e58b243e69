"""Noise is told from a smooth model that is poor for want of rows."""

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_symmetry.noise import leaves_noise
from smoothdistill_symmetry.problem import Problem
from smoothdistill_symmetry.term import Variable

ROWS = 400


def problem(law, noise=0.0):
    draw = np.random.default_rng(0)
    X = draw.uniform(1.0, 4.0, (ROWS, 2))
    y = law(*X.T)
    variables = [Variable(Formula.variable(i), X[:, i]) for i in range(2)]
    return Problem.whole(variables, y + noise * y.std() * draw.normal(size=ROWS))


@pytest.mark.parametrize("noise", [0.01, 0.1])
def test_what_more_rows_do_not_lower_is_noise(noise):
    assert leaves_noise([problem(lambda a, b: a * np.exp(-b), noise)])


def test_a_smooth_law_leaves_none():
    assert not leaves_noise([problem(lambda a, b: a * np.exp(-b))])


def test_waves_that_the_rows_hardly_show_are_no_noise():
    waves = problem(lambda a, b: a * np.sin(2 * a * b))
    assert waves.smooth.share > 0.01
    assert not leaves_noise([waves])
