"""Which penalties the compiled engine knows."""

from __future__ import annotations

from smoothdistill_core import Regularizer
from smoothdistill_smoothness.penalties import L2, Jacobian, Lipschitz, Unregularized


def penalty_of(regularizer: Regularizer) -> str | None:
    """Return what the compiled engine calls ``regularizer``, or None for one that it does not know.

    Known by class, not by name: another plugin's ``jacobian`` may compute something else.
    """
    if isinstance(regularizer, Lipschitz) and type(regularizer) is Lipschitz:
        return f"lipschitz {regularizer.norm}"
    names = {Unregularized: "none", L2: "l2", Jacobian: "jacobian"}
    return names.get(type(regularizer)) or (None if regularizer.strengths else "none")
