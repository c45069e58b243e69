"""`AskedTeacher`: a finished model behind the interface of trained teachers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from smoothdistill_blackbox.given_model import GivenModel
from smoothdistill_blackbox.questions import listed, scaling_of, table
from smoothdistill_core import DataError, TrainedTeacher, TrainingJob
from smoothdistill_core.scaling import Scaling

Array = NDArray[np.float64]


class AskedTeacher(TrainedTeacher):
    """Standardised rows go to the model in the data's own units, and its answers come back standardised."""

    def __init__(self, model: GivenModel, scaling: Scaling, step: float, notes: tuple[str, ...] = ()) -> None:
        self.model = model
        self.scaling = scaling
        self.step = step
        self.notes = notes
        self._whole = scaling if model.columns is None else model.columns.whole(scaling)
        places = {(each.column, each.category): place for place, each in enumerate(self._whole.features)}
        self._places = [places[feature.column, feature.category] for feature in scaling.features]

    def predict(self, X: Array) -> Array:
        """Return the standardised predictions (n,) for ``X`` (n, d); where the model has no number, NaN or infinity."""
        return self.scaling.standardise(self.answers(X))

    def answers(self, X: Array) -> Array:
        """Return the same in the units of the model."""
        return self.model.predict(self._completed(X), self._whole)

    def gradient(self, X: Array) -> Array | None:
        """Return the exact input gradient (n, d) of a torch module; None for any other model."""
        gradient = self.model.gradient(self._completed(X), self._whole)
        return None if gradient is None else gradient[:, self._places]

    def _completed(self, X: Array) -> Array:
        """Return rows (n, d) with further inputs that have one value, if the model takes such: standardised it is 0."""
        completed = np.zeros((len(X), len(self._whole.features)))
        completed[:, self._places] = X
        return completed

    def save(self) -> bytes:
        """Return the scaling and what stands for the model, in the safetensors format."""
        from safetensors.numpy import save

        parts = {"scaling": self.scaling.to_json().encode(), "model": self.model.saved()}
        return save({name: np.frombuffer(part, dtype=np.uint8) for name, part in parts.items()})

    @staticmethod
    def parts(data: bytes) -> tuple[str, bytes]:
        """Return scaling and model as `save` wrote them."""
        from safetensors.numpy import load

        tensors = load(data)
        return tensors["scaling"].tobytes().decode(), tensors["model"].tobytes()


def asked(model: GivenModel, job: TrainingJob, step: float) -> AskedTeacher:
    """Return the teacher that asks ``model``; raises `DataError` where it has no number for a training row."""
    teacher = AskedTeacher(model, scaling_of(job), step)
    prediction = teacher.predict(job.X)
    _check_finite(teacher, job.X, prediction)
    teacher.notes = (*_smoothness(teacher, job.X), *model.notes(), *_doubt(prediction, job.y))
    return teacher


def _check_finite(teacher: AskedTeacher, X: Array, prediction: Array) -> None:
    bad = np.flatnonzero(~np.isfinite(prediction))
    if not len(bad):
        return
    first = X[bad[:1]]
    values = teacher.answers(first)
    row = table(first, teacher.scaling)
    given = listed([f"{name}={row[name].iloc[0]}" for name in row.columns])
    wrong = f"the black box {teacher.model.name} gives {values[0]} for {len(bad)} of {len(X)} training rows"
    if teacher.scaling.transform == "log1p" and np.isfinite(values[0]):
        raise DataError(
            f"{wrong}, first for {given}, and the target's transform log1p takes numbers above -1 only; "
            "set prepare: {target: none}"
        )
    raise DataError(f"{wrong}, first for {given}; give a function that has a finite number for every row")


def _smoothness(teacher: AskedTeacher, X: Array) -> tuple[str, ...]:
    if teacher.gradient(X[:1]) is not None:
        return ("blackbox: smoothness by exact gradients",)
    return (f"blackbox: smoothness by finite differences, {teacher.step:g} standard deviations to each side",)


def _doubt(prediction: Array, y: Array) -> tuple[str, ...]:
    """Say so where a model fits the data worse than their mean: most often, it gets something else than it expects."""
    variance = float(np.var(y))
    r2 = 1.0 - float(np.mean((prediction - y) ** 2)) / variance if variance > 0 else 1.0
    if r2 >= 0:
        return ()
    return (
        f"blackbox: its predictions are worse than the mean of the training part (R2 {r2:.2f}); "
        "does it take these columns in this order, in the data's own units?",
    )
