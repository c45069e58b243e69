"""What a student promises: the same task gives the same formulas, which compute what it predicts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from smoothdistill_core.components import Candidate, Deadline, DistillationTask, Student
from smoothdistill_core.errors import FormulaError, PluginError
from smoothdistill_core.formula import Formula
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.testing import options
from smoothdistill_core.testing.contracts import Check, ConformanceError, Contract
from smoothdistill_core.testing.ordinary_search import ordinary_search, where_it_succeeds
from smoothdistill_core.testing.surroundings import changes_made_by, shaken
from smoothdistill_core.trial import verify, verify_annotations
from smoothdistill_core.units import DataUnits, Unit

ROWS = 40

CANDIDATES = Contract(
    "distil(task) returns a sequence of at least one Candidate, each with a Formula over the inputs of the task",
    "return [Candidate(formula, predict), ...] and build the formula with Formula.variable, .constant and .apply",
)
OVER = Contract(
    "distil(task) returns what it has where task.deadline is over, and that is at least one Candidate",
    "look at task.deadline.is_over() between the steps of the search, after the first that gives a formula",
)
DETERMINISTIC = Contract(
    "the same task gives the same formulas, whatever the process did before",
    "seed every random generator from task.seed alone, and keep nothing from one call to the next",
)
ANNOTATED = Contract(
    "what a candidate says of its formula is sound: notes are a tuple of sentences, standard_errors are one number a "
    "constant",
    'write notes=("ended after 30 s",), with a comma for one, and give standard_errors in the order of the formula',
)
FULL = Contract(
    "a task with everything that a task can hold is taken like one without",
    "read the fields that you know by name (task.X), and count on none that may be None",
)
WEIGHED = Contract(
    "a student that weighs rows finds what is nearer to heavy rows than what it finds where these are light",
    "weigh squared errors by task.weights where candidates are fitted and compared; else leave `weighs_rows` out",
)
PREDICTS = Contract(
    "a formula computes exactly what the student's own predict computes, also far from the training rows",
    "convert node by node; a protected operator of the library is the protected operator of the tree, and the "
    "formula's constants are the library's own, not rounded",
)
COMPLEXITY = Contract(
    "the complexity of a formula is the number of nodes of its tree, and the tree can be stored and read",
    "return a plain Formula and let it count its own nodes",
)
ANY_TASK = "any finite task gives a formula that is finite on the rows shown, or is refused with a remedy"
REFUSE = "handle the case, or raise DataError with what is wrong and what would be right"
CONSTANT = Contract(f"{ANY_TASK}: here a constant target", f"do not divide by the target's spread; {REFUSE}")
ONE_FEATURE = Contract(f"{ANY_TASK}: here one feature", f"take the number of inputs from task.X.shape[1]; {REFUSE}")
ONE_ROW = Contract(f"{ANY_TASK}: here one row", f"do not split or fold without counting the rows; {REFUSE}")
WIDE = Contract(f"{ANY_TASK}: here 300 features", f"name the inputs x0 to x299 for the library; {REFUSE}")
OUTLIERS = Contract(
    f"{ANY_TASK}: here a target with outliers of 10,000 standard deviations",
    f"guard what overflows, and let candidates that are not finite lose; {REFUSE}",
)
ALONE = Contract(
    "a student leaves the process as it was: no global random state, no setting, no variable, no printing",
    "use own generators (numpy.random.default_rng(task.seed)), and put settings back with context managers "
    "(numpy.errstate, warnings.catch_warnings)",
)
INPUTS = Contract(
    "a student does not change the arrays of its task, its validation rows among them", "work on copies: task.X.copy()"
)


def task(rows: int = ROWS, features: int = 3, seed: int = 0) -> DistillationTask:
    """Return a task with standardised inputs (rows, features) and a smooth target."""
    X = np.random.default_rng([rows, features]).normal(size=(rows, features))
    return DistillationTask(X, X[:, 0] + 0.5 * X[:, -1] ** 2, seed=seed)


def full_task() -> DistillationTask:
    """Return the same task with validation rows, a deadline, names, the way to the data's own units, earlier formulas.

    Weights and a teacher are not among it: a student may refuse them.
    """
    given, rows = task(), task(rows=20, seed=1)
    features = tuple(Feature(column, None, 1.0, 2.0, -7.0, 9.0) for column in "abc")
    return replace(
        given,
        scaling=Scaling(features, "y", "none", 1.0, 2.0),
        validation=(rows.X, rows.y),
        deadline=Deadline(600.0),
        names=("a", "b", "c"),
        units=DataUnits((Unit("m"), Unit("s"), None), Unit("m/s")),
        earlier=(Formula.variable(0),),
    )


def _ordinary(component: Student) -> list[Candidate]:
    return _distilled(component, task(), CANDIDATES)


unless_distil_fails = where_it_succeeds(_ordinary, "check_returns_candidates")


def check_returns_candidates(component: Student) -> None:
    """Check that there is at least one candidate, and that each is one."""
    if broken := ordinary_search(component, _ordinary).broken:
        raise broken


@unless_distil_fails
def check_is_deterministic(component: Student) -> None:
    """Check that equal tasks give equal formulas while the global random states differ."""
    found = []
    for global_seed in (1, 2):
        with shaken(global_seed):
            found.append([str(candidate.formula) for candidate in _distilled(component, task(), DETERMINISTIC)])
    if found[0] != found[1]:
        raise DETERMINISTIC.broken(component, f"the first time {_few(found[0])}, the second time {_few(found[1])}")


@unless_distil_fails
def check_notes_and_standard_errors(component: Student) -> None:
    """Check what the candidates say of their formulas."""
    for candidate in ordinary_search(component, _ordinary).candidates:
        try:
            verify_annotations(candidate, component.name)
        except PluginError as error:
            raise ANNOTATED.broken(component, str(error)) from error


@unless_distil_fails
def check_takes_a_full_task(component: Student) -> None:
    """Check that a task with everything gives candidates, and that its arrays are as before."""
    given, untouched = full_task(), full_task()
    _distilled(component, given, FULL)
    if given.validation is None or untouched.validation is None:
        return
    for name, found, expected in zip(("X", "y"), given.validation, untouched.validation, strict=True):
        if not np.array_equal(found, expected):
            raise INPUTS.broken(component, f"distil changed the {name} of task.validation")


@unless_distil_fails
def check_a_deadline_that_is_over(component: Student) -> None:
    """Check that a search without any time returns a formula all the same."""
    _distilled(component, replace(task(), deadline=Deadline(0.0)), OVER)


@unless_distil_fails
def check_counts_rows_by_their_weights(component: Student) -> None:
    """Check on rows that contradict one another that what says it weighs rows is nearer to the heavy ones."""
    if not component.weighs_rows:
        return
    given, heavy = task(), np.arange(ROWS) % 2 == 0
    y = np.where(heavy, 1.0 + given.X[:, 0], -1.0 - given.X[:, 0])
    shares = [np.where(rows, 1.98, 0.02) for rows in (heavy, ~heavy)]
    found = [_distilled(component, replace(given, y=y, weights=weights.copy()), WEIGHED) for weights in shares]
    for place, weights in enumerate(shares):
        own, other = (
            min(float(weights @ (candidate.formula.predict(given.X) - y) ** 2) for candidate in candidates)
            for candidates in (found[place], found[1 - place])
        )
        if not own < other:
            said = f"by the weights that it was given its squared error is {own:.3g}, and by others {other:.3g}"
            raise WEIGHED.broken(component, said)


@unless_distil_fails
def check_formula_equals_predict(component: Student) -> None:
    """Check on ordinary, wide and extreme tasks that the formula is what the student predicts."""
    found = [(task(), ordinary_search(component, _ordinary).candidates)]
    for given in (task(features=300), _with_outliers()):
        with suppress(ConformanceError):  # the check of that case says so
            found.append((given, _candidates_or_refusal(component, given, PREDICTS)))
    for given, candidates in found:
        for candidate in candidates:
            try:
                verify(candidate, given.X, component.name)
            except FormulaError as error:
                raise PREDICTS.broken(component, f"{error} (formula: {_few([str(candidate.formula)])})") from error


@unless_distil_fails
def check_complexity_is_honest(component: Student) -> None:
    """Check that a formula's complexity is its number of nodes, and that it survives being stored."""
    for candidate in ordinary_search(component, _ordinary).candidates:
        with COMPLEXITY.kept_by(component, "storing its formula"):
            stored = candidate.formula.to_json()
            again = Formula.from_json(stored)
        nodes = len(json.loads(stored))
        if candidate.formula.complexity != nodes:
            said = candidate.formula.complexity
            raise COMPLEXITY.broken(
                component, f"{candidate.formula} has {nodes} nodes and says its complexity is {said}"
            )
        if again.nodes != candidate.formula.nodes:
            raise COMPLEXITY.broken(component, f"{candidate.formula} comes back from the store as {again}")


@unless_distil_fails
def check_constant_target(component: Student) -> None:
    """Check a target that has one value only."""
    given = task()
    _check_finite(component, DistillationTask(given.X, np.full(ROWS, 0.1), seed=0), CONSTANT)


@unless_distil_fails
def check_one_feature(component: Student) -> None:
    """Check one input."""
    _check_finite(component, task(features=1), ONE_FEATURE)


@unless_distil_fails
def check_one_row(component: Student) -> None:
    """Check one row."""
    _check_finite(component, task(rows=1), ONE_ROW)


@unless_distil_fails
def check_300_features(component: Student) -> None:
    """Check more inputs than rows, and than letters."""
    _check_finite(component, task(features=300), WIDE)


@unless_distil_fails
def check_outliers(component: Student) -> None:
    """Check a target with outliers on both sides."""
    _check_finite(component, _with_outliers(), OUTLIERS)


@unless_distil_fails
def check_leaves_the_process_alone(component: Student) -> None:
    """Check that no global state or random state is touched, and nothing printed."""
    changed = changes_made_by(lambda: _distilled(component, task(), ALONE))
    if changed:
        raise ALONE.broken(component, f"distil changed {', '.join(changed)}")


@unless_distil_fails
def check_leaves_its_inputs_alone(component: Student) -> None:
    """Check that the task's arrays are as before, after distilling and after predicting."""
    given, untouched = task(), task()
    for candidate in _distilled(component, given, INPUTS):
        with INPUTS.kept_by(component, "predict"):
            candidate.predict(given.X)
    for name in ("X", "y"):
        if not np.array_equal(getattr(given, name), getattr(untouched, name)):
            raise INPUTS.broken(component, f"distil changed task.{name}")


CHECKS: tuple[Check, ...] = (
    *options.CHECKS,
    check_returns_candidates,
    check_is_deterministic,
    check_notes_and_standard_errors,
    check_takes_a_full_task,
    check_a_deadline_that_is_over,
    check_counts_rows_by_their_weights,
    check_formula_equals_predict,
    check_complexity_is_honest,
    check_constant_target,
    check_one_feature,
    check_one_row,
    check_300_features,
    check_outliers,
    check_leaves_the_process_alone,
    check_leaves_its_inputs_alone,
)
"""All checks of students."""


def _candidates_or_refusal(component: Student, given: DistillationTask, contract: Contract) -> list[Candidate]:
    """Return the candidates for a task that a student may refuse; none where it does."""
    rows, features = given.X.shape
    doing = f"distil with {rows} rows of {features} features"
    found = contract.kept_or_refused(component, doing, lambda: list(component.distil(given)))
    return [] if found is None else _checked(component, given, found)


def _distilled(component: Student, given: DistillationTask, contract: Contract) -> list[Candidate]:
    """Return the candidates for an ordinary task, which no student may refuse."""
    with contract.kept_by(component, "distil"):
        found = list(component.distil(given))
    return _checked(component, given, found)


def _checked(component: Student, given: DistillationTask, candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates, which are some and are sound: without that, nothing else can be checked."""
    if not candidates:
        raise CANDIDATES.broken(component, "distil returned no candidate")
    for candidate in candidates:
        if not isinstance(candidate, Candidate) or not isinstance(candidate.formula, Formula):
            raise CANDIDATES.broken(component, f"distil returned {_few([repr(candidate)])}")
        if not callable(candidate.predict):
            raise CANDIDATES.broken(component, f"the predict of a candidate is {candidate.predict!r}, no function")
        if max(candidate.formula.inputs, default=-1) >= given.X.shape[1]:
            formula = _few([str(candidate.formula)])
            raise CANDIDATES.broken(component, f"of {given.X.shape[1]} inputs, x0 and on, it made {formula}")
    return candidates


def _check_finite(component: Student, given: DistillationTask, contract: Contract) -> None:
    for candidate in _candidates_or_refusal(component, given, contract):
        with contract.kept_by(component, "evaluating its formula"):
            finite = np.isfinite(candidate.formula.predict(given.X)).all()
        if not finite:
            formula = _few([str(candidate.formula)])
            raise contract.broken(component, f"the formula {formula} is not finite on the rows that distil was shown")


def _with_outliers() -> DistillationTask:
    given = task()
    y = given.y.copy()
    y[:2] = 1e4, -1e4
    return DistillationTask(given.X, y, seed=0)


def _few(formulas: Sequence[str]) -> str:
    text = "; ".join(formulas)
    return text if len(text) <= 300 else f"{text[:300]}..."
