"""`Boosting`: scikit-learn's histogram gradient boosting as a teacher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from smoothdistill_trees.ensemble import TreeEnsemble

if TYPE_CHECKING:
    from smoothdistill_trees.ensemble import Array
    from smoothdistill_trees.trees import Trees


class Boosting(TreeEnsemble):
    """Gradient boosting: a sum of small trees, each grown on what the trees before it left over (Friedman 2001).

    The options are those of scikit-learn's ``HistGradientBoostingRegressor``. All rows are used (no early
    stopping), and the seed plays no part in it: the rows decide.
    """

    name = "boosting"

    max_iter: int = Field(100, ge=1, le=10_000, description="number of trees")
    learning_rate: float = Field(0.1, gt=0, description="share of its fit that each tree adds")
    max_leaf_nodes: int | None = Field(31, ge=2, description="the most leaves a tree may have; null for no limit")
    max_depth: int | None = Field(None, ge=1, description="the most splits from the root to a leaf; null for no limit")
    min_samples_leaf: int = Field(20, ge=1, description="the fewest rows in a leaf")
    l2_regularization: float = Field(0.0, ge=0, description="ridge penalty on the values of the leaves")

    def _grow(self, X: Array, y: Array, weights: Array | None, seed: int, threads: int) -> Trees:
        from sklearn.ensemble import HistGradientBoostingRegressor
        from threadpoolctl import threadpool_limits

        from smoothdistill_trees.growing import boosted_trees

        model = HistGradientBoostingRegressor(**dict(self), early_stopping=False, random_state=seed)
        with threadpool_limits(limits=1, user_api="openmp"):  # it adds gradients up thread by thread
            return boosted_trees(model.fit(X, y, sample_weight=weights), X)
