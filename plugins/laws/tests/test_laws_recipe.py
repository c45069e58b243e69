"""The laws of the shipped recipe: 25, each recognised where a student finds it, and not with its inputs confused."""

from itertools import permutations

import numpy as np
import pytest

from smoothdistill_core import Formula, Registry, read_recipe
from smoothdistill_core.formula import Variable, rewritten
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import shipped_recipes
from smoothdistill_core.trial import score
from smoothdistill_laws.symbolic_equality import SymbolicEquality

with pytest.MonkeyPatch.context() as patched:
    patched.setattr(Registry, "unavailable", lambda registry, component: None)
    RECIPE = read_recipe(shipped_recipes()["laws"], Registry())


def recovered(found, split):
    """Say whether a formula in the data's own units is the law, when it is found over standardised inputs."""
    scaling = split.facts.scaling
    inputs = [(1 / feature.scale, -feature.mean / feature.scale) for feature in scaling.features]
    standardised = rewritten(found, inputs, (1 / scaling.scale, -scaling.mean / scaling.scale))
    (answer,) = set(score(standardised, split, [SymbolicEquality()]).values())
    return answer == 1.0


def test_there_are_twenty_five_laws_on_data_of_their_own():
    assert len({law.label for law in RECIPE.dataset}) == 25
    assert len({law.seed for law in RECIPE.dataset}) == 25
    assert {law.noise for law in RECIPE.dataset} == {0.0}


@pytest.mark.parametrize("law", RECIPE.dataset, ids=lambda law: law.title)
def test_a_law_of_the_recipe_is_recognised_and_no_other(law):
    split = prepare(law.model_copy(update={"rows": 200}).load(), RECIPE.prepare, 0)
    X = split.facts.scaling.raw(split.parts["train"].X)
    assert recovered(split.law, split)
    assert recovered(Formula.apply("mul", split.law, Formula.constant(0.995)), split)
    assert not recovered(Formula.apply("mul", split.law, Formula.constant(1.02)), split)
    for order in permutations(range(X.shape[1]), X.shape[1]):
        confused = Formula(
            tuple(Variable(order[node.index]) if isinstance(node, Variable) else node for node in split.law.nodes)
        )
        same = np.allclose(confused.predict(X), split.law.predict(X), rtol=1e-9)
        assert recovered(confused, split) == same
