"""`Scaling`: what standardised inputs and targets mean in the data's own units, there and back."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from smoothdistill_core.bounds import Finite, Positive, read_json
from smoothdistill_core.columns import Categories, label
from smoothdistill_core.errors import DataError, did_you_mean
from smoothdistill_core.formula import Formula, rewritten
from smoothdistill_core.units import DataUnits, Unit

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

TargetTransform = Literal["none", "log1p", "logit"]
"""What formulas are found for: the target, log(1 + target), or the log-odds of one of a target's two values."""

ROUNDING = 4 * np.finfo(np.float64).eps
"""What is smaller than this part of the mean of its column is 0."""

MARGIN = 0.1
"""By how much of its width the range of an input is widened, at most, to the box in which formulas must have values."""


@dataclass(frozen=True)
class Feature:
    """One input of the models: a column, or the indicator of one ``category`` of it.

    ``mean`` and ``scale`` are those of the training part, ``low`` and ``high`` its least and greatest
    value. Of a column's categories all but one have an indicator each; that one is the ``reference``: the commonest of
    the training part. A row of which all indicators are 0 is of it. ``unit`` is the column's unit of measure, None
    where it is not known. ``filling`` stands in for a missing value, where the recipe fills in; of an indicator it is
    0, that of the reference. ``others`` are categories of the column that training saw, and that have no indicator.
    """

    column: str
    category: str | None
    mean: Finite
    scale: Positive
    low: Finite
    high: Finite
    reference: str | None = None
    unit: str | None = None
    filling: Finite | None = None
    others: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The column's name, or ``[column = category]``."""
        return self.column if self.category is None else f"[{self.column} = {self.category}]"


@dataclass(frozen=True)
class Scaling:
    """The inputs and the target in the data's own units, as the training part has them.

    ``unit`` is the target's unit of measure, None where it is not known. ``declared`` are the categories of the columns
    whose type in the data declares them. ``classes`` are the two values of a target whose log-odds formulas give, the
    one that counts as 0 and the one that counts as 1; ``mean`` is 0 and ``scale`` 1 there. None for other targets.
    """

    features: tuple[Feature, ...]
    target: str
    transform: TargetTransform
    mean: Finite
    scale: Positive
    unit: str | None = None
    declared: Mapping[str, Categories] = field(default_factory=dict, hash=False)
    classes: tuple[str, str] | None = None

    @property
    def names(self) -> list[str]:
        """The names of the inputs."""
        return [feature.name for feature in self.features]

    @property
    def references(self) -> dict[str, str]:
        """The category of each column of categories that has no indicator."""
        return {feature.column: feature.reference for feature in self.features if feature.reference is not None}

    @property
    def categories(self) -> dict[str, frozenset[str | None]]:
        """The categories that the training part has of each column of categories, by the column's name."""
        of_column = {name: [self.features[place] for place in places] for name, places in self._columns().items()}
        return {
            name: frozenset({features[0].reference, *features[0].others, *(feature.category for feature in features)})
            for name, features in of_column.items()
            if features[0].category is not None
        }

    @property
    def units(self) -> DataUnits | None:
        """The units of measure of inputs and target; None where no unit is known. Indicators are plain numbers."""
        if self.unit is None and all(feature.unit is None for feature in self.features):
            return None
        texts = ["" if feature.category is not None else feature.unit for feature in self.features]
        inputs = tuple(None if text is None else Unit(text) for text in texts)
        return DataUnits(inputs, None if self.unit is None else Unit(self.unit))

    @property
    def box(self) -> list[tuple[float, float]]:
        """The range of each input in the data's own units, widened by `MARGIN` on each side; indicators are 0 to 1."""
        return [(f.low, f.high) if f.category is not None else widened(f.low, f.high) for f in self.features]

    @property
    def standardised_box(self) -> list[tuple[float, float]]:
        """The same box in standardised units."""
        return [
            ((low - f.mean) / f.scale, (high - f.mean) / f.scale)
            for f, (low, high) in zip(self.features, self.box, strict=True)
        ]

    @property
    def shown(self) -> str:
        """What a formula in the data's own units gives: the target, or ``p(target = yes)``, a probability."""
        return self.target if self.classes is None else f"p({self.target} = {self.classes[1]})"

    def restore(self, y: Array) -> Array:
        """Turn standardised predictions into the data's own units; log-odds into probabilities."""
        prepared = self.as_fitted(y)
        with np.errstate(over="ignore"):
            if self.transform == "logit":
                return np.asarray(1.0 / (1.0 + np.exp(-prepared)))
            return np.expm1(prepared) if self.transform == "log1p" else prepared

    def restored(self, found: Formula) -> Formula:
        """Return what `restore` makes of a formula's values, as a formula."""
        if self.transform == "log1p":
            return Formula.apply("expm1", found)
        if self.transform == "logit":
            one = Formula.constant(1.0)
            return Formula.apply(
                "div", one, Formula.apply("add", one, Formula.apply("exp", Formula.apply("neg", found)))
            )
        return found

    def before_restored(self, formula: Formula) -> Formula:
        """Return the log-odds in a formula of a probability that `restored` made; other formulas as they are.

        Simplification may have written it otherwise: then the log-odds are log(p / (1 - p)).
        """
        if self.classes is None:
            return formula
        mark = self.restored(Formula.variable(0))
        before = len(mark.nodes) - 1
        if formula.nodes[:before] == mark.nodes[:before]:
            return Formula(formula.nodes[before:])
        odds = Formula.apply("div", formula, Formula.apply("sub", Formula.constant(1.0), formula))
        return Formula.apply("log", odds)

    def as_fitted(self, y: Array) -> Array:
        """Turn standardised targets into the unit that they are fitted in: the data's own, or its logarithm."""
        return y * self.scale + self.mean

    def standardise(self, target: Array) -> Array:
        """Turn targets in the data's own units into standardised ones, probabilities into log-odds.

        What log1p cannot take, and what is no probability, becomes NaN; of 0 and 1 the log-odds are infinite.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.transform == "logit":
                prepared = np.log(target) - np.log1p(-target)
            else:
                prepared = np.log1p(target) if self.transform == "log1p" else target
        standardised: Array = (prepared - self.mean) / self.scale
        return standardised

    def raw_formula(self, found: Formula) -> Formula:
        """Return a formula over standardised inputs as one over raw inputs, exactly; a transform is not undone."""
        inputs = [(feature.scale, feature.mean) for feature in self.features]
        return rewritten(found, inputs, (self.scale, self.mean))

    def standardised_formula(self, raw: Formula) -> Formula:
        """Return what `raw_formula` gives `raw` for."""
        inputs = [(1.0 / feature.scale, -feature.mean / feature.scale) for feature in self.features]
        return rewritten(raw, inputs, (1.0 / self.scale, -self.mean / self.scale))

    def raw(self, X: Array) -> Array:
        """Turn standardised inputs (n, d) into the data's own units, indicators into 0 and 1.

        What was 0 is 0 again: the 3e-17 that rounding leaves has a sign, a logarithm, and a quotient of its own.
        """
        scales, means = np.array([(f.scale, f.mean) for f in self.features]).reshape(-1, 2).T
        raw: Array = X * scales + means
        raw[np.abs(raw) <= ROUNDING * np.abs(means)] = 0.0
        return raw

    def standardised(self, raw: Array) -> Array:
        """Turn inputs (n, d) in the data's own units into standardised ones."""
        return (raw - [f.mean for f in self.features]) / [f.scale for f in self.features]

    def frame(self, X: Array) -> pd.DataFrame:
        """Return standardised inputs (n, d) as the table of the data's own columns that they stand for.

        Of a column's categories a row gets the one whose indicator is largest, and the reference where none is above
        one half; categories are text, but where the data's type declares them, they have that type.
        """
        import pandas as pd

        values = self.raw(X)
        columns: dict[str, Any] = {}
        for column, places in self._columns().items():
            first = self.features[places[0]]
            if first.category is None:
                columns[column] = values[:, places[0]]
                continue
            labels = np.array([self.features[place].category for place in places], dtype=object)
            largest = values[:, places].argmax(axis=1)
            is_reference = values[:, places].max(axis=1) <= 0.5
            found: Any = np.where(is_reference, first.reference, labels[largest])
            columns[column] = found if column not in self.declared else self._as_declared(column, found)
        return pd.DataFrame(columns)

    def _as_declared(self, column: str, labels: NDArray[Any]) -> pd.Categorical:
        """Return the categories of these names in the type that the data have."""
        import pandas as pd

        declared = self.declared[column]
        values = {label(value): value for value in declared.values}
        return pd.Categorical([values.get(name) for name in labels], list(declared.values), declared.ordered)

    def inputs(self, frame: pd.DataFrame, read: Collection[int] | None = None, *, gaps: bool = False) -> Array:
        """Return the rows of a table as inputs (n, d) in the data's own units, indicators as 0 and 1.

        Columns are found by name; others are left alone. Where only some of the inputs are ``read``, the columns of
        others need not be there, and they are 0. Missing values are filled in where the recipe does so, else they are
        NaN where ``gaps`` may be. Raises `DataError` for a column that is missing, that holds text where numbers
        belong, or that has gaps.
        """
        known, categories = {str(column): column for column in frame.columns}, self.categories
        inputs = np.zeros((len(frame), len(self.features)))
        for name, places in self._columns().items():
            if read is not None and not set(places) & set(read):
                continue
            if name not in known:
                raise DataError(f"there is no column {name!r}; {did_you_mean(name, known)}")
            column = frame[known[name]]
            missing = np.flatnonzero(column.isna())
            filling = self.features[places[0]].filling
            if len(missing) and filling is None and not gaps:
                raise DataError(
                    f"column {name!r} is empty in {len(missing)} of {len(frame)} rows, first in data row "
                    f"{missing[0] + 1}; fill them in or remove those rows"
                )
            if name in categories:
                labels = np.array(_labels(column, categories[name]), dtype=object)
                for place in places:
                    inputs[:, place] = labels == self.features[place].category
            else:
                inputs[:, places[0]] = _numbers(column, name)
            for place in places:
                inputs[missing, place] = np.nan if filling is None else filling
        return inputs

    def outside(self, raw: Array) -> NDArray[np.bool_]:
        """Say of inputs (n, d), in the data's own units, which are beyond the range of the training part."""
        low, high = (np.array([getattr(feature, end) for feature in self.features]) for end in ("low", "high"))
        return np.asarray((raw < low) | (raw > high), dtype=np.bool_)

    def unseen(self, frame: pd.DataFrame, read: Collection[int]) -> dict[str, dict[int, str]]:
        """Return the categories that the training part lacks, by column and number of the row, of inputs that are read.

        They count as the reference.
        """
        known = {str(column): column for column in frame.columns}
        found: dict[str, dict[int, str]] = {}
        columns_read = {self.features[place].column for place in read}
        for name, seen in self.categories.items():
            if name not in columns_read:
                continue
            column = frame[known[name]]
            present = np.flatnonzero(column.notna()).tolist()
            labels = zip(present, _labels(column.iloc[present], seen), strict=True)
            if odd := {row: text for row, text in labels if text not in seen}:
                found[name] = odd
        return found

    def to_json(self) -> str:
        """Write it as JSON."""
        written = asdict(self)
        if self.classes is None:
            del written["classes"]
        return json.dumps(written, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Scaling:
        """Read what `to_json` wrote; raises `DataError` for anything else."""
        read = read_json(_written(), text)
        if (read.transform == "logit") != (read.classes is not None):
            raise DataError("a target has log-odds where it has two classes, and only there")
        for feature in read.features:
            if feature.low > feature.high:
                raise DataError(f"the range of {feature.name!r} ends before it begins")
        for unit in dict.fromkeys([read.unit, *(feature.unit for feature in read.features)]):
            if unit is not None:
                Unit.of(unit)
        return read

    def _columns(self) -> dict[str, list[int]]:
        """Return the places of each column's inputs, in order."""
        columns: dict[str, list[int]] = {}
        for place, feature in enumerate(self.features):
            columns.setdefault(feature.column, []).append(place)
        return columns


@cache
def _written() -> TypeAdapter[Scaling]:
    return TypeAdapter(Scaling)


def _numbers(column: pd.Series[Any], name: str) -> Array:
    """Return a column as numbers (n,), NaN where it has gaps; raises `DataError` for what is no number."""
    import pandas as pd

    if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_timedelta64_dtype(column):
        raise DataError(f"column {name!r} holds dates or times, where a number belongs")
    try:
        numbers = pd.to_numeric(column, errors="coerce")
    except OverflowError:
        numbers = column.map(_as_float)
    odd = np.flatnonzero(numbers.isna() & column.notna())
    if len(odd):
        shown = repr(column.iloc[odd[0]])
        shown = shown if len(shown) <= 60 else f"{shown[:40]}... ({len(shown)} letters)"
        raise DataError(f"column {name!r} holds {shown} in data row {odd[0] + 1}, where a number belongs")
    return numbers.to_numpy(dtype=np.float64, na_value=np.nan)


def _as_float(value: Any) -> float:
    """Return a number as a float, NaN where it is none or beyond the range of floats."""
    try:
        return float(value)
    except (OverflowError, ValueError, TypeError):
        return float("nan")


def widened(low: float, high: float) -> tuple[float, float]:
    """Return a range widened by `MARGIN` of its width on each side.

    What is never negative stays so: a range above 0 ends at half of its least value at most, a law may divide by it.
    Likewise below 0.
    """
    width = MARGIN * (high - low)
    return (
        max(low - width, 0.5 * low) if low >= 0.0 else low - width,
        min(high + width, 0.5 * high) if high <= 0.0 else high + width,
    )


def _labels(column: pd.Series[Any], seen: Collection[str | None]) -> list[str]:
    """Return what the categories of a column are called; truth values that nobody has ``seen`` were read as 1 and 0."""
    return [
        label(int(value) if isinstance(value, bool) and label(value) not in seen else value)
        for value in column.tolist()
    ]
