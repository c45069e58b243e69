"""What this plugin adds to smoothdistill: the penalties ``none``, ``l2``, ``jacobian`` and ``lipschitz``."""

from smoothdistill_core import Regularizer, hookimpl
from smoothdistill_smoothness.penalties import L2, Jacobian, Lipschitz, Unregularized


@hookimpl
def smoothdistill_regularizers() -> list[type[Regularizer]]:
    """Return the penalties of the paper."""
    return [Unregularized, L2, Jacobian, Lipschitz]
