"""How near formulas are to a model on rows that they were not made from, in numbers and in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.explaining.asked import Scale
from smoothdistill_core.explaining.disagreement import WorstRegion
from smoothdistill_core.explaining.probabilities import probabilities
from smoothdistill_core.recipe.defaults import ABSOLUTE_ERROR, ACCURACY, ERROR
from smoothdistill_core.wording.numbers import number, plural, quantity

Array = NDArray[np.float64]

SCORES = {
    ACCURACY: "share of the variation of the model's answers, or of its scores, that the formulas reproduce",
    ERROR: "root of the mean squared difference to the model",
    ABSOLUTE_ERROR: "mean difference to the model",
    "spread": "standard deviation of the model's answers or scores",
    "least_r2": "of several outputs, the share of that which the formulas reproduce least",
    "agreement": "share of the rows that get the model's own class",
    "auc": "of the formulas' probabilities for the model's class; of several classes the mean of each against the rest",
    "log_loss": "mean of minus the sum of the model's probability times the logarithm of the formulas'",
    "least_log_loss": "the same where the formulas are the model",
}
"""The scores of formulas against a model; those from ``agreement`` on are of classifiers. NaN: not known.

Of several numbers, each of which may have a unit of its own, misses are in standard deviations of each.
"""


def on_one_scale(model: Array, formulas: Array, scale: Scale) -> tuple[Array, Array]:
    """Return what a model and formulas give (n, m), several numbers in standard deviations of the model's own."""
    if scale != "value" or model.shape[1] == 1:
        return model, formulas
    spread = model.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    return model / spread, formulas / spread


def scored(model: Array, formulas: Array, scale: Scale) -> dict[str, float]:
    """Return the scores of what formulas give (n, m) against what a model does (n, m), as `on_one_scale` has them.

    Of several outputs R2 is the mean of theirs, and errors are taken over all of them.
    """
    with np.errstate(all="ignore"):
        missed = formulas - model
        squares = (missed**2).mean(axis=0)
        varied = model.var(axis=0)
        r2 = np.where(varied > 0, 1.0 - squares / varied, np.nan)
        found = {
            ACCURACY: float(r2.mean()),
            ERROR: float(np.sqrt(squares.mean())),
            ABSOLUTE_ERROR: float(np.abs(missed).mean()),
            "spread": float(np.sqrt(varied.mean())),
        }
    if model.shape[1] > 1:
        found["least_r2"] = float(r2.min())
    if scale != "value":
        found |= _of_classes(probabilities(model), probabilities(formulas))
    return {name: value if math.isfinite(value) else math.nan for name, value in found.items()}


def _of_classes(model: Array, formulas: Array) -> dict[str, float]:
    from sklearn.metrics import roc_auc_score

    if not np.isfinite(formulas).all():
        return dict.fromkeys(("agreement", "auc", "log_loss"), math.nan) | {"least_log_loss": _log_loss(model, model)}
    named = model.argmax(axis=1)
    places = [1] if model.shape[1] == 2 else range(model.shape[1])
    both = [place for place in places if 0 < (named == place).sum() < len(named)]
    areas = [float(roc_auc_score(named == place, formulas[:, place])) for place in both]
    return {
        "agreement": float((formulas.argmax(axis=1) == named).mean()),
        "auc": sum(areas) / len(areas) if areas else math.nan,
        "log_loss": _log_loss(model, formulas),
        "least_log_loss": _log_loss(model, model),
    }


def _log_loss(model: Array, formulas: Array) -> float:
    """Return the mean cross-entropy, in natural logarithms."""
    return float(-(model * np.log(np.maximum(formulas, np.finfo(float).tiny))).sum(axis=1).mean())


def in_plain_words(
    scores: Mapping[str, float], scale: Scale, rows: str, nodes: Sequence[int], worst: WorstRegion | None
) -> str:
    """Say how near formulas of so many ``nodes`` are to a model on held-out ``rows``, and where they are worst."""
    if len(nodes) == 1:
        who, does, do, were = f"The formula ({plural(nodes[0], 'node')})", "reproduces", "does", "it was"
    else:
        who, does, do, were = f"The formulas ({sum(nodes)} nodes together)", "reproduce", "do", "they were"
    on, r2 = f"on {rows} that {were} not made from", number(scores[ACCURACY])
    if scores[ACCURACY] > 0:
        what = {"value": "variation", "log-odds": "variation of log-odds", "softmax": "variation of scores"}[scale]
        if len(nodes) > 1:
            what, r2 = f"{what}, on average,", f"{r2}, of the output that is worst {number(scores['least_r2'])}"
        text = f"{who} {does} {percent(scores[ACCURACY])} of the model's {what} {on} (R2 {r2})."
    else:
        text = f"{who} {do} not reproduce the model: {on}, R2 is {r2}."
    told = _misses(scores, len(nodes)) if scale == "value" else _classes(scores)
    return " ".join(filter(None, (text, told, "" if worst is None else worst.in_words())))


def _misses(scores: Mapping[str, float], outputs: int) -> str:
    rmse, spread = quantity(scores[ERROR]), quantity(scores["spread"])
    if outputs > 1:
        return f"The misses are {rmse} (RMSE), in standard deviations of each output."
    return f"The misses are {rmse} (RMSE); the model's answers spread by {spread}."


def _classes(scores: Mapping[str, float]) -> str:
    if math.isnan(scores["agreement"]):
        return "At some rows the formulas give no probability."
    area = f"AUC {number(scores['auc'])}"
    area = "the model names one class only, so there is no AUC" if math.isnan(scores["auc"]) else area
    loss, least = number(scores["log_loss"]), number(scores["least_log_loss"])
    return (
        f"{percent(scores['agreement'])} of these rows get the model's own class; {area}; log-loss {loss}, "
        f"where {least} is the least possible."
    )


def percent(part: float) -> str:
    """Write a share without rounding it up to all.

    >>> percent(0.943), percent(0.9967), percent(0.99999)
    ('94 %', '99.6 %', 'more than 99.9 %')
    """
    if part >= 1.0:
        return "100 %"
    if part > 0.999:
        return "more than 99.9 %"
    return f"{math.floor(1000 * part) / 10:.1f} %" if part > 0.99 else f"{100 * part:.0f} %"
