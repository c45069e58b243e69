"""No law of a benchmark and no skeleton of the evaluation comes out of the generator that is shipped."""

import numpy as np
import pytest

from benchmark_laws import benchmark_laws, within_the_grammar
from smoothdistill_equate.banned import banned, held_out, laws
from smoothdistill_equate.canonical import canonical
from smoothdistill_equate.expression import FUNCTIONS, inputs, parsed, renamed, tokens
from smoothdistill_equate.generating import Generator, relevance
from smoothdistill_equate.kinship import Kin


@pytest.fixture(scope="module")
def generator():
    return Generator(seed=1, draws=6_000, rows=64)


def test_every_law_within_the_grammar_is_banned():
    known = list(benchmark_laws())
    forms = [within_the_grammar(formula) for _, formula in known]
    assert len(known) == 218
    assert sum(map(bool, forms)) == 166
    for (name, _), found in zip(known, forms, strict=True):
        for form in found:
            assert form in laws(), name
            backwards = {name: f"x{4 - int(name[1:])}" for name in inputs(form)}
            assert canonical(renamed(form, backwards)) in laws(), name


def test_no_banned_skeleton_comes_out_though_the_prior_draws_them(generator):
    free = Generator(seed=1, draws=6_000, rows=64, ban=Kin((), ()))
    kept, drawn = set(generator.skeletons), set(free.skeletons)
    assert kept < drawn
    assert all(skeleton in banned() for skeleton in drawn - kept)
    assert not any(skeleton in banned() for skeleton in kept)
    rng = np.random.default_rng(0)
    assert not any(generator.draw(rng).skeleton in banned() for _ in range(300))


def test_the_evaluation_is_hard_enough():
    texts = [tokens(skeleton) for skeleton in held_out()]
    assert len(set(texts)) == 2000
    assert min(map(len, texts)) >= 5
    assert np.median([len(text) for text in texts]) >= 11
    assert np.mean([len(inputs(skeleton)) >= 3 for skeleton in held_out()]) >= 0.3
    assert np.mean([not FUNCTIONS.isdisjoint(text) for text in texts]) >= 0.3
    assert all(skeleton in banned() for skeleton in held_out())


def test_the_same_seed_draws_the_same_sets(generator):
    one, other = (generator.draw(np.random.default_rng(5)) for _ in range(2))
    assert one.skeleton == other.skeleton
    assert one.y.tolist() == other.y.tolist()


def test_what_is_drawn_is_canonical_scaled_and_in_the_order_of_relevance(generator):
    for seed in range(50):
        drawn = generator.draw(np.random.default_rng(seed))
        assert canonical(parsed(tokens(drawn.skeleton))) == drawn.skeleton
        assert np.abs(drawn.X).max(axis=0) == pytest.approx(1.0)
        assert np.isfinite(drawn.y).all()
        assert (np.diff(relevance(drawn.X, drawn.y)) <= 0).all()
