"""`portray`: what the formulas of an answer, and a teacher beside them, make of the same rows of the table.

A formula is over the standardised inputs of its own trial, and each trial has its own scaling. So every formula sees
the rows as its own trial prepares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from smoothdistill_core.components import Part, Teacher
from smoothdistill_core.formula import Formula
from smoothdistill_core.portrait import Effect, Portrait, Portrayed
from smoothdistill_core.portraying.certainty import errors_of_constants
from smoothdistill_core.portraying.columns import column_cells, column_values
from smoothdistill_core.portraying.shown import Shown
from smoothdistill_core.preparation import learn
from smoothdistill_core.searching.drawn import drawn
from smoothdistill_core.trial import Trial

MOST_ROWS = 300
"""So many rows are shown: enough for a picture."""

MOST_EFFECTS = 12
"""Of so many columns of a formula the effect is computed: of those with the largest shares."""


@dataclass(frozen=True)
class Subject:
    """A formula that is portrayed: the one at ``place`` in the front of a ``cell``, of the trial at place ``trial``.

    ``formula`` is as it was found, ``rounded`` as it is shown, in the data's own units.
    """

    trial: int
    cell: str
    place: int
    formula: Formula
    rounded: Formula


def portray(
    trials: Sequence[Trial],
    subjects: Sequence[Subject],
    part: Part,
    teacher: Teacher | None = None,
    weights: bytes = b"",
) -> Portrait:
    """Portray formulas of trials of one dataset at rows of the ``part`` of the first of these trials.

    ``teacher``, where there is one, is of the first trial too, and saved as ``weights``.
    """
    first = trials[0]
    loaded = first.table()
    learnt = [learn(loaded, trial.prepare, trial.seed, trial.test_seed) for trial in trials]
    table = learnt[0].arranged.table
    places = learnt[0].places[part]
    rows = drawn(places, MOST_ROWS, first.seed)
    formulas = [
        Shown(subject.formula.predict, learnt[subject.trial].facts.scaling, learnt[subject.trial].inputs_at(rows))
        for subject in subjects
    ]
    shares = [each.shares(of.formula.inputs, first.seed) for each, of in zip(formulas, subjects, strict=True)]
    used = {column for each in shares for column in each}
    known = np.concatenate(list(learnt[0].places.values()))
    moving = sorted({column for each in shares for column in islice(each, MOST_EFFECTS)})
    values = {column: at for column in moving if (at := column_values(table, column, known))}
    taught, spread, by_teacher = None, None, {}
    if teacher is not None:
        model = teacher.load(weights)
        shown = Shown(model.predict, learnt[0].facts.scaling, learnt[0].inputs_at(rows))
        if (apart := model.spread(shown.X)) is not None:
            spread = shown.spread(apart)
        taught, by_teacher = shown.predicted, {column: shown.effect(column, at) for column, at in values.items()}
    portrayed = [
        Portrayed(
            of.cell,
            of.place,
            formula.predicted,
            its,
            {
                column: Effect(values[column], formula.effect(column, values[column]), by_teacher.get(column))
                for column in islice(its, MOST_EFFECTS)
                if column in values
            },
            errors_of_constants(of.rounded, learnt[of.trial]),
        )
        for of, formula, its in zip(subjects, formulas, shares, strict=True)
    ]
    inputs = {name: column_cells(table, name, rows) for name in map(str, table.frame.columns) if name in used}
    has_classes = learnt[0].facts.scaling.classes is not None
    actual = learnt[0].target[rows] if has_classes else table.frame[table.target].iloc[rows].to_numpy(np.float64)
    return Portrait(part, len(places), inputs, tuple(actual.tolist()), taught, tuple(portrayed), spread)
