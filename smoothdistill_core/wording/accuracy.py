"""How accurate a formula is, in words: of the target itself, and of its logarithm where it is fitted as one."""

from __future__ import annotations

from collections.abc import Callable

from smoothdistill_core.components import Part
from smoothdistill_core.formula import readable
from smoothdistill_core.recipe.defaults import ACCURACY, ERRORS, ERRORS_OF_LOG, OF_PROBABILITIES, ORIGINAL_ACCURACY
from smoothdistill_core.results import Outcome
from smoothdistill_core.results.summary import Of
from smoothdistill_core.scaling import Scaling
from smoothdistill_core.wording.lists import listed

OF: dict[Of, str] = {"target": "", "log": " of log"}
"""What follows the name of a score: nothing for one of the target itself."""

HEADINGS = ERRORS | {metric: f"{name}{OF['log']}" for metric, name in ERRORS_OF_LOG.items()}
"""What stands above the columns of errors."""


def of_fitted(scaling: Scaling) -> str:
    """Return what follows the name of a score that is one of the target as it is fitted."""
    return OF["log" if scaling.transform == "log1p" else "target"]


def r2_in_words(outcome: Outcome, part: Part, write: Callable[[float], str]) -> str:
    """Write R2 of a formula: ``0.961``, or ``0.912 of price and 0.961 of log(1 + price)``."""
    fitted, scaling = write(outcome.score(ACCURACY, part)), outcome.scaling
    if scaling.transform != "log1p":
        return fitted
    target = readable(scaling.target)
    of_log = f"{fitted} of log(1 + {target})"
    if (part, ORIGINAL_ACCURACY) not in outcome.scores:
        return of_log
    return f"{write(outcome.score(ORIGINAL_ACCURACY, part))} of {target} and {of_log}"


def accuracy_in_words(outcome: Outcome, part: Part, write: Callable[[float], str], r2: str = "R2") -> str:
    """Write R2 of a formula; of a probability what tells more of it before: ``log-loss 0.52, AUC 0.82, ..., R2 0.30``.

    ``r2`` is what R2 is called.
    """
    names = OF_PROBABILITIES if outcome.scaling.classes is not None else {}
    known = {name: outcome.scores[part, metric] for metric, name in names.items() if (part, metric) in outcome.scores}
    said = [f"{name} {write(score)}" for name, score in known.items()]
    return ", ".join([*said, f"{r2} {r2_in_words(outcome, part, write)}"])


def errors_in_words(outcome: Outcome, part: Part, write: Callable[[float], str]) -> str:
    """Write the errors of a formula, ``RMSE 1,230 and MAE 740 in units of price``; empty where none was measured."""
    scores, target = outcome.scores, readable(outcome.scaling.target)
    found = [f"{name} {write(scores[part, metric])}" for metric, name in ERRORS.items() if (part, metric) in scores]
    return f"{listed(found)} in units of {target}" if found else ""
