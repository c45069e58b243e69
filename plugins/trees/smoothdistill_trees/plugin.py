"""What this plugin adds to smoothdistill: the teachers ``forest`` and ``boosting``, and ``gaussian`` for them."""

from __future__ import annotations

from smoothdistill_core import Regularizer, Teacher, hookimpl
from smoothdistill_trees.boosting import Boosting
from smoothdistill_trees.forest import Forest
from smoothdistill_trees.gaussian import Gaussian


@hookimpl
def smoothdistill_teachers() -> list[type[Teacher]]:
    """Return the tree ensembles."""
    return [Forest, Boosting]


@hookimpl
def smoothdistill_regularizers() -> list[type[Regularizer]]:
    """Return the smoothing of tree ensembles."""
    return [Gaussian]
