"""`Relabelled`: a model that gets the columns of a table by the labels of X, which need not be text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Relabelled:
    """Asks for ``answers`` about tables whose columns get back the ``labels`` that X has for them, by their names."""

    answers: Callable[[Any], Any]
    labels: Mapping[str, Any]

    def predict(self, X: pd.DataFrame) -> Any:
        """Return what the model says of a table of named columns."""
        return self.answers(X.rename(columns=self.labels))
