"""What this plugin adds to smoothdistill: ``none``, and the penalties that a teacher is made smooth by."""

from smoothdistill_core import Regularizer, hookimpl
from smoothdistill_smoothness.curvature import Curvature
from smoothdistill_smoothness.few_inputs import GradientL1, InputGroup
from smoothdistill_smoothness.monotone import Monotone
from smoothdistill_smoothness.penalties import L2, Jacobian, Lipschitz, Unregularized


@hookimpl
def smoothdistill_regularizers() -> list[type[Regularizer]]:
    """Return the penalties of the paper, and those beyond it."""
    return [Unregularized, L2, Jacobian, Lipschitz, Curvature, GradientL1, InputGroup, Monotone]
