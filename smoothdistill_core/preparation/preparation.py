"""`Preparation`: what is learnt of a table on its training part, and the arrays that it makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Part, Table
from smoothdistill_core.errors import DataError
from smoothdistill_core.formula import Formula
from smoothdistill_core.preparation.arranged import Arranged, arranged
from smoothdistill_core.preparation.classes import check_both_count, check_parts, said_of_classes
from smoothdistill_core.preparation.folds import folds
from smoothdistill_core.preparation.inputs import Input, Places, inputs_of, standard
from smoothdistill_core.preparation.parts import split_rows
from smoothdistill_core.preparation.screening import chosen, steepness
from smoothdistill_core.preparation.split import Rows, Split, SplitFacts
from smoothdistill_core.preparation.table import check_is_table, checked
from smoothdistill_core.preparation.weighing import counting, normalised, said
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.scaling import Scaling

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Preparation:
    """A table of which all is learnt; its arrays are made where they are asked for, and not before.

    ``arranged`` is the table whose rows the numbers of ``places`` are.
    """

    facts: SplitFacts
    inputs: tuple[Input, ...]
    target: Array
    places: dict[Part, Places]
    """The row numbers of each part."""
    arranged: Arranged
    options: Prepare
    law: Formula | None = None
    """The table's law, where every feature is an input as it is."""
    weights: Array | None = None
    """The weight of each row, of mean 1 in the training part; None where all count alike."""

    def X(self, part: Part, rows: slice = slice(None)) -> Array:  # noqa: N802 the field's name for the inputs
        """Return the standardised inputs (n, d) of a part, or of some of its rows."""
        return self.inputs_at(self.places[part][rows])

    def y(self, part: Part) -> Array:
        """Return the standardised targets (n,) of a part; 0 and 1 where the target has two classes."""
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

    def weights_at(self, places: Places) -> Array | None:
        """Return the weights (n,) of the rows with these numbers; None where all count alike."""
        return None if self.weights is None else self.weights[places]

    def folds(self, count: int, seed: int) -> Iterator[tuple[Places, Places]]:
        """Yield ``count`` folds of the training and validation rows: numbers of rows to fit on, and to judge by."""
        parts: tuple[Part, ...] = ("train", "validation")
        rows = np.concatenate([self.places[part] for part in parts if part in self.places])
        return folds(rows, self.arranged.keys, count, seed, in_order=self.options.split == "time")

    def split(self) -> Split:
        """Return all arrays, in memory."""
        parts = {part: Rows(self.X(part), self.y(part), self.weights_at(at)) for part, at in self.places.items()}
        return Split(parts, self.facts, self.law)


def learn(table: Table, options: Prepare, seed: int, test_seed: int | None = None) -> Preparation:
    """Split a table, and learn on its training part what there is to learn: categories, medians, means, scales.

    The split depends on the seed alone, or its test part on another, ``test_seed``; one by time on neither. Raises
    `DataError` where the table cannot serve.
    """
    notes: list[str] = []
    check_is_table(table)
    ordered = arranged(table, options, notes)
    table = ordered.table
    target, rows, classes = checked(table, options, notes)
    if ordered.weights is not None:
        rows = counting(rows, ordered.weights, notes)
        if classes is not None:
            check_both_count(table.target, classes, target[rows])
    transform = "logit" if classes is not None else options.target or table.advised or "none"
    if transform == "log1p":
        least = target[rows].min(initial=np.inf)
        if least <= -1:
            raise DataError(
                f"target {table.target!r}: log1p needs values above -1, the least is {least:g}; use target: none"
            )
        with np.errstate(invalid="ignore", divide="ignore"):  # rows that are not used may hold anything
            target = np.log1p(target)
        notes.append(f"the target is log(1 + {table.target})")
    labels = None
    if classes is not None:
        labels = target
        notes.append(said_of_classes(table.target, classes, target[rows], options))
    places = split_rows(rows, ordered, options, seed, test_seed, notes, labels)
    if classes is not None:
        check_parts(table.target, classes, target, places, notes)
    y_train = target[places["train"]]
    weights = of_train = None
    if ordered.weights is not None:
        weights = normalised(ordered.weights, places["train"])
        of_train = weights[places["train"]]
        notes.append(said(str(options.weights), weights, places["train"]))
    if y_train.max() == y_train.min():
        raise DataError(
            f"target {table.target!r} is constant ({y_train[0]:g}) in the training part: nothing to explain"
        )
    moments = standard(y_train, table.target, of_train)
    screened_by = (y_train - moments[0]) / moments[1]
    if classes is not None:
        moments = 0.0, 1.0  # 0 and 1 stay what they are, and log-odds have no unit
    inputs = inputs_of(table, rows, places["train"], of_train, notes, impute=options.missing == "impute")
    if options.screen is not None and len(inputs) > options.screen:
        if weights is not None:
            notes.append("screening counts every row alike, whatever its weight")
        inputs = _screened(inputs, places["train"], screened_by, options.screen, seed, notes)
    features = tuple(each.feature for each in inputs)
    unit = None if classes is not None else table.units.get(table.target)
    declared = dict(table.declared)
    scaling = Scaling(features, table.target, transform, *moments, unit, declared, classes)
    if scaling.references:
        references = ", ".join(f"{column} = {category}" for column, category in scaling.references.items())
        notes.append(f"categories without an indicator, the commonest of the training part: {references}")
    counts: dict[Part, int] = {part: len(chosen) for part, chosen in places.items()}
    facts = SplitFacts(scaling, (*table.notes, *notes), counts)
    return Preparation(facts, inputs, target, places, ordered, options, _law(table, scaling), weights)


def prepare(table: Table, options: Prepare, seed: int) -> Split:
    """Split, fill, encode and standardise a table, in memory; raises `DataError` where it cannot serve."""
    return learn(table, options, seed).split()


def _screened(
    inputs: tuple[Input, ...], train: Places, y: Array, keep: int, seed: int, notes: list[str]
) -> tuple[Input, ...]:
    """Return the inputs that matter in the training rows, of which ``y`` is the standardised target."""
    X = np.column_stack([each.standardised(train) for each in inputs])
    kept, note = chosen(steepness(X, y, seed), keep, [each.feature.name for each in inputs])
    notes.append(note)
    features = [inputs[place].feature for place in kept]
    others = {place: each.feature for place, each in enumerate(inputs) if place not in set(kept.tolist())}
    seen = {
        feature.column: tuple(other.category for other in others.values() if other.column == feature.column)
        for feature in features
        if feature.category is not None
    }
    return tuple(
        replace(inputs[place], feature=replace(feature, others=seen.get(feature.column, ())))
        for place, feature in zip(kept, features, strict=True)
    )


def _law(table: Table, scaling: Scaling) -> Formula | None:
    """Return the law of a table if its inputs are the features that are scaled: none dropped, none encoded."""
    columns = [(str(column), None) for column in table.frame.columns if column != table.target]
    inputs = [(feature.column, feature.category) for feature in scaling.features]
    return table.law if inputs == columns else None
