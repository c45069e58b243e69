"""`Edges`: whether a formula stays within measure where the range of the data ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import Formula
from smoothdistill_core.formula.notation import readable
from smoothdistill_core.preparation import Split
from smoothdistill_core.trial.log_odds import farthest, has_log_odds
from smoothdistill_core.trial.rows_at import rows_at

Array = NDArray[np.float64]

OUTERMOST = 5
"""So many rows with the least, and with the greatest, values of an input are moved on to the edge of its range."""

FAR = 10.0
"""A value is out of proportion that is further from the target's range than so many times the width of that.

An exponential that grows by a factor of a billion over the data grows by another eight beyond them, and may be right.
"""


@dataclass(frozen=True, eq=False)
class Edges:
    """Rows at the edges of the box in which formulas must have values, standardised.

    They are the outermost training and validation rows of each number among the inputs, moved in that input alone.
    ``X`` are their inputs (n, d), ``moved`` (n,) says which input is at its edge, ``range`` is that of the targets; of
    log-odds, that of those about which the rows can tell something.
    """

    X: Array
    moved: NDArray[np.intp]
    range: tuple[float, float]
    split: Split

    @classmethod
    def of(cls, split: Split) -> Edges:
        """Return the edges of a split."""
        seen = [rows for part, rows in split.parts.items() if part != "test"]
        y = np.concatenate([rows.y for rows in seen])
        scaling, few = split.facts.scaling, min(OUTERMOST, len(y))
        if has_log_odds(split.facts):
            y = np.array([-1.0, 1.0]) * farthest(len(y))
        beyond, moved = [np.empty((0, len(scaling.features)))], []
        for place, (feature, (low, high)) in enumerate(zip(scaling.features, scaling.standardised_box, strict=True)):
            if feature.category is not None:
                continue
            column = np.concatenate([rows.X[:, place] for rows in seen])
            for towards, edge in ((1.0, low), (-1.0, high)):
                outermost = np.sort(np.argpartition(towards * column, few - 1)[:few])
                beyond.append(rows_at(outermost, [rows.X for rows in seen]))
                beyond[-1][:, place] = edge
                moved += [place] * few
        return cls(np.concatenate(beyond), np.array(moved, dtype=np.intp), (float(y.min()), float(y.max())), split)

    def passed_by(self, formula: Formula) -> str:
        """Say where the values of a formula over standardised inputs are out of proportion; empty if nowhere.

        ``the formula at pressure = 905``, in the data's own units. What is fitted as its logarithm is measured as that.
        """
        if not len(self.X):
            return ""
        low, high = self.range
        with np.errstate(all="ignore"):
            values = formula.predict(self.X)
            off = np.where(np.isfinite(values), np.maximum(low - values, values - high), np.inf)
        worst = int(np.argmax(off))
        if off[worst] <= FAR * (high - low):
            return ""
        feature = self.split.facts.scaling.features[self.moved[worst]]
        edge = self.X[worst, self.moved[worst]] * feature.scale + feature.mean
        return f"the formula at {readable(feature.name)} = {edge:.4g}"
