"""The names of components that the core knows: what a recipe gets where it says nothing, and what results compare with.

No other file of the core names a component. They are looked up in the registry like any others.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, Final, Literal

UNPENALISED = "none"
"""The regularizer of a teacher without a penalty, which every penalty is compared with."""

JACOBIAN, LIPSCHITZ = "jacobian", "lipschitz"
"""The paper's penalties."""

BASELINE = "linear"
"""The student on the data that reference tables have a column of."""

ONE_INPUT = "one_input"
"""The student that has a formula, be it a constant, whichever directions are demanded: a baseline where any is."""

BLACK_BOX = "blackbox"
"""The teacher that stands for a model which is there already."""

ACCURACY: Final = "r2"
"""The metric of how near a model is to the data."""

ERROR: Final = "rmse"
"""The metric of how far a model is from the data, in the unit of the target."""

ORIGINAL_ACCURACY = "r2_original"
"""The same of the target itself, where `ACCURACY` is that of its logarithm."""

ABSOLUTE_ERROR: Final = "mae"
"""The metric of the same that large errors do not rule."""

ERRORS = {ERROR: "RMSE", ABSOLUTE_ERROR: "MAE"}
"""The metrics of error in the units of the target, and what texts call them."""

ERRORS_OF_LOG = {"rmse_log": "RMSE", "mae_log": "MAE"}
"""The same of the logarithm, where the target is fitted as one."""

LOG_LOSS, EXPLAINED_LOG_LOSS, AREA, CORRECT = "log_loss", "d2_log_loss", "auc", "accuracy"
"""The metrics of probabilities, where the target has two values; the second is what `ACCURACY` is elsewhere."""

OF_PROBABILITIES = {LOG_LOSS: "log-loss", EXPLAINED_LOG_LOSS: "log-loss explained", AREA: "AUC", CORRECT: "accuracy"}
"""What texts call them. A study of such a target has them, whatever metrics its recipe names."""

FIDELITY: Final = "fidelity"
"""The metric of how near a formula is to its teacher."""

COMPLEXITY = "complexity"
"""The metric of how long a formula is."""

Judge = Literal["r2", "fidelity"]
"""The metrics by which strengths and formulas may be chosen."""

SMOOTHNESS, SMOOTHNESS_SQUARED, SMOOTHNESS_MAX = "jacobian_norm", "jacobian_norm_squared", "jacobian_norm_max"
"""The metrics of how steep a model is: the mean, the mean square and the largest norm of its input Jacobian."""

_TRAINED = {"name": "mlp", "epochs": 400, "max_steps": 8_000}

UNSTOPPED = [_TRAINED]
"""The teachers of a recipe without validation rows."""

DEFAULTS: dict[str, Any] = {
    "teacher": [{**_TRAINED, "stopping": "early", "patience": _TRAINED["epochs"]}],
    "regularizer": [UNPENALISED, {"name": JACOBIAN, "strength": {"path": [1.0, 0.001], "steps": 10}}],
    "student": ["symmetry", "operon", "layerwise"],
    "metric": [
        *(ACCURACY, ORIGINAL_ACCURACY, FIDELITY, COMPLEXITY, *ERRORS, *ERRORS_OF_LOG),
        *(SMOOTHNESS, SMOOTHNESS_SQUARED, SMOOTHNESS_MAX, "spectral_norm_product"),
    ],
}
"""What a recipe gets where it says nothing. Where it names no regularizers, only the best teacher is distilled.

Networks take all epochs, on more than 2,560 training rows as many as there are steps for, and keep the weights with the
lowest validation error, each step of a path its own.
"""


def defaults_of(content: Any, students: Container[str]) -> dict[str, Any]:
    """Return what a recipe gets where it says nothing: one of this ``content``, with these ``students`` at hand."""
    prepare = content.get("prepare") if isinstance(content, Mapping) else None
    unstopped = isinstance(prepare, Mapping) and prepare.get("validation") == 0
    teacher = UNSTOPPED if unstopped else DEFAULTS["teacher"]
    return {**DEFAULTS, "teacher": teacher, "student": usual_students(students)}


LARGE = 10_000
"""A table of more rows is large: its proposed recipe has `quick` options."""


def quick(rows: int) -> dict[str, Any]:
    """Return the keys of a recipe that gives a formula of a large table within minutes.

    Teachers take as many steps as for a table of 2,500 rows, and there is one trial. Searches see a sample of the rows.
    """
    (teacher,) = DEFAULTS["teacher"]
    return {
        "teacher": {
            "name": teacher["name"],
            "epochs": max(3, teacher["epochs"] * 2_500 // rows),
            "stopping": teacher["stopping"],
        },
        "distil": {"max_rows": 1_000},
        "trials": {"seeds": 1},
    }


def usual_students(known: Container[str]) -> list[str]:
    """Return the students of a recipe that names none: each may be missing where another is ``known``."""
    usual: list[str] = DEFAULTS["student"]
    return [name for name in usual if name in known] or usual
