"""What each column adds to a formula's answer for a row, as a table, and as the values that SHAP draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from smoothdistill_core.errors import DataError, PluginError
from smoothdistill_core.explaining.shapley import shapley_values

if TYPE_CHECKING:
    import pandas as pd

    from smoothdistill_core.explaining.model_explanation import ModelExplanation

BACKGROUND = 100
"""So many held-out rows are the background where none is given."""


def contributions(explanation: ModelExplanation, X: Any, background: Any, output: str | None) -> pd.DataFrame:
    """Return the Shapley values of rows, a column for each of the data's own; see the method."""
    import pandas as pd

    formula = explanation.explained_output(output)
    names = list(explanation.columns.names)
    scaling, used = formula.scaling, formula.formula.inputs
    rows = explanation.columns.frame(X)
    if background is None:
        cells = explanation.portrait(output).inputs
        others = pd.DataFrame({name: list(values)[:BACKGROUND] for name, values in cells.items()})
    else:
        others = explanation.columns.frame(background)
    if used and not len(others):
        raise DataError("the background has no row; give some rows like those of X")
    columns = [[place for place, feature in enumerate(scaling.features) if feature.column == name] for name in names]
    values = np.zeros((len(rows), len(names)))
    if used:
        values = shapley_values(formula.formula, columns, scaling.inputs(rows, used), scaling.inputs(others, used))
    return pd.DataFrame(values, columns=names, index=X.index if isinstance(X, pd.DataFrame) else None)


def to_shap(explanation: ModelExplanation, X: Any, background: Any, output: str | None) -> Any:
    """Return the same as an ``Explanation`` of the package shap; see the method."""
    try:
        import shap
    except ImportError:
        raise PluginError("values for SHAP need the package shap; pip install shap") from None
    values = contributions(explanation, X, background, output).to_numpy()
    rows = explanation.columns.frame(X)
    given = explanation.explained_output(output).predict(rows)
    return shap.Explanation(
        values, given - values.sum(axis=1), data=rows.to_numpy(), feature_names=list(explanation.columns.names)
    )
