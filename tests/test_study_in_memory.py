"""A study inside a program: into a store that the program keeps open, and without holding on to the data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from smoothdistill_core import Registry, Study, recipe_from_text
from smoothdistill_core.preparation import prepare
from smoothdistill_core.store import Store
from smoothdistill_core.trial import trial

RECIPE = "{dataset: diabetes, teacher: {name: mlp, epochs: 1}, regularizer: none, student: linear, trials: {seeds: 1}, "


def test_the_store_of_a_program_stays_open_and_holds_the_teachers():
    registry = Registry()
    recipe = recipe_from_text(RECIPE + "keep: teachers}", registry)
    with Store(None) as store, ThreadPoolExecutor(1) as executor:
        results = Study(recipe, registry).run(executor=executor, workers=1, store=store)
        ((key, record),) = results.teachers.items()
        teacher = recipe.teacher[0].load(store.weights(key))
        test = prepare(recipe.dataset[0].load(), recipe.prepare, results.trials[record.cell.trial].seed).parts["test"]
        residuals = test.y - teacher.predict(test.X)
        r2 = 1 - np.mean(residuals**2) / np.var(test.y)
        assert r2 == pytest.approx(record.scores["test", "r2"])


def test_a_study_in_this_process_lets_go_of_the_data():
    registry = Registry()
    with ThreadPoolExecutor(1) as executor:
        results = Study(recipe_from_text(RECIPE + "}", registry), registry).run(executor=executor, workers=1)
    assert results.complete
    assert trial._split.cache_info().currsize == 0


def test_what_the_plan_prepared_is_not_prepared_again_but_to_draw_the_answer(monkeypatch):
    registry = Registry()
    recipe = recipe_from_text(RECIPE + "}", registry)
    loads = []
    load = type(recipe.dataset[0]).load
    monkeypatch.setattr(type(recipe.dataset[0]), "load", lambda self: loads.append(self) or load(self))
    with ThreadPoolExecutor(1) as executor:
        assert Study(recipe, registry).run(executor=executor, workers=1).complete
    assert len(loads) == 2
