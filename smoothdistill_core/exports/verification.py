"""`verify`: what an export computes is what the formula predicts, or it is not handed out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.exports.inputs import Input
from smoothdistill_core.formula import Constant, Formula, Operator, Variable
from smoothdistill_core.formula.agreement import EXPORTED, Booleans, agreeing, by_rounding
from smoothdistill_core.formula.ranges.interval import Interval

Array = NDArray[np.float64]
Compute = Callable[[Array], Array]

ROWS = 64
"""Rows that are drawn; as many of the given rows, spread evenly, are added."""

SPECIAL = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 0.001, -0.001, 0.0005, 0.0011, -0.0011, 0.01, 30.0, -30.0)
"""Values at and around the guards, the poles and the edges of domains."""


def points(inputs: Sequence[Input], box: Sequence[Interval] | None, X: Array | None, seed: int = 0) -> Array:
    """Return rows to verify at, of shape (n, d): random ones of several scales, special values, and rows of ``X``.

    Indicators are 0 or 1, at most one of a column is 1, and within ``box`` all rows lie where it is given.
    """
    random = np.random.default_rng(seed)
    shape = (ROWS, len(inputs))
    rows = random.normal(size=shape) * random.choice([0.01, 1.0, 1.0, 10.0, 100.0], size=(ROWS, 1))
    special = random.random(size=shape) < np.repeat([0.0, 0.3, 1.0, 0.0], ROWS // 4)[:, np.newaxis]
    rows = np.where(special, random.choice(SPECIAL, size=shape), rows)
    if box is not None:
        low, high = (np.array([np.clip(end[side], -1e9, 1e9) for end in box[: len(inputs)]]) for side in (0, 1))
        inside = low + random.random(size=shape) * (high - low)
        corners = np.where(random.random(size=shape) < 0.5, low, high)
        rows = np.where(special, corners, np.clip(inside, low, high))
    for indicators in _by_column(inputs).values():
        lit = random.integers(-1, len(indicators), size=ROWS)
        for number, index in enumerate(indicators):
            rows[:, index] = lit == number
    if X is not None:
        X = np.asarray(X, dtype=np.float64)
        if X.ndim != 2 or X.shape[1] != len(inputs):
            raise FormulaError(f"X must have one column for each of the {len(inputs)} names, not shape {X.shape}")
        given = X[np.isfinite(X).all(axis=1)]
        if box is not None:
            given = given[((given >= low) & (given <= high)).all(axis=1)]
        for indicators in _by_column(inputs).values():
            lamps = given[:, indicators]
            given = given[np.isin(lamps, (0.0, 1.0)).all(axis=1) & (lamps.sum(axis=1) <= 1)]
        rows = np.concatenate(
            [rows, given[np.unique(np.linspace(0, len(given) - 1, min(ROWS, len(given))).astype(int))]]
        )
    return rows


def _by_column(inputs: Sequence[Input]) -> dict[str, list[int]]:
    columns: dict[str, list[int]] = {}
    for index, one in enumerate(inputs):
        if one.category is not None:
            columns.setdefault(one.column, []).append(index)
    return columns


def verify(formula: Formula, compute: Compute, rows: Array, name: str, null: bool = False) -> None:
    """Raise `FormulaError` unless ``compute`` gives what ``formula`` predicts at ``rows``, or neither is finite.

    Where the formula itself multiplies rounding errors beyond the tolerance, libraries may differ by as much.
    ``null`` says that ``compute`` has no infinite numbers: where a part of the formula is not finite, it
    may give nan for the whole.
    """
    expected = formula.predict(rows)
    computed = np.broadcast_to(np.asarray(compute(rows), dtype=np.float64), expected.shape)
    agree = agreeing(computed, expected, EXPORTED)
    if null:
        agree |= np.isnan(computed) & ~finite_throughout(formula, rows)
    suspect = np.flatnonzero(~agree)
    wrong = suspect[~by_rounding(formula, rows[suspect], computed[suspect])]
    if len(wrong):
        row = wrong[0]
        raise FormulaError(
            f"the export to {name} is not what the formula predicts: {float(computed[row])!r} instead of "
            f"{float(expected[row])!r} at {rows[row].tolist()}; this is a defect of the format, not of the formula: "
            "please report it"
        )


def finite_throughout(formula: Formula, rows: Array) -> Booleans:
    """Say for each row whether every part of the formula is finite there."""
    finite: Booleans = np.asarray(np.isfinite(rows).all(axis=1))

    def leaf(node: Variable | Constant) -> Array:
        return rows[:, node.index] if isinstance(node, Variable) else np.asarray(node.value)

    def apply(operator: Operator, *arguments: Array) -> Array:
        value = operator.value(*arguments)
        np.logical_and(finite, np.isfinite(value), out=finite)
        return value

    with np.errstate(all="ignore"):
        formula.fold(leaf, apply)
    return finite
