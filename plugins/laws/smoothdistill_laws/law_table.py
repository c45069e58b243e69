"""`law_table`: rows of inputs with the target that a law gives them, and noise where it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smoothdistill_core import DataError, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_core import Formula


def law_table(
    law: Formula,
    X: NDArray[np.float64],
    names: Sequence[str],
    target: str,
    *,
    label: str,
    noise: float,
    random: np.random.Generator,
    notes: Sequence[str] = (),
) -> Table:
    """Return the inputs ``X`` (n, d), called ``names``, and the target.

    ``noise`` is a share of the target's standard deviation. Raises `DataError` where the law has no value, or one that
    overflows.
    """
    import numpy as np
    import pandas as pd

    y = law.predict(X)
    with np.errstate(over="ignore", invalid="ignore"):
        if noise:
            y = y + noise * y.std() * random.normal(size=len(X))
    if np.isnan(y).any():
        raise DataError(f"{label}: the target has no value at some rows; choose other ranges")
    if not np.isfinite(y).all():
        raise DataError(f"{label}: the target overflows; choose smaller ranges, or less noise")
    told = [f"made by the law {target} = {law.text(list(names), digits=6)}", *notes]
    if noise:
        told.append(f"the noise has {noise:g} of the target's standard deviation")
    return Table(
        pd.DataFrame(X, columns=list(names)).assign(**{target: y}),
        target=target,
        notes=tuple(told),
        citation="none needed (made by the law that the recipe states)",
        licence="none needed (generated)",
        law=law,
    )
