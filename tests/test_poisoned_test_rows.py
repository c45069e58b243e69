"""Nothing that is chosen depends on the rows of the test part: poisoned, they change no choice."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import Dataset, Study, Table, recipe_from_text
from smoothdistill_core.preparation import learn
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.testing import tiny

SEEDS = 3


def table(poison=()):
    rng = np.random.default_rng(0)
    a, b, c = rng.normal(size=(3, 120))
    y = 2 * a - b + a * np.sin(b) + 0.1 * rng.normal(size=120)
    y[list(poison)] = 1e6
    return Table(pd.DataFrame({"a": a, "b": b, "c": c, "y": y}), "y")


class Clean(Dataset):
    """As it is."""

    name = "made"

    def load(self):
        return table()


class Poisoned(Dataset):
    """With targets far off in the test rows that all seeds share."""

    name = "made"

    def load(self):
        return table(learn(table(), Prepare(), 0).places["test"])


def chosen(dataset, make_registry, rule):
    registry = make_registry(*tiny.COMPONENTS, dataset)
    recipe = recipe_from_text(
        "name: poison\ndataset: made\nteacher: tiny\nregularizer: [none, {name: steepness, strength: [0.1, 1.0]}]\n"
        f"student: tiny\nchoose: {{formula: {rule}}}\ntrials: {{seeds: {SEEDS}, test: shared}}\nmetric: r2",
        registry,
    )
    with ThreadPoolExecutor(1) as executor:
        results = Study(recipe, registry).run(executor=executor, workers=1)
    assert len(results.recommended) == SEEDS
    fronts = [[outcome.text for outcome in answer.front] for answer in results.answers.values()]
    chosen = [(label, outcome.trial.seed, outcome.strength, outcome.text) for label, outcome in results.chosen]
    taken = [(outcome.penalty, outcome.strength, outcome.text) for outcome in results.recommended]
    return (fronts, chosen, taken), [outcome.score("r2") for outcome in results.recommended]


@pytest.mark.parametrize("rule", ["shortest", "best", "simplest", "knee", "description_length"])
def test_poisoned_test_rows_change_no_choice(smoothdistill_make_registry, rule):
    clean, clean_scores = chosen(Clean, smoothdistill_make_registry, rule)
    poisoned, poisoned_scores = chosen(Poisoned, smoothdistill_make_registry, rule)
    assert poisoned == clean
    assert max(poisoned_scores) < min(clean_scores)
