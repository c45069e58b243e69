"""Formulas that were rewritten at random are the law, and formulas that are not, to 50 digits, are not."""

from collections import Counter
from itertools import islice

import numpy as np
import pytest

from formula_pairs import WITHIN, pairs
from smoothdistill_laws.grammar import parsed
from smoothdistill_laws.recovery import is_recovered

LAWS = [
    ("2*a*(1 - cos(b*c))", (1.0, 5.0)),
    ("a/sqrt(1 - b^2/(9*c^2))", (1.0, 2.0)),
    ("a*tanh(b*c/(a*b + 1))", (0.6, 2.1)),
    ("sqrt((a - b)^2 + 2*c)*exp(-b/c)", (1.0, 3.0)),
    ("(a*b + c*a)/(b + c)", (1.0, 5.0)),
]


@pytest.mark.slow
def test_no_different_formula_is_the_law_and_nearly_every_equal_one_is():
    laws = [((law := parsed(text)).formula, [box] * len(law.names)) for text, box in LAWS]
    made, wrong = Counter(), Counter()
    for pair in islice(pairs(np.random.default_rng(7), laws), 150):
        answer = is_recovered(pair.found, pair.law, pair.box, tolerance=0.01, negligible=1e-6)
        made[pair.kind] += 1
        if answer != pair.is_equal:
            assert pair.kind == WITHIN, pair
            wrong[pair.kind] += 1
    assert len(made) == 7
    assert wrong[WITHIN] <= 0.15 * made[WITHIN]
