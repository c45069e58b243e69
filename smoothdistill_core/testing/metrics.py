"""What a metric promises: a number that is right about perfect, constant and broken predictions."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from smoothdistill_core.components import Measure, Metric, Model, ScoringContext
from smoothdistill_core.formula import Formula
from smoothdistill_core.testing import options
from smoothdistill_core.testing.contracts import Check, Contract
from smoothdistill_core.testing.surroundings import changes_made_by, shaken
from smoothdistill_core.testing.tiny import LinearTeacher

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

ROWS = 40

DIRECTION = Contract(
    "direction is 'higher' or 'lower' and says which way is better: perfect predictions are not worse than constant",
    "set the class variable `direction` to the other word, or change the sign of the score",
)
WORDS = Contract(
    "measures is a word of Measure, and of says what has a score: 'both', 'formulas' or 'teachers'",
    'take the words from the documentation of Metric; a metric without meaning for teachers says `of = "formulas"`',
)
TEACHER = Contract(
    "needs_teacher says whether the score of a distilled formula depends on its teacher",
    "set the class variable `needs_teacher = True`, or leave it out",
)
WEIGHED = Contract(
    "a metric that weighs rows counts a row of weight 2 as two rows",
    "take context.mean(values) for the mean over rows, and context.weights for sums; else leave `weighs_rows` out",
)
NUMBER = Contract(
    "score returns a float, or None where the score has no meaning",
    "wrap the result in float(...), which turns numpy's numbers of any precision into Python's",
)
CONSTANT = Contract(
    "perfect and constant predictions, and a constant target, have a finite score or None",
    "return None where a spread is 0 and the score has no meaning, or the value that a convention gives",
)
NOT_FINITE = Contract(
    "predictions or gradients that are not finite give nan, inf or None, without exception or numpy warning",
    "drop and clip nothing (no nanmean, no max(0, ...)), and compute within numpy.errstate(all='ignore')",
)
DETERMINISTIC = Contract("the same model and data have the same score", "draw no random numbers, and keep nothing")
INPUTS = Contract("a metric does not change the arrays of its context", "work on copies: context.y.copy()")
ALONE = Contract(
    "a metric leaves the process as it was: no global random state, no setting, no printing",
    "put settings back with context managers (numpy.errstate, warnings.catch_warnings)",
)


def context(
    prediction: Array, y: Array | None = None, model: Model | None = None, slope: float = 1.0, taught: bool = True
) -> ScoringContext:
    """Return a context on 40 rows of 2 inputs, whose gradient is ``slope`` everywhere.

    The default model is a formula, which imitates a teacher if ``taught``; the target is `target()`.
    """
    X = _inputs()
    teacher = LinearTeacher([0.8, -0.6]) if taught else None
    return ScoringContext(
        model=model or Formula.linear([0.8, -0.6], 0.0),
        part="test",
        X=X,
        y=target() if y is None else y,
        prediction=prediction,
        restore=lambda values: 3.0 * values + 2.0,
        gradient=lambda: np.full(X.shape, slope),
        teacher=teacher,
        teacher_prediction=None if teacher is None else teacher.predict(X),
        teacher_gradient=None if teacher is None else lambda: teacher.gradient(X),
    )


def target() -> Array:
    """Return the target of the contexts, which their teacher knows exactly."""
    return LinearTeacher([0.8, -0.6]).predict(_inputs())


def check_direction(component: Metric) -> None:
    """Check that perfect predictions are at least as good as constant ones, for the same model."""
    direction: Any = getattr(component, "direction", None)
    if direction not in ("higher", "lower"):
        raise DIRECTION.broken(component, f"its direction is {direction!r}")
    for subject, settings in _subjects():
        perfect = _score(component, DIRECTION, context(target(), **settings))
        constant = _score(component, DIRECTION, context(_constant(), **settings))
        if perfect is not None and constant is not None:
            worse = perfect < constant if direction == "higher" else perfect > constant
            if worse:
                found = f"for {subject}, {direction} is better, and perfect predictions have {perfect:g}"
                raise DIRECTION.broken(component, f"{found}, constant ones {constant:g}")


def check_says_what_it_measures(component: Metric) -> None:
    """Check the words that tables and figures go by, and that a metric which scores no teacher says so."""
    measures, of = getattr(component, "measures", None), getattr(component, "of", None)
    if measures not in list(Measure):
        raise WORDS.broken(component, f"it measures {measures!r}, which is none of {', '.join(Measure)}")
    if of not in ("both", "formulas", "teachers"):
        raise WORDS.broken(component, f"it is of {of!r}")
    found = [_score(component, WORDS, context(0.5 * target(), **settings)) for _, settings in _subjects()]
    if of != "formulas" and found[-1] is None and found != [None] * len(found):
        raise WORDS.broken(component, f"it is of {of!r}, and has no score for a teacher")
    if of != "teachers" and found[:-1] == [None, None] and found[-1] is not None:
        raise WORDS.broken(component, f"it is of {of!r}, and has no score for a formula")


def check_needs_the_teacher_that_it_looks_at(component: Metric) -> None:
    """Check that what says it needs no teacher scores a formula alike with one and without."""
    if component.needs_teacher:
        return
    found = [_score(component, TEACHER, context(0.5 * target(), taught=taught)) for taught in (True, False)]
    if found[0] != found[1]:
        raise TEACHER.broken(component, f"with a teacher the score is {found[0]}, without one {found[1]}")


def check_weighs_rows_as_if_they_were_repeated(component: Metric) -> None:
    """Check that what says it weighs rows scores rows of whole weights as it scores them repeated."""
    if not component.weighs_rows:
        return
    times = np.arange(ROWS) % 4
    weights = times[times > 0] * (ROWS / times.sum())
    for subject, settings in _subjects():
        plain = context(0.5 * target() + 0.1 * _inputs()[:, 0] ** 2, **settings)
        given = weights.copy()
        weighed = _score(component, WEIGHED, _rows(plain, np.flatnonzero(times), given))
        if not np.array_equal(given, weights):
            raise INPUTS.broken(component, "score changed context.weights")
        repeated = _score(component, WEIGHED, _rows(plain, np.repeat(np.arange(ROWS), times)))
        if not np.allclose([weighed or 0.0], [repeated or 0.0], rtol=1e-9, atol=1e-12):
            raise WEIGHED.broken(component, f"for {subject}, weighed it is {weighed}, repeated {repeated}")


def _rows(given: ScoringContext, places: NDArray[np.intp], weights: Array | None = None) -> ScoringContext:
    """Return a context on some of its rows, or on these repeated; slopes differ from row to row."""
    slopes, teacher = (1.0 + given.X**2)[places], given.teacher_prediction
    return replace(
        given,
        X=given.X[places],
        y=given.y[places],
        prediction=given.prediction[places],
        gradient=lambda: slopes,
        teacher_prediction=None if teacher is None else teacher[places],
        teacher_gradient=None if teacher is None else lambda: 0.5 * slopes**2,
        weights=weights,
    )


def check_returns_a_number(component: Metric) -> None:
    """Check that it is a float or None, for each kind of model."""
    for subject, settings in _subjects():
        value: Any = _score(component, NUMBER, context(0.5 * target(), **settings))
        if value is not None and not isinstance(value, float):
            raise NUMBER.broken(component, f"for {subject} it returned {value!r} ({type(value).__name__})")


def check_perfect_and_constant_predictions(component: Metric) -> None:
    """Check that it is finite or None, whichever of prediction and target is constant."""
    cases = {
        "perfect predictions": (target(), target()),
        "constant predictions": (_constant(), target()),
        "a constant target": (target(), _constant()),
        "constant predictions of a constant target": (_constant(), _constant()),
        "constant predictions of another constant": (_constant() + 1.0, _constant()),
    }
    for subject, settings in _subjects():
        for case, (prediction, y) in cases.items():
            value = _score(component, CONSTANT, context(prediction, y, **settings))
            if value is not None and not math.isfinite(value):
                raise CONSTANT.broken(component, f"for {subject}, {case} have the score {value}")


def check_predictions_that_are_not_finite(component: Metric) -> None:
    """Check that a score which depends on predictions or gradients is not finite where these are not."""
    for subject, settings in _subjects():
        usual = [
            _score(component, NOT_FINITE, context(prediction, slope=slope, **settings))
            for prediction, slope in ((target(), 1.0), (_constant(), 2.0))
        ]
        for bad in (math.nan, math.inf, -math.inf):
            some = target()
            some[::2] = bad
            for prediction in (some, np.full(ROWS, bad)):
                value = _score(component, NOT_FINITE, context(prediction, slope=bad, **settings))
                if usual[0] != usual[1] and value is not None and math.isfinite(value):
                    share = "half of the" if prediction is some else "all"
                    raise NOT_FINITE.broken(component, f"for {subject}, {share} predictions are {bad}: score {value:g}")


def check_is_deterministic(component: Metric) -> None:
    """Check that the score repeats while the global random states differ."""
    for subject, settings in _subjects():
        found = []
        for global_seed in (1, 2):
            with shaken(global_seed):
                found.append(_score(component, DETERMINISTIC, context(0.5 * target(), **settings)))
        if found[0] != found[1]:
            raise DETERMINISTIC.broken(component, f"for {subject}, it is first {found[0]}, then {found[1]}")


def check_leaves_its_inputs_alone(component: Metric) -> None:
    """Check that the context's arrays are as before."""
    for _, settings in _subjects():
        given, untouched = context(0.5 * target(), **settings), context(0.5 * target(), **settings)
        _score(component, INPUTS, given)
        for name in ("X", "y", "prediction", "teacher_prediction"):
            before, after = getattr(untouched, name), getattr(given, name)
            if before is not None and not np.array_equal(before, after):
                raise INPUTS.broken(component, f"score changed context.{name}")


def check_leaves_the_process_alone(component: Metric) -> None:
    """Check that no global state or random state is touched, and nothing printed."""
    changed = changes_made_by(lambda: _score(component, ALONE, context(0.5 * target())))
    if changed:
        raise ALONE.broken(component, f"score changed {', '.join(changed)}")


CHECKS: tuple[Check, ...] = (
    *options.CHECKS,
    check_direction,
    check_says_what_it_measures,
    check_needs_the_teacher_that_it_looks_at,
    check_weighs_rows_as_if_they_were_repeated,
    check_returns_a_number,
    check_perfect_and_constant_predictions,
    check_predictions_that_are_not_finite,
    check_is_deterministic,
    check_leaves_its_inputs_alone,
    check_leaves_the_process_alone,
)
"""All checks of metrics."""


def _subjects() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what is scored in a study: a distilled formula, one found on the data, and a teacher."""
    yield "a distilled formula", {}
    yield "a formula found on the data", {"taught": False}
    yield "a teacher", {"taught": False, "model": LinearTeacher([0.8, -0.6])}


def _inputs() -> Array:
    return np.random.default_rng(0).normal(size=(ROWS, 2))


def _constant() -> Array:
    return np.full(ROWS, target().mean())


def _score(component: Metric, contract: Contract, given: ScoringContext) -> float | None:
    with contract.kept_by(component, "score"), warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        return component.score(given)
