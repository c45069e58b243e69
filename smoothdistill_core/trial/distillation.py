"""`distil_student`: one student imitates one teacher; its formulas verified, refitted, explained and scored."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import (
    Candidate,
    Deadline,
    DistillationTask,
    Metric,
    Student,
    Teacher,
    TrainedTeacher,
)
from smoothdistill_core.errors import FormulaError, PluginError
from smoothdistill_core.explanation import ROUNDED, Explanation
from smoothdistill_core.formula import Formula, first_pole, rounded
from smoothdistill_core.formula.constants import constants
from smoothdistill_core.formula.formula import check_size
from smoothdistill_core.formula.likelihood import smoothed
from smoothdistill_core.formula.nodes import Node
from smoothdistill_core.preparation import Split, SplitFacts
from smoothdistill_core.recipe import Distil
from smoothdistill_core.scaling import Scaling
from smoothdistill_core.searching import refitted
from smoothdistill_core.searching.refit import EVALUATIONS
from smoothdistill_core.trial.edges import Edges
from smoothdistill_core.trial.keeping import Keeping
from smoothdistill_core.trial.log_odds import has_log_odds
from smoothdistill_core.trial.nothing_left import nothing_left
from smoothdistill_core.trial.row_errors import block_errors, log_loss_errors, squared_errors
from smoothdistill_core.trial.rows_to_imitate import RowsToImitate, rows_to_imitate, validation_rows
from smoothdistill_core.trial.scoring import Scores, score_all
from smoothdistill_core.trial.trial import Failure, Trial, failure
from smoothdistill_core.trial.verification import verify, verify_annotations
from smoothdistill_core.trial.what_is_left import what_is_left

Array = NDArray[np.float64]

ROUNDING_ROWS = 2_000
"""Rounding looks at this many training rows."""

AFTERWARDS = 0.1
"""The share of a time limit in which what a search found is checked, fitted and scored, if that is enough."""

AFTERWARDS_ON_ROWS = 0.2, 1e-5
"""It takes so many seconds, and so many a row; but never more than half of a limit is kept for it."""

STEPS = 5
"""So many sets of constants are tried on all rows, from those that fit a sample of them."""


@dataclass(frozen=True)
class FrontEntry:
    """One formula of a front: as it was found, and in the data's own units.

    ``formula`` is over standardised inputs and predicts the standardised target; ``explained`` computes the same in the
    data's own units; ``rounded`` is ``explained`` with the fewest parts and digits that keep R2 on the training rows
    within a thousandth. ``pole`` is the part of it that can lack a value within the range of the inputs, as text, or
    where its value is out of proportion there (see `Edges`), or empty. ``errors`` are those of the validation rows
    (`smoothdistill_core.trial.row_errors`), or of blocks of them, each times its row's weight; none where there is no
    such part. ``notes`` are the student's; ``standard_errors`` those of the constants of ``formula`` in their order,
    NaN for one that was not estimated, None where none was or where the constants are not the student's any more.
    """

    formula: Formula
    scores: Scores
    explained: Formula
    rounded: Formula
    pole: str = ""
    errors: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()
    standard_errors: tuple[float, ...] | None = None

    @property
    def nodes(self) -> int:
        """How large a person finds it: the nodes of what is shown, in the data's own units.

        A product of inputs has three there; over standardised inputs, which are further from 0, it has eleven.
        """
        return self.rounded.complexity

    def breaks_units(self, scaling: Scaling) -> str:
        """Say where the formula breaks the units of the data, empty where it does not or none is known."""
        check = Explanation(self.explained, scaling, self.rounded).units
        return "" if check is None else check.breaks


@dataclass(frozen=True)
class StudentResult:
    """The formulas that a student found, in the student's order.

    ``stopped_after`` is the time limit in seconds that ended its search; None where that was done before. Where one of
    the formulas of a search on the data has no pole and leaves nothing that is worth another search, there is
    ``nothing_left``.
    """

    front: tuple[FrontEntry, ...]
    facts: SplitFacts
    seconds: float
    stopped_after: float | None = None
    nothing_left: bool = False


def distil_student(
    trial: Trial,
    student: Student,
    metrics: Sequence[Metric],
    teacher: Teacher | None = None,
    weights: bytes = b"",
    threads: int = 1,
    distil: Distil | None = None,
    interim: Callable[[StudentResult], None] | None = None,
) -> StudentResult | Failure:
    """Let a student imitate a saved teacher, or fit the training data itself where ``teacher`` is None.

    A time limit (``distil.seconds``) reaches it as the deadline of its task, whoever runs this function; a search that
    it ends is cut. Where there is one, ``interim`` is handed what a student keeps on its way, as a search that was cut.
    """
    began = time.monotonic()
    distil = distil or Distil()
    try:
        split = trial.split()
        scaling = split.facts.scaling
        model = None if teacher is None else teacher.load(weights)
        rows = rows_to_imitate(split, model, distil, trial.seed)
        limit = math.inf if distil.seconds is None else distil.seconds - (time.monotonic() - began)
        afterwards = _afterwards(limit, split)
        # first the search ends, then pruning, then fitting; what is left is for scoring
        deadline, pruning, fitting = (Deadline(limit - part * afterwards) for part in (1.0, 0.75, 0.5))
        apart = validation_rows(split, model)

        def keep(candidates: Sequence[Candidate]) -> None:
            _check(candidates, rows.X, student.name)
            front = _front([(each.formula, each) for each in candidates], split, metrics, model)
            if interim is not None:
                interim(StudentResult(front, split.facts, time.monotonic() - began, distil.seconds))

        # a student may do with its arrays what it likes: the rows themselves are what its formulas are verified on
        task = DistillationTask(
            X=rows.X.copy(),
            y=rows.y.copy(),
            weights=None if rows.weights is None else rows.weights.copy(),
            seed=trial.seed,
            threads=threads,
            teacher=model,
            scaling=scaling,
            validation=None if apart is None else apart[:2],
            validation_weights=None if apart is None else apart[2],
            deadline=deadline,
            names=tuple(scaling.names),
            units=scaling.units,
            labels=rows.data.copy() if model is None and has_log_odds(split.facts) else None,
        )
        if interim is not None and distil.seconds is not None:
            task = replace(task, keep=Keeping(keep))
        candidates = list(student.distil(task))
        _check(candidates, rows.X, student.name)
        found = [(candidate.formula, candidate) for candidate in candidates]
        by_likelihood = has_log_odds(split.facts) and distil.refit == "data"
        fitted_to = _fitted_to(rows, distil, by_likelihood)
        if distil.refit != "none":
            found = [
                (
                    formula if fitting.is_over() else _refitted(formula, *fitted_to, scaling, log_odds=by_likelihood),
                    candidate,
                )
                for formula, candidate in found
            ]
        if distil.prune and not pruning.is_over():
            shown = (rows.X, rows.y, rows.weights) if by_likelihood else fitted_to
            left = what_is_left([formula for formula, _ in found], *shown, scaling, pruning)
            if by_likelihood:
                left = [f if fitting.is_over() else _refitted(f, *fitted_to, scaling, log_odds=True) for f in left]
            found += [(formula, Candidate(formula, formula.predict)) for formula in left]
        train = split.parts["train"]
        if distil.refit == "data" and len(train.X) > len(rows.data):  # a search saw a sample; constants are of all rows
            y = smoothed(train.y, train.weights) if by_likelihood else train.y
            refit = partial(_refitted, log_odds=by_likelihood)
            found = [
                (f if fitting.is_over() else refit(f, train.X, y, train.weights, scaling, STEPS), candidate)
                for f, candidate in found
            ]
        front = _front(found, split, metrics, model)
        safe = ((entry.formula, entry.nodes) for entry in front if not entry.pole)
        searched = teacher is None and not student.baseline and not has_log_odds(split.facts)
        enough = searched and nothing_left(safe, split)
    except Exception as error:  # noqa: BLE001 whatever a plugin raises is this cell's failure, not the study's
        return failure(error, began, student, *([] if teacher is None else [teacher]))
    stopped_after = distil.seconds if any(each.cut for each in (deadline, pruning, fitting)) else None
    return StudentResult(front, split.facts, time.monotonic() - began, stopped_after, enough)


def _afterwards(limit: float, split: Split) -> float:
    """Return the seconds of a limit that are for what comes after the search; none where there is no limit."""
    if math.isinf(limit):
        return 0.0
    once, a_row = AFTERWARDS_ON_ROWS
    return max(AFTERWARDS * limit, min(limit / 2, once + a_row * sum(split.facts.rows.values())))


def _check(candidates: Sequence[Candidate], X: Array, student: str) -> None:
    """Raise unless there are candidates, and each is one that computes what its student computes."""
    if not candidates:
        raise PluginError(f"student {student!r} returned no formula")
    for candidate in candidates:
        if not isinstance(candidate, Candidate):
            raise PluginError(f"student {student!r} returned {candidate!r} where a Candidate belongs")
        verify(candidate, X, student)
        verify_annotations(candidate, student)


def _refitted(
    formula: Formula,
    X: Array,
    y: Array,
    weights: Array | None,
    scaling: Scaling,
    evaluations: int = EVALUATIONS,
    *,
    log_odds: bool = False,
) -> Formula:
    """Return the formula with the constants that fit rows best.

    They are fitted where the formula has fewer: a law that was found in the data's own units stays one, which an
    offset, or an input's mean that is free, would spoil.
    """
    law = scaling.raw_formula(formula)
    if len(constants(law)) >= len(constants(formula)):
        return refitted(formula, X, y, weights, evaluations=evaluations, log_odds=log_odds)
    target = scaling.as_fitted(y)
    fitted = refitted(law, scaling.raw(X), target, weights, rescale=False, evaluations=evaluations, log_odds=log_odds)
    return formula if fitted == law else scaling.standardised_formula(fitted)


def _fitted_to(rows: RowsToImitate, distil: Distil, by_likelihood: bool) -> tuple[Array, Array, Array | None]:
    """Return the rows, targets and weights that constants are fitted to, as the recipe wants it."""
    if distil.refit == "data":
        return rows.X[: len(rows.data)], smoothed(rows.data, rows.own) if by_likelihood else rows.data, rows.own
    return rows.X, rows.y, rows.weights


def _unlike(found: Sequence[tuple[Formula, Candidate]]) -> list[tuple[Formula, Candidate]]:
    """Return the formulas that are not equal to one before, each with the candidate that it was first made of."""
    first: dict[tuple[Node, ...], tuple[Formula, Candidate]] = {}
    for formula, candidate in found:
        first.setdefault(formula.nodes, (formula, candidate))
    return list(first.values())


def _front(
    found: Sequence[tuple[Formula, Candidate]],
    split: Split,
    metrics: Sequence[Metric],
    teacher: TrainedTeacher | None,
) -> tuple[FrontEntry, ...]:
    """Return what is stored of formulas, each of which was made of a candidate."""
    explained = _explained(_unlike(found), split)
    scores = score_all([formula for formula, _, _ in explained], split, metrics, teacher=teacher)
    edges = Edges.of(split)
    return tuple(_entry(*each, known, edges) for each, known in zip(explained, scores, strict=True))


def _explained(
    found: Sequence[tuple[Formula, Candidate]], split: Split
) -> list[tuple[Formula, Candidate, Explanation]]:
    """Return the formulas that compute in the data's own units what they were found to compute, each with its text.

    Huge constants that cancel out (a category that is switched off by an exponential of billions) lose their digits in
    other units: such a formula is left out, as is one of more nodes than are stored. Raises `FormulaError` where no
    other is left.
    """
    explained, lost = [], None
    for formula, candidate in found:
        explanation = Explanation.of(formula, split.facts.scaling)
        try:
            check_size(explanation.formula)
            explanation.check(formula, split.parts["train"].X)
        except FormulaError as error:
            lost = error
        else:
            explained.append((formula, candidate, explanation))
    if lost is not None and not explained:
        raise lost
    return explained


def _entry(
    formula: Formula, candidate: Candidate, explanation: Explanation, scores: Scores, edges: Edges
) -> FrontEntry:
    split = edges.split
    scaling, train = split.facts.scaling, split.parts["train"]
    few = slice(ROUNDING_ROWS)
    weights = None if train.weights is None else train.weights[few]
    short = _rounded(explanation, scaling.raw(train.X[few]), train.y[few], weights)
    pole = first_pole(scaling.raw_formula(formula) if scaling.classes else explanation.formula, scaling.box)
    return FrontEntry(
        formula,
        scores,
        explanation.formula,
        short,
        edges.passed_by(formula) if pole is None else pole.text(scaling.names, digits=4),
        _errors(formula, split),
        tuple(candidate.notes),
        _standard_errors(formula, candidate),
    )


def _rounded(explanation: Explanation, X: Array, y: Array, weights: Array | None) -> Formula:
    """Return what one reads; in a formula of a probability it is the log-odds whose R2 may fall a little.

    ``X`` (n, d) are inputs in the data's own units, ``y`` (n,) standardised targets, ``weights`` (n,) of the rows.
    """
    scaling = explanation.scaling
    if scaling.classes is None:
        return rounded(explanation.formula, X, scaling.restore(y), ROUNDED, weights)
    log_odds = scaling.before_restored(explanation.formula)
    if not log_odds.inputs:
        return scaling.restored(Formula.constant(float(f"{log_odds.predict(X[:1])[0]:.3g}")))
    return scaling.restored(rounded(log_odds, X, log_odds.predict(X), ROUNDED, weights))


def _standard_errors(formula: Formula, candidate: Candidate) -> tuple[float, ...] | None:
    """Return those of the student, where the constants are still its own."""
    if candidate.standard_errors is None or formula.nodes != candidate.formula.nodes:
        return None
    return tuple(float(error) for error in candidate.standard_errors)


def _errors(formula: Formula, split: Split) -> tuple[float, ...]:
    if "validation" not in split.parts:
        return ()
    rows = split.parts["validation"]
    prediction = formula.predict(rows.X)
    if has_log_odds(split.facts):
        train = split.parts["train"]
        return block_errors(log_loss_errors(prediction, rows.y, train.y, train.weights), rows.weights)
    return block_errors(squared_errors(prediction, rows.y), rows.weights)
