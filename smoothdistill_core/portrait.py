"""`Portrait`: what is shown of the formulas of an answer, beside the data themselves: plain numbers, kept as JSON."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from smoothdistill_core.bounds import Count, Number, Numbers, read_json
from smoothdistill_core.components import Part
from smoothdistill_core.errors import DataError


@dataclass(frozen=True)
class Effect:
    """How the mean prediction moves with one column, all others as the rows have them.

    ``at`` are values of the column in all rows of the recommended formula's trial, at most 24: quantiles of numbers in
    ascending order, categories by their frequency. ``formula`` and ``teacher`` are the mean predictions over the rows
    where the column is set to that value, in the target's own unit; NaN where any prediction is not finite.
    """

    at: tuple[float | str, ...]
    formula: Numbers
    teacher: Numbers | None


@dataclass(frozen=True)
class Portrayed:
    """One formula of the front, the one at ``place`` in the front of a ``cell``.

    ``predicted`` (rows,) is in the target's own unit, NaN where the formula has no finite value. ``shares`` are those
    of the columns that it uses in the variance of its predictions, the largest first; they add up to 1 where it varies,
    and are NaN where it has no finite value. ``effects`` are of the columns with the largest shares, 12 at most.
    ``standard_errors`` (k,) are those of the constants of the formula as it is shown, rounded and in the data's own
    units, in the order in which they are written, by the training rows of its own trial; NaN where these do not tell.
    """

    cell: str
    place: Count
    predicted: Numbers
    shares: dict[str, Number]
    effects: dict[str, Effect]
    standard_errors: Numbers = ()


@dataclass(frozen=True)
class Portrait:
    """What is shown of the formulas of an answer, at some rows of the ``part`` that they are shown on.

    ``rows`` is how many rows the part has; at most 300 of them are here, drawn by the seed. ``inputs`` are the columns
    that the formulas use, as the table has them: a number, the name of a category, or None where a value is missing.
    ``actual`` is the target and ``taught`` what the teacher predicts, both (rows,) and in the target's own unit;
    ``taught`` is None where no teacher was at hand. ``formulas`` are those of the front, in its order. ``spread``
    (rows,) is how far the members of the teacher disagree, a standard deviation in the target's own unit; None where it
    is one model, or was not at hand.
    """

    part: Part
    rows: Count
    inputs: dict[str, tuple[float | str | None, ...]]
    actual: Numbers
    taught: Numbers | None
    formulas: tuple[Portrayed, ...]
    spread: Numbers | None = None

    def of(self, cell: str, place: int) -> Portrayed | None:
        """Return what there is of the formula at a place of the front of a cell."""
        return next((one for one in self.formulas if (one.cell, one.place) == (cell, place)), None)

    def to_json(self) -> str:
        """Write it as JSON; a number that is not finite is null."""
        return json.dumps(_plain(asdict(self)))

    @classmethod
    def from_json(cls, text: str) -> Portrait:
        """Read what `to_json` wrote; raises `DataError` for anything else."""
        read = read_json(_written(), text)
        by_row = [*read.inputs.values(), read.taught, read.spread, *(formula.predicted for formula in read.formulas)]
        effects = [effect for formula in read.formulas for effect in formula.effects.values()]
        by_value = [(effect.at, values) for effect in effects for values in (effect.formula, effect.teacher)]
        for one, other in [*((read.actual, values) for values in by_row), *by_value]:
            if other is not None and len(one) != len(other):
                raise DataError(f"there are {len(other)} values where there should be {len(one)}")
        if any(effect.keys() - read.inputs.keys() for effect in (formula.effects for formula in read.formulas)):
            raise DataError("it tells of columns that it does not hold")
        return read


@cache
def _written() -> TypeAdapter[Portrait]:
    return TypeAdapter(Portrait)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
