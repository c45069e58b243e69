"""Tree ensembles keep every contract of teachers; their smoothing keeps those of regularizers that it can."""

import pytest

from smoothdistill_core.testing import parametrize_with_teacher_checks
from smoothdistill_core.testing.options import CHECKS
from smoothdistill_trees.boosting import Boosting
from smoothdistill_trees.forest import Forest
from smoothdistill_trees.gaussian import Gaussian


@parametrize_with_teacher_checks(
    [
        Forest(n_estimators=10),
        Forest(n_estimators=3, max_leaf_nodes=None, max_depth=4, min_samples_leaf=1, max_features=0.5),
        Boosting(max_iter=20),
        Boosting(max_iter=5, learning_rate=0.5, max_leaf_nodes=None, max_depth=3, min_samples_leaf=2),
    ]
)
def test_tree_ensembles_keep_the_contracts_of_teachers(component, check):
    check(component)


# the other checks are about a penalty in the training loss, and trees have none
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_smoothing_keeps_the_contracts_of_components(check):
    check(Gaussian())
