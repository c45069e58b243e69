"""`Forest`: scikit-learn's random forest as a teacher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from smoothdistill_trees.ensemble import TreeEnsemble

if TYPE_CHECKING:
    from smoothdistill_trees.ensemble import Array
    from smoothdistill_trees.trees import Trees


class Forest(TreeEnsemble):
    """A random forest: the mean of trees grown on bootstrap samples (Breiman 2001).

    The options are those of scikit-learn's ``RandomForestRegressor``. By default a tree has at most 256
    leaves of at least 3 rows: it costs little accuracy, and keeps the forest small and fast to smooth.
    """

    name = "forest"

    n_estimators: int = Field(100, ge=1, le=10_000, description="number of trees")
    max_leaf_nodes: int | None = Field(256, ge=2, description="the most leaves a tree may have; null for no limit")
    max_depth: int | None = Field(None, ge=1, description="the most splits from the root to a leaf; null for no limit")
    min_samples_leaf: int = Field(3, ge=1, description="the fewest rows in a leaf")
    max_features: float = Field(1.0, gt=0, le=1, description="share of the inputs that each split chooses from")

    def _grow(self, X: Array, y: Array, weights: Array | None, seed: int, threads: int) -> Trees:
        from sklearn.ensemble import RandomForestRegressor

        from smoothdistill_trees.growing import forest_trees

        # every tree has its own seed, so that the number of threads changes nothing
        model = RandomForestRegressor(**dict(self), random_state=seed, n_jobs=threads)
        model.fit(X, y, sample_weight=weights)
        return forest_trees(model.set_params(n_jobs=1), X)  # several threads would add the trees up in any order
