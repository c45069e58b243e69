"""Mutated skeletons: canonical, of the inputs that there are, and another than before."""

import numpy as np
import pytest

from smoothdistill_equate.canonical import canonical
from smoothdistill_equate.expression import inputs, parsed, tokens
from smoothdistill_equate.mutating import mutated, replaced, subtrees

FIRST = canonical(parsed(["add", "x0", "mul", "x1", "sin", "add", "x0", "x1"]))
SECOND = canonical(parsed(["mul", "x1", "inv", "add", "C", "sq", "x0"]))


@pytest.fixture(scope="module")
def found():
    rng = np.random.default_rng(0)
    return [mutated(FIRST, SECOND, 2, rng, longest=12) for _ in range(300)]


def test_what_is_mutated_is_a_canonical_skeleton_of_the_same_inputs(found):
    assert None not in found
    for skeleton in found:
        assert canonical(skeleton) == skeleton != FIRST
        assert inputs(skeleton) <= {"x0", "x1"}
        assert len(tokens(skeleton)) <= 12


def test_there_are_shorter_and_longer_ones_and_parts_of_another(found):
    lengths = [len(tokens(skeleton)) for skeleton in found]
    assert min(lengths) < len(tokens(FIRST)) < max(lengths)
    assert len(set(found)) > 80
    assert any("sq" in tokens(skeleton) and "C" in tokens(skeleton) for skeleton in found)


def test_where_nothing_fits_there_is_none():
    assert mutated(FIRST, SECOND, 2, np.random.default_rng(0), longest=0) is None


def test_every_part_can_be_replaced_where_it_stands():
    parts = dict(subtrees(FIRST))
    assert parts[()] == FIRST
    for path, part in parts.items():
        assert replaced(FIRST, path, part) == FIRST
