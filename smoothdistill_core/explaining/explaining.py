"""`explain`: formulas for a finished model, and how near they are to it on rows that they were not made from."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Table
from smoothdistill_core.errors import DataError
from smoothdistill_core.estimator.columns import Columns
from smoothdistill_core.estimator.distiller import SymbolicDistiller
from smoothdistill_core.estimator.inputs import rows_of, training_table
from smoothdistill_core.estimator.parameters import Entry
from smoothdistill_core.explaining.asked import VALUE, Takes, asked
from smoothdistill_core.explaining.assembling import assembled
from smoothdistill_core.explaining.model_explanation import ModelExplanation
from smoothdistill_core.explaining.region import Region, part_of, rows_where
from smoothdistill_core.explaining.searching import searched
from smoothdistill_core.explaining.surroundings import Surroundings, row_of, surroundings
from smoothdistill_core.recipe.defaults import ACCURACY, COMPLEXITY, ERRORS, FIDELITY
from smoothdistill_core.registry import Registry
from smoothdistill_core.study import Progress

METRICS = (ACCURACY, FIDELITY, COMPLEXITY, *ERRORS)
"""What formulas are scored by as they are found; none of these asks the model anything."""


def explain(
    model: Any,
    X: Any,
    *,
    row: Any = None,
    radius: float = 0.5,
    queries: int = 2000,
    where: str | None = None,
    student: Entry | Sequence[Entry] | None = None,
    held_out: float = 0.3,
    validation: float = 0.2,
    categorical: str | Sequence[str] = (),
    missing: Literal["error", "impute"] = "error",
    units: Mapping[str, str] | None = None,
    takes: Takes = "auto",
    outputs: Sequence[str] | None = None,
    probability: bool | None = None,
    clip: float | None = None,
    distil: Mapping[str, Any] | None = None,
    choose: Mapping[str, Any] | None = None,
    seconds: float | None = None,
    random_state: int = 0,
    n_jobs: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    registry: Registry | None = None,
) -> ModelExplanation:
    """Explain a finished model by formulas that imitate it at the rows ``X`` (n, d), a table or an array.

    The model is a fitted estimator or pipeline of scikit-learn, a model of LightGBM, XGBoost or CatBoost, a torch
    module, the path of an ONNX file, a session of ONNX Runtime, or a function. It is asked, not trained, and no target
    is needed. A classifier is explained by its ``predict_proba``: two classes by a formula of the log-odds of the
    second, more by a formula of the score of each, whose softmax the probabilities are. A model that gives several
    numbers a row, (n, k), gets a formula for each.

    Parameters
    ----------
    model : object
        The model. It gets rows as X has them: a table where X is one, unless it was fitted on arrays.
    X : array or table of shape (n, d)
        Rows like those that the model is asked about. Columns of text are categories.
    row : mapping, series, table of one row or array of shape (d,), optional
        Explain what the model does around this row only, by formulas for its answers to rows that lie around it.
    radius : float
        How far those are from the row, in standard deviations of the columns. Each is the row and a step between two
        rows of X, shortened by this.
    queries : int
        How many they are. Half of them make the formulas, as ``held_out`` and ``validation`` say.
    where : str, optional
        Explain what the model does in a region only, by formulas for its answers to the rows of X that meet a condition
        such as ``age > 60 and town in [Kiel, Ulm]``, and say how they differ from those for all rows, which are found
        as well. Columns are compared with numbers or categories; there are ``and``, ``or``, ``not`` and brackets, and
        names with blanks stand in quotes.
    student, units, categorical, distil, choose, n_jobs, progress, registry
        As in `SymbolicDistiller`.
    held_out : float
        The share of the rows that is only used to say how near the formulas are.
    validation : float
        The share of the rows that the choice among formulas is made on.
    missing : {"error", "impute"}
        Missing values are refused, or filled in by the column's median or commonest value before the model is asked.
    takes : {"auto", "array", "frame"}
        What the model is given; auto: what it was fitted on, as far as it says so, else what X is.
    outputs : sequence of str, optional
        What the numbers of a model are called that gives k of them a row. None: y0, y1, and on; a single one is the
        prediction.
    probability : bool, optional
        Whether the model gives probabilities (n,) or (n, k). None: if it has ``predict_proba``.
    clip : float, optional
        Probabilities are kept so far from 0 and 1, where log-odds are infinite. None: 1/(2n), as n rows cannot tell
        smaller ones apart.
    seconds : float, optional
        The time that the searches may take, for all outputs together; with ``where`` half of it is for all rows.
    random_state : int
        Decides the split and the searches.

    Raises
    ------
    DataError
        For rows that cannot serve, a condition that cannot be read or leaves too few of them, and for a model that
        answers with anything but finite numbers, with probabilities that do not add to 1, or otherwise when it is asked
        again.
    PluginError
        For what is no model, for one that is not fitted, and for a classifier without ``predict_proba``.

    """
    began = time.monotonic()
    _check(held_out, validation, missing, clip)
    if not radius > 0 or not queries > 0:
        raise DataError(f"radius={radius:g} and queries={queries} have to be above 0")
    if row is not None and where is not None:
        raise DataError("row= asks about one row, and where= about many; ask one after the other")
    registry = registry or Registry()
    parameters = SymbolicDistiller(
        student=student,
        regularizer="none",
        metric=list(METRICS),
        validation=validation,
        missing=missing,
        categorical=categorical,
        units=units,
        distil=distil,
        choose=choose,
        random_state=random_state,
        n_jobs=n_jobs,
        progress=progress,
        registry=registry,
    )
    table, columns = training_table(parameters, rows_of(parameters, X, reset=True), None)
    clip = 1.0 / (2.0 * len(table.frame)) if clip is None else clip
    asking = _Asking(model, X, columns, parameters, held_out, registry, takes, probability, clip, outputs)
    if row is not None:
        one = columns.frame(row_of(row, columns.names))
        table, around = surroundings(table, one, radius, queries, random_state)
        return asking.about(table, _left(seconds, began), around=around)
    if where is None:
        return asking.about(table, _left(seconds, began))
    inside = rows_where(where, table)
    everywhere = asking.about(table, None if seconds is None else _left(seconds / 2, began))
    region = Region(where, len(inside), len(table.frame), everywhere, {})
    return asking.about(part_of(table, inside), _left(seconds, began), region=region, numbers=inside)


@dataclass(frozen=True)
class _Asking:
    """What stays the same, whichever rows a model is asked about."""

    model: Any
    X: Any
    columns: Columns
    parameters: SymbolicDistiller
    held_out: float
    registry: Registry
    takes: Takes
    probability: bool | None
    clip: float
    outputs: Sequence[str] | None

    def about(
        self,
        table: Table,
        seconds: float | None,
        around: Surroundings | None = None,
        region: Region | None = None,
        numbers: NDArray[np.intp] | None = None,
    ) -> ModelExplanation:
        """Return formulas for the model at the rows of a table, of which ``numbers`` are those in X."""
        began = time.monotonic()
        given = (self.registry, self.takes, self.probability, self.clip, self.outputs)
        questions = asked(self.model, self.X, table, *given)
        outputs = len(questions.teachers)
        found = []
        for number, (teacher, target) in enumerate(zip(questions.teachers, questions.targets, strict=True)):
            left = _left(seconds, began)
            self.parameters.set_params(teacher=teacher, seconds=None if left is None else left / (outputs - number))
            target = table.target if target == VALUE else target
            named = replace(table, frame=table.frame.rename(columns={table.target: target}), target=target)
            found.append(searched(self.parameters, named, self.columns, self.held_out, self.registry))
        numbers = np.arange(len(table.frame)) if numbers is None else numbers
        return assembled(questions, found, self.columns, self.clip, numbers, around, region)


def _left(seconds: float | None, began: float) -> float | None:
    """Return what is left of some seconds, never nothing; None where there is no limit."""
    return None if seconds is None else max(seconds - (time.monotonic() - began), 0.01)


def _check(held_out: float, validation: float, missing: str, clip: float | None) -> None:
    """Raise `DataError` for shares of the rows that cannot be taken, and for what has no other meaning."""
    if not 0 < held_out < 1 or not 0 < validation < 1 or held_out + validation >= 1:
        raise DataError(
            f"held_out={held_out:g} and validation={validation:g} are shares of the rows, above 0 and together below 1"
        )
    if missing not in ("error", "impute"):
        raise DataError(f"missing={missing!r} is none of the choices; known: error, impute")
    if clip is not None and not 0 < clip < 0.5:
        raise DataError(f"clip={clip:g} keeps probabilities from 0 and 1, and has to lie above 0 and below 0.5")
