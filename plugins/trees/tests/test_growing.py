"""Trees predict what scikit-learn's own trees predict, before and after they were saved."""

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor

from smoothdistill_core import DataError, PluginError, TrainingJob
from smoothdistill_core.testing.tiny import Plain
from smoothdistill_trees.boosting import Boosting
from smoothdistill_trees.forest import Forest
from smoothdistill_trees.gaussian import Gaussian
from smoothdistill_trees.growing import forest_trees
from smoothdistill_trees.trees import Trees

ENSEMBLES = [Forest(n_estimators=7), Boosting(max_iter=9)]


def data(rows=300, inputs=4):
    X = np.random.default_rng(rows).normal(size=(rows, inputs))
    return X, X[:, 0] * X[:, -1] + np.sin(2 * X[:, 0])


def job(strength=0.0, seed=0, rows=300, **other):
    return TrainingJob(*data(rows), Gaussian() if strength else Plain(), strength, seed, **other)


def everywhere(inputs=4):
    return np.random.default_rng(1).normal(scale=2.0, size=(500, inputs))


def test_a_forest_predicts_what_scikit_learn_predicts():
    options = {"n_estimators": 11, "max_leaf_nodes": 20, "min_samples_leaf": 2, "max_features": 0.5}
    theirs = RandomForestRegressor(**options, random_state=3).fit(*data())
    (ours,) = Forest(**options).train([job(seed=3)])
    np.testing.assert_array_equal(ours.predict(everywhere()), theirs.predict(everywhere()))


def test_boosting_predicts_what_scikit_learn_predicts():
    options = {"max_iter": 12, "learning_rate": 0.3, "l2_regularization": 1.0, "max_depth": 5}
    theirs = HistGradientBoostingRegressor(**options, early_stopping=False).fit(*data())
    (ours,) = Boosting(**options).train([job()])
    np.testing.assert_array_equal(ours.predict(everywhere()), theirs.predict(everywhere()))


@pytest.mark.parametrize("ensemble", ENSEMBLES, ids=str)
@pytest.mark.parametrize("strength", [0.0, 0.3])
def test_a_saved_teacher_comes_back_bit_for_bit(ensemble, strength):
    (trained,) = ensemble.train([job(strength)])
    again = ensemble.load(trained.save())
    np.testing.assert_array_equal(again.predict(everywhere()), trained.predict(everywhere()))
    assert again.lipschitz_bound() == trained.lipschitz_bound()
    if strength:
        np.testing.assert_array_equal(again.gradient(everywhere()), trained.gradient(everywhere()))


def test_a_forest_of_the_default_size_is_saved_in_less_than_a_megabyte():
    (trained,) = Forest().train([job(rows=3000)])
    assert len(trained.save()) < 1_000_000


@pytest.mark.parametrize("ensemble", ENSEMBLES, ids=str)
def test_the_number_of_threads_changes_nothing(ensemble):
    alone, together = (ensemble.train([job(threads=threads)])[0] for threads in (1, 2))
    np.testing.assert_array_equal(alone.predict(everywhere()), together.predict(everywhere()))


def test_the_seed_decides_a_forest_and_not_boosting():
    first, other = (Forest(n_estimators=3).train([job(seed=seed)])[0] for seed in (0, 1))
    assert not np.array_equal(first.predict(everywhere()), other.predict(everywhere()))
    first, other = (Boosting(max_iter=3).train([job(seed=seed)])[0] for seed in (0, 1))
    np.testing.assert_array_equal(first.predict(everywhere()), other.predict(everywhere()))


def test_a_sweep_grows_its_trees_once():
    grown = []

    class Counted(Forest):
        def _grow(self, *arguments):
            grown.append(arguments)
            return super()._grow(*arguments)

    forest = Counted(n_estimators=2)
    forest.train([job(0.1), job(0.3), job(0.5, seed=1), job(0.1, rows=200), job()])
    assert len(grown) == 3


def test_data_without_finite_numbers_are_refused():
    X, y = data()
    for values in (np.full_like(y, np.nan), np.full_like(y, np.inf)):
        for ensemble in ENSEMBLES:
            with pytest.raises(DataError, match=r"cannot be trained on 300 rows .*; give at least one row of finite"):
                ensemble.train([TrainingJob(X, values, Plain(), 0.0, 0)])


def test_rows_of_another_width_are_refused():
    (trained,) = ENSEMBLES[0].train([job()])
    with pytest.raises(DataError, match=r"the trees take rows of 4 inputs, not an array of shape \(500, 3\)"):
        trained.predict(everywhere(3))


def test_numbers_that_are_no_trees_are_refused():
    split = np.array([0, -1], dtype=np.int32)
    for feature, why in ((split, "the last one is cut off"), (split + 1, "a split names an input that there is not")):
        with pytest.raises(DataError, match=why):
            Trees(feature, np.zeros(2), inputs=1).predict(np.zeros((1, 1)))


def test_a_library_that_keeps_its_trees_otherwise_is_noticed():
    X, y = data()
    model = RandomForestRegressor(2).fit(X, y)
    model.predict = lambda X: np.zeros(len(X))
    with pytest.raises(PluginError, match="keeps its trees in a way that the plugin 'trees' does not know"):
        forest_trees(model, X)


@pytest.mark.parametrize(
    ("ensemble", "options"),
    [
        *((Forest, {name: 0}) for name in ("n_estimators", "max_leaf_nodes", "max_depth", "min_samples_leaf")),
        *((Forest, {"max_features": share}) for share in (0.0, 1.5)),
        *((Boosting, {name: 0}) for name in ("max_iter", "learning_rate", "max_leaf_nodes", "min_samples_leaf")),
        *((Boosting, {"l2_regularization": -1.0}), (Boosting, {"n_estimators": 3})),
    ],
    ids=str,
)
def test_bad_options_are_refused(ensemble, options):
    with pytest.raises(ValidationError):
        ensemble(**options)
