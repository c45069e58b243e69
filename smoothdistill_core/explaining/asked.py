"""`Asked`: the numbers of a model that get a formula each, and how the model is asked for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Table, Teacher
from smoothdistill_core.errors import DataError, PluginError, SmoothdistillError, one_line
from smoothdistill_core.estimator.columns import names_of
from smoothdistill_core.explaining.labels import Relabelled
from smoothdistill_core.explaining.probabilities import checked_probabilities, log_odds
from smoothdistill_core.recipe.defaults import BLACK_BOX
from smoothdistill_core.registry import Registry

Array = NDArray[np.float64]

Answers = Callable[[Any], Any]
"""Returns what a model says of rows as it takes them."""

Takes = Literal["auto", "array", "frame"]

Scale = Literal["value", "log-odds", "softmax"]
"""What the formulas give: the model's own number, the log-odds of its second class, or a score of each class."""

VALUE = "prediction"
"""What the one number of a model is called."""


@dataclass(frozen=True)
class Asked:
    """A model called ``name``; ``outputs`` are what gets a formula, each asked for by one of ``teachers``.

    ``classes`` are those of a classifier, as its own labels.
    """

    name: str
    scale: Scale
    outputs: tuple[str, ...]
    teachers: tuple[Teacher, ...]
    classes: tuple[Any, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """What the formulas of the outputs give, in words."""
        of = {"value": "", "log-odds": "log-odds of ", "softmax": "score of "}[self.scale]
        return tuple(f"{of}{output}" for output in self.outputs)


class OfClass:
    """A classifier whose ``answers`` tell the score of one class; see `log_odds`."""

    def __init__(self, model: Any, answers: Answers, name: str, place: int, clip: float) -> None:
        self.answers, self.name, self.place, self.clip = answers, name, place, clip
        for known in ("feature_names_in_", "n_features_in_"):
            if hasattr(model, known):
                setattr(self, known, getattr(model, known))

    def predict(self, X: Any) -> Array:
        """Return the scores (n,) of the class for rows as the model takes them."""
        scores = log_odds(checked_probabilities(self.answers(X), len(X), self.name), self.clip)
        return scores[:, self.place]


def asked(
    model: Any,
    X: Any,
    table: Table,
    registry: Registry,
    takes: Takes,
    probability: bool | None,
    clip: float,
    outputs: Sequence[str] | None,
) -> Asked:
    """Return how ``model`` is asked about rows like ``X`` (n, d), of which those of ``table`` are to be explained.

    A classifier, or any model that is said to give a ``probability``, is asked for its classes, and any other for each
    of its numbers, which ``outputs`` names. Raises `PluginError` for what is no model, and `DataError` for one whose
    answers cannot be used.
    """
    black_box: Any = registry.usable("teacher", BLACK_BOX)
    if isinstance(model, (str, Path)):
        if probability:
            raise DataError("an ONNX file is explained by its numbers; give a function for probabilities")
        file = black_box(onnx=model)
        columns = _columns(file, X, table, outputs)
        whole = file.with_columns_of(table)
        teachers = tuple(whole.model_copy(update={"column": place}) for place in columns.values())
        return Asked(Path(model).name, "value", tuple(columns), teachers)
    name, how = _name(model), _takes(model, X, takes)
    if probability is None:
        probability = _is_classifier(model)
    if not probability:
        columns = _columns(black_box.of(model, takes=how), X, table, outputs)
        labels = [name if place is None else f"{name}, {output}" for output, place in columns.items()]
        teachers = tuple(
            _teacher(black_box, model, how, X, table, label, place)
            for label, place in zip(labels, columns.values(), strict=True)
        )
        return Asked(name, "value", tuple(columns), teachers)
    if outputs is not None:
        raise DataError(f"outputs={list(outputs)} names numbers, and {name} is explained by the classes that it knows")
    if _is_classifier(model) and not callable(getattr(model, "predict_proba", None)):
        raise PluginError(
            f"{name} is a classifier without predict_proba; fit one that has it (CalibratedClassifierCV, "
            "probability=True), or give a function that returns probabilities and say probability=True"
        )
    answers = getattr(model, "predict_proba", None) or black_box.of(model, takes=how).answers
    classes = _classes(model, answers, _first(model, X, table), name)
    labels = [str(label) for label in classes]
    explained = tuple(labels[1:] if len(labels) == 2 else labels)
    teachers = tuple(
        _teacher(black_box, OfClass(model, answers, name, place, clip), how, X, table, f"{name}, {output}")
        for place, output in enumerate(explained)
    )
    return Asked(name, "log-odds" if len(labels) == 2 else "softmax", explained, teachers, tuple(classes))


def _columns(box: Any, X: Any, table: Table, outputs: Sequence[str] | None) -> dict[str, int | None]:
    """Return the place of each number that a model gives for a row, by its name; None where it gives one."""
    frame = table.frame.drop(columns=table.target)
    try:
        width = int(box.width(_of_table(X, table)))
    except SmoothdistillError:  # it says why when it is asked about all rows
        width = 1
    names = [VALUE] if width == 1 else [f"y{place}" for place in range(width)]
    if outputs is not None:
        names = [str(output) for output in outputs]
        if len(names) != width:
            raise DataError(f"outputs={names} are {len(names)} names, and the model gives {width} numbers a row")
        twice = [name for place, name in enumerate(names) if name in names[:place] or name in frame.columns]
        if twice:
            raise DataError(f"outputs={names}: {twice[0]!r} is the name of another output or of a column already")
    return {names[0]: None} if width == 1 else {name: place for place, name in enumerate(names)}


def _of_table(X: Any, table: Table) -> Any:
    """Return the first two rows of a table, which has no gaps, as an array where X is one."""
    rows = table.frame.drop(columns=table.target)[:2]
    return rows if hasattr(X, "columns") else rows.to_numpy()


def _first(model: Any, X: Any, table: Table) -> Any:
    """Return two rows as the model knows them: the first of X, or of the table where these have gaps."""
    import pandas as pd

    rows = _of_table(X, table) if pd.isna(np.asarray(X[:2], dtype=object)).any() else X[:2]
    named = list(getattr(model, "feature_names_in_", ()))
    return rows[named] if named and set(named) <= set(getattr(rows, "columns", ())) else rows


def _teacher(
    black_box: Any, model: Any, how: Takes, X: Any, table: Table, label: str, column: int | None = None
) -> Teacher:
    """Return the teacher that asks a model in memory, which gets all columns of X, whichever turn out to be inputs."""
    names = names_of(X)
    if how == "frame" and names != tuple(getattr(X, "columns", names)):
        model = Relabelled(getattr(model, "predict", model), dict(zip(names, X.columns, strict=True)))
    whole: Teacher = black_box.of(model, takes=how, label=label, column=column).with_columns_of(table)
    return whole


def _name(model: Any) -> str:
    name = str(getattr(model, "__name__", type(model).__name__))
    return "function" if name == "<lambda>" else name


def _takes(model: Any, X: Any, takes: Takes) -> Takes:
    """Return what a model is given: what its own records say, else a table where the caller has one."""
    if takes != "auto" or not hasattr(X, "columns"):
        return takes
    is_tensors = any(base.__module__.startswith(("torch.", "onnxruntime.")) for base in type(model).__mro__)
    told = hasattr(model, "feature_names_in_") or hasattr(model, "n_features_in_")
    return "auto" if is_tensors or told else "frame"


def _is_classifier(model: Any) -> bool:
    """Say whether a model is a classifier: by scikit-learn's word, or for having probabilities."""
    from sklearn.base import BaseEstimator, is_classifier

    if callable(getattr(model, "predict_proba", None)):
        return True
    return isinstance(model, BaseEstimator) and bool(is_classifier(model))


def _classes(model: Any, answers: Answers, rows: Any, name: str) -> Sequence[Any]:
    """Return the labels of a model's classes, which is asked about some rows: its own, else their numbers."""
    from sklearn.exceptions import NotFittedError

    try:
        answer = answers(rows)
    except SmoothdistillError:
        raise
    except NotFittedError:
        raise PluginError(f"{name} is not fitted; call its fit before it is explained") from None
    except Exception as error:
        raise DataError(
            f"the model {name} raised {one_line(error)} for the first rows of X; give it the columns that it was "
            "fitted on"
        ) from error
    count = checked_probabilities(answer, len(rows), name).shape[1]
    known = np.ravel(getattr(model, "classes_", ())).tolist()
    return known if len(known) == count else list(range(count))
