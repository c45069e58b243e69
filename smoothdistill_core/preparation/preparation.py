"""`Preparation`: what is learnt of a table on its training part, and the arrays that it makes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Part, Table
from smoothdistill_core.errors import DataError
from smoothdistill_core.formula import Formula
from smoothdistill_core.preparation.inputs import Input, Places, inputs_of, standard
from smoothdistill_core.preparation.split import Rows, Split, SplitFacts
from smoothdistill_core.preparation.table import checked
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.scaling import Scaling

Array = NDArray[np.float64]

FEWEST_ROWS = 2
"""No part may have fewer rows: with one, R2 has no meaning."""


@dataclass(frozen=True)
class Preparation:
    """A table of which all is learnt; its arrays are made where they are asked for, and not before."""

    facts: SplitFacts
    inputs: tuple[Input, ...]
    target: Array
    places: dict[Part, Places]
    """The row numbers of each part."""
    law: Formula | None = None
    """The table's law, where every feature is an input as it is."""

    def X(self, part: Part, rows: slice = slice(None)) -> Array:  # noqa: N802 the field's name for the inputs
        """Return the standardised inputs (n, d) of a part, or of some of its rows."""
        return self.inputs_at(self.places[part][rows])

    def y(self, part: Part) -> Array:
        """Return the standardised targets (n,) of a part."""
        return self.target_at(self.places[part])

    def inputs_at(self, places: Places) -> Array:
        """Return the standardised inputs (n, d) of the rows with these numbers, whichever part they are in."""
        X = np.empty((len(places), len(self.inputs)))
        for column, each in enumerate(self.inputs):
            X[:, column] = each.standardised(places)
        return X

    def target_at(self, places: Places) -> Array:
        """Return the standardised targets (n,) of the rows with these numbers."""
        scaling = self.facts.scaling
        y: Array = (self.target[places] - scaling.mean) / scaling.scale
        return y

    def split(self) -> Split:
        """Return all arrays, in memory."""
        return Split({part: Rows(self.X(part), self.y(part)) for part in self.places}, self.facts, self.law)


def learn(table: Table, options: Prepare, seed: int, test_seed: int | None = None) -> Preparation:
    """Split a table, and learn on its training part what there is to learn: categories, medians, means, scales.

    The split depends on the seed alone, or its test part on another, ``test_seed``. Raises `DataError` where the table
    cannot serve.
    """
    notes: list[str] = []
    target, rows = checked(table, options.missing, notes)
    transform = options.target or table.advised
    if transform == "log1p":
        least = target[rows].min(initial=np.inf)
        if least <= -1:
            raise DataError(
                f"target {table.target!r}: log1p needs values above -1, the least is {least:g}; use target: none"
            )
        with np.errstate(invalid="ignore", divide="ignore"):  # rows that are not used may hold anything
            target = np.log1p(target)
        notes.append(f"the target is log(1 + {table.target})")
    places = {part: rows[chosen] for part, chosen in _split(len(rows), options, seed, test_seed, notes).items()}
    y_train = target[places["train"]]
    if y_train.max() == y_train.min():
        raise DataError(
            f"target {table.target!r} is constant ({y_train[0]:g}) in the training part: nothing to explain"
        )
    inputs = inputs_of(table, rows, places["train"], notes)
    features, moments = tuple(each.feature for each in inputs), standard(y_train, table.target)
    unit, declared = table.units.get(table.target), dict(table.declared)
    scaling = Scaling(features, table.target, transform, *moments, unit, declared)
    if scaling.references:
        references = ", ".join(f"{column} = {category}" for column, category in scaling.references.items())
        notes.append(f"categories without an indicator, the commonest of the training part: {references}")
    counts: dict[Part, int] = {part: len(chosen) for part, chosen in places.items()}
    facts = SplitFacts(scaling, (*table.notes, *notes), counts)
    return Preparation(facts, inputs, target, places, _law(table, scaling))


def prepare(table: Table, options: Prepare, seed: int) -> Split:
    """Split, fill, encode and standardise a table, in memory; raises `DataError` where it cannot serve."""
    return learn(table, options, seed).split()


def _law(table: Table, scaling: Scaling) -> Formula | None:
    """Return the law of a table if its inputs are the features that are scaled: none dropped, none encoded."""
    columns = [(str(column), None) for column in table.frame.columns if column != table.target]
    inputs = [(feature.column, feature.category) for feature in scaling.features]
    return table.law if inputs == columns else None


def _split(rows: int, options: Prepare, seed: int, test_seed: int | None, notes: list[str]) -> dict[Part, Places]:
    """Return which of the rows each part has; the seed of the test part also draws the rows that are used."""
    first = seed if test_seed is None else test_seed
    order = np.random.default_rng(first).permutation(rows)
    if options.max_rows is not None and rows > options.max_rows:
        order = order[: options.max_rows]
        notes.append(f"a random {options.max_rows} of {rows} rows are used")
    rows_used = len(order)
    places: dict[Part, Places] = {}
    shares: dict[Part, float] = {"test": options.test, "validation": options.validation}
    for part, share in shares.items():
        if share:
            size = round(share * rows_used)
            places[part], order = order[:size], order[size:]
        if part == "test" and first != seed:
            order = np.random.default_rng(seed).permutation(order)
    places["train"] = order
    for part in ("train", *places):
        if len(places[part]) < FEWEST_ROWS:
            said = "".join(f" ({note})" for note in notes)
            shared = " and ".join(f"prepare.{part}" for part, share in shares.items() if share)
            raise DataError(
                f"{rows_used} rows are too few: the {part} part would have {len(places[part])}, and needs "
                f"{FEWEST_ROWS}; bring more rows{', or change ' * bool(shared)}{shared}{said}"
            )
    return places
