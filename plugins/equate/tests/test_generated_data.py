"""Random skeletons with data: they are of the grammar, are read back from their formulas, and explain their data."""

import numpy as np
import pytest

from smoothdistill_core import Formula
from smoothdistill_core.searching import fitted
from smoothdistill_equate.canonical import canonical
from smoothdistill_equate.expression import MOST_INPUTS, MOST_TOKENS, inputs, parsed, renamed, tokens
from smoothdistill_equate.generating import Generator, relevance
from smoothdistill_equate.kinship import Kin
from smoothdistill_equate.program_of import program_of
from smoothdistill_equate.reading import skeletons_of
from smoothdistill_equate.writing import formula_of


@pytest.fixture(scope="module")
def generator():
    return Generator(seed=1, draws=3000, rows=64)


@pytest.fixture(scope="module")
def sets(generator):
    rng = np.random.default_rng(2)
    return [generator.draw(rng) for _ in range(300)]


def test_skeletons_are_canonical_short_and_read_back_from_their_tokens(generator, sets):
    for skeleton in (*generator.skeletons, *(each.skeleton for each in sets)):
        assert canonical(skeleton) == skeleton
        assert parsed(tokens(skeleton)) == skeleton
        assert len(tokens(skeleton)) <= MOST_TOKENS


def test_other_names_of_inputs_leave_a_skeleton_canonical_and_kin(generator):
    for skeleton in generator.skeletons[::10]:
        backwards = renamed(skeleton, {name: f"x{4 - int(name[1:])}" for name in inputs(skeleton)})
        assert canonical(backwards) == backwards
        assert backwards in Kin.of([skeleton])


def test_a_fit_written_as_a_formula_computes_the_same_and_has_the_same_skeleton(sets):
    variables = [Formula.variable(index) for index in range(MOST_INPUTS)]
    same = []
    for each in sets:
        fit = fitted(program_of(each.skeleton), each.X, each.y)
        if np.isfinite(fit.error):
            formula = formula_of(each.skeleton, fit, variables)
            error = np.mean((formula.predict(each.X) - each.y) ** 2) / each.y.var()
            assert error == pytest.approx(fit.error, rel=1e-5, abs=1e-9)
            same.append(skeletons_of(formula)[0] == each.skeleton)
    assert len(same) > 0.9 * len(sets)
    assert np.mean(same) > 0.9


def test_a_skeleton_explains_its_data_but_for_noise(sets):
    errors = [fitted(program_of(each.skeleton), each.X, each.y, starts=24).error for each in sets]
    assert np.mean(np.array(errors) < 1.5 * 0.12**2) > 0.9


def test_an_input_that_tells_nothing_is_of_little_relevance():
    X = np.random.default_rng(0).uniform(-1, 1, (400, 2))
    nothing, something = relevance(X, X[:, 1] ** 2)
    assert nothing < 0.1 < 0.8 < something
    assert relevance(X, np.ones(400)).tolist() == [0, 0]
