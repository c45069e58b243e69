"""`Remedies`: how a person tells that a column is to be read otherwise, in a recipe and in Python."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Remedies:
    """What to write; COLUMN, COLUMNS, VALUE and VALUES stand for one text or a list of them, in quotes."""

    drop: str
    categorical: str
    missing: str
    decimal: str
    thousands: str
    signs: str
    dates: str
    day_first: str

    def to(self, what: str, column: object, *values: str) -> str:
        """Return what to write to do ``what``, the name of a field, with a column and perhaps values in it."""
        text: str = getattr(self, what)
        name = str(column)
        for word, meant in (("COLUMNS", [name]), ("COLUMN", name), ("VALUES", values), ("VALUE", "".join(values))):
            text = text.replace(word, _quoted(meant))
        return text


IN_RECIPE = Remedies(
    drop="drop: COLUMNS",
    categorical="categorical: COLUMNS",
    missing="missing_values: VALUES",
    decimal="decimal: VALUE",
    thousands="thousands: VALUE",
    signs="signs: VALUES",
    dates="dates: parts",
    day_first="day_first: true or day_first: false",
)
"""Options of a dataset."""

IN_PYTHON = Remedies(
    drop="X.drop(columns=COLUMNS)",
    categorical="categorical=COLUMNS",
    missing="X[COLUMN] = pd.to_numeric(X[COLUMN].replace(dict.fromkeys(VALUES)))",
    decimal='X[COLUMN] = X[COLUMN].str.replace(VALUE, ".").astype(float)',
    thousands='X[COLUMN] = X[COLUMN].str.replace(VALUE, "").astype(float)',
    signs='X[COLUMN] = X[COLUMN].replace(dict.fromkeys(VALUES, ""), regex=True).astype(float)',
    dates="X[COLUMN].dt.year, X[COLUMN].dt.month and the like",
    day_first="pd.to_datetime(X[COLUMN], dayfirst=True), or False",
)
"""What a caller of `SymbolicDistiller` does to the table."""


def _quoted(value: str | Sequence[str]) -> str:
    return json.dumps(value, ensure_ascii=False)
