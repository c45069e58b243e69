"""`Explanation`: a formula in the data's own units and names; what a person takes away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from smoothdistill_core.errors import DataError, FormulaError
from smoothdistill_core.exports import ExportFormat, Input, export
from smoothdistill_core.formula import Formula, readable, rounded
from smoothdistill_core.formula.agreement import REWRITTEN, agreeing, by_rounding
from smoothdistill_core.formula.evaluation import blocks
from smoothdistill_core.formula.probes import PROBES, in_box, near
from smoothdistill_core.scaling import Scaling
from smoothdistill_core.simplification import simplified
from smoothdistill_core.units import UnitCheck, check_units

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import TypeIs

Array = NDArray[np.float64]

ROUNDED = 0.001
"""By how much writing a formula with few parts and digits may lower R2 on the training rows."""

READABLE_DIGITS = 15
"""Digits of numbers in text: one tenth is 0.1."""


@dataclass(frozen=True)
class Explanation:
    """``formula`` over the inputs of ``scaling`` in the data's own units; it predicts the target in its own unit.

    Inputs are columns, or indicators that are 1 where a column has a category and else 0. ``short`` is the formula with
    the fewest parts and digits that keep R2 on the training rows within `ROUNDED`. It is what one reads, in print and
    typeset in a notebook; predictions and exports are those of ``formula``. ``notes`` are sentences of the student that
    found it: what it learnt of the law, or how its search went.
    """

    formula: Formula
    scaling: Scaling
    short: Formula | None = None
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: Formula, scaling: Scaling) -> Explanation:
        """Rewrite a formula over standardised inputs exactly; the transform of the target is undone."""
        return cls(scaling.restored(scaling.raw_formula(found)), scaling)

    def check(self, found: Formula, X: Array) -> None:
        """Raise `FormulaError` unless this computes what ``found`` does at standardised rows (n, d) and near them."""
        for rows in (X, near(X)):
            wanted = self.scaling.restore(found.predict(rows))
            ours = np.concatenate([self.formula.predict(self.scaling.raw(rows[block])) for block in blocks(len(rows))])
            away = np.flatnonzero(~agreeing(ours, wanted, REWRITTEN))
            # a pole moves with the last bit of an input, and what is near it
            wrong = away[~by_rounding(self.formula, self.scaling.raw(rows[away]), wanted[away])]
            if len(wrong):
                worst = int(wrong[0])
                raise FormulaError(
                    f"rewritten into the data's own units, the formula {found.text(digits=6)[:200]} gives "
                    f"{float(ours[worst])!r} in place of {float(wanted[worst])!r}; please report this"
                )

    @property
    def names(self) -> list[str]:
        """The names of the inputs."""
        return self.scaling.names

    @property
    def units(self) -> UnitCheck | None:
        """What the units of the data say about the formula that one reads; None where no unit is known.

        A target that is fitted as its logarithm counts as one of unknown unit: log(1 + y) is that of a plain number. So
        do log-odds.
        A factor that rounds to 1 is not written, and carries its unit all the same: where what one reads breaks the
        units and the exact formula does not, the answer is that of the exact one.
        """
        units = self.scaling.units
        if units is None:
            return None
        if self.scaling.transform != "none":
            units = replace(units, target=None)
        read, exact = (
            check_units(formula, units, tuple(self.names), self.scaling.target)
            for formula in (self._read.formula, self.formula)
        )
        return exact if read.breaks and not exact.breaks else read

    def predict(self, rows: pd.DataFrame | ArrayLike) -> Array:
        """Predict the target (n,) for a table with the data's columns, or for inputs (n, d) in its own units.

        Raises `DataError` for rows that lack a column, hold text where numbers belong, or have gaps where the recipe
        fills none in.
        """
        return self.formula.predict(self._inputs(rows))

    def text(self, digits: int = READABLE_DIGITS) -> str:
        """Write the exact formula with the names of its inputs."""
        return self.formula.text(self.names, digits=digits)

    def __str__(self) -> str:
        of = "" if self.scaling.classes is None else " of the log-odds"
        lost = "" if self.short in (None, self.formula) else f"  (rounded: R2{of} falls by at most {ROUNDED})"
        return f"{readable(self.scaling.shown)} = {self._read.text()}{lost}"

    def _repr_html_(self) -> str:
        return self._typeset("mathml") or f"<code>{escape(str(self))}</code>"

    def _repr_latex_(self) -> str | None:
        text = self._typeset("latex")
        return None if text is None else f"$\\displaystyle {text}$"

    @property
    def _read(self) -> Explanation:
        """What one reads: the short form, where there is one."""
        return self if self.short is None else Explanation(self.short, self.scaling)

    def _typeset(self, format: str) -> str | None:  # noqa: A002 the word of the command line
        try:
            return str(self._read.export(format))
        except FormulaError:  # too deep for a page
            return None

    def export(self, format: str | ExportFormat) -> str | bytes:  # noqa: A002 the word of the command line
        """Return the formula in a built-in format, by name, or in one of a plugin (`Registry.export_format`).

        What can be executed is checked against `predict`; `smoothdistill_core.exports.export` says how.
        """
        inputs = [Input(feature.name, feature.column, feature.category) for feature in self.scaling.features]
        return export(self.formula, inputs, format, target=self.scaling.shown)

    def rounded(self, rows: pd.DataFrame | ArrayLike, target: ArrayLike, tolerance: float = ROUNDED) -> Explanation:
        """Return it with the fewest parts and digits that keep R2 for ``target`` (n,) within ``tolerance``."""
        wanted = np.asarray(target, dtype=np.float64)
        return Explanation(rounded(self.formula, self._inputs(rows), wanted, tolerance), self.scaling)

    def simplified(self, rows: pd.DataFrame | ArrayLike | None = None, seconds: float = 2.0) -> Explanation:
        """Return it with fewer nodes where that is possible within ``seconds`` and changes no value."""
        inputs = self._probes() if rows is None else self._inputs(rows)
        return Explanation(simplified(self.formula, inputs, seconds), self.scaling)

    def _inputs(self, rows: pd.DataFrame | ArrayLike) -> Array:
        if _is_table(rows):
            return self.scaling.inputs(rows)
        inputs = np.asarray(rows, dtype=np.float64)
        features = len(self.scaling.features)
        if inputs.ndim != 2 or inputs.shape[1] != features:
            raise DataError(
                f"the formula's inputs are {features} columns ({', '.join(self.names)}); "
                f"an array must have shape (n, {features}), not {inputs.shape}"
            )
        return inputs

    def _probes(self) -> Array:
        """Return random rows within the range of the inputs."""
        rows = in_box(self.scaling.box, PROBES)
        indicators = [feature.category is not None for feature in self.scaling.features]
        rows[:, indicators] = np.round(rows[:, indicators])
        return rows


def _is_table(rows: pd.DataFrame | ArrayLike) -> TypeIs[pd.DataFrame]:
    return hasattr(rows, "columns")
