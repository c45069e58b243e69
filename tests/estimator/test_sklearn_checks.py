"""scikit-learn's own checks of estimators; one cannot hold where rows are split by chance."""

from __future__ import annotations

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from smoothdistill_core.estimator import SymbolicClassifier, SymbolicDistiller

SMALL = {
    "teacher": {"name": "mlp", "hidden": [4], "epochs": 1},
    "regularizer": "none",
    "distil": {"prune": False},
    "random_state": 0,
}

SPLIT = "of repeated rows some are fitted and others choose, so that the split, and with it the formula, is another"


def _expected(estimator):
    return {"check_sample_weight_equivalence_on_dense_data": SPLIT}


@pytest.mark.slow
@parametrize_with_checks(
    [
        SymbolicDistiller(**SMALL, student="linear"),
        SymbolicClassifier(**SMALL, student="linear"),
        SymbolicDistiller(
            **SMALL,
            student={"name": "operon", "population_size": 20, "generations": 2},
            missing="impute",
        ),
    ],
    expected_failed_checks=_expected,
)
def test_scikit_learn_finds_nothing_to_complain_about(estimator, check):
    check(estimator)
