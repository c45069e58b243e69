"""A study inside a program: into a store that the program keeps open, and without holding on to the data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from smoothdistill_core import Registry, Study, recipe_from_text
from smoothdistill_core.store import Store
from smoothdistill_core.trial import trial

RECIPE = "{dataset: diabetes, teacher: {name: mlp, epochs: 1}, regularizer: none, student: linear, trials: {seeds: 1}, "


def test_the_store_of_a_program_stays_open_and_holds_the_teachers():
    registry = Registry()
    recipe = recipe_from_text(RECIPE + "keep: teachers}", registry)
    with Store(None) as store, ThreadPoolExecutor(1) as executor:
        results = Study(recipe, registry).run(executor=executor, workers=1, store=store)
        (key,) = results.teachers
        assert recipe.teacher[0].load(store.weights(key)).predict is not None


def test_a_study_in_this_process_lets_go_of_the_data():
    registry = Registry()
    with ThreadPoolExecutor(1) as executor:
        results = Study(recipe_from_text(RECIPE + "}", registry), registry).run(executor=executor, workers=1)
    assert results.complete
    assert trial._split.cache_info().currsize == 0
