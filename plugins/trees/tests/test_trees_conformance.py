"""Tree ensembles keep every contract of teachers, their smoothing those of regularizers."""

from smoothdistill_core.testing import parametrize_with_regularizer_checks, parametrize_with_teacher_checks
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


@parametrize_with_regularizer_checks([Gaussian()])
def test_the_smoothing_keeps_the_contracts_of_regularizers(component, check):
    check(component)
