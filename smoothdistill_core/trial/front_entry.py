"""`front_of`: what is stored of the formulas of a search: verified, in the data's own units, rounded and scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.components import Candidate, Metric, TrainedTeacher
from smoothdistill_core.errors import FormulaError
from smoothdistill_core.explanation import ROUNDED, Explanation
from smoothdistill_core.formula import Formula, first_pole, rounded
from smoothdistill_core.formula.formula import check_size
from smoothdistill_core.formula.nodes import Node
from smoothdistill_core.preparation import Split
from smoothdistill_core.scaling import Scaling
from smoothdistill_core.searching.drawn import Places, drawn
from smoothdistill_core.trial.edges import Edges
from smoothdistill_core.trial.log_odds import has_log_odds
from smoothdistill_core.trial.row_errors import block_errors, log_loss_errors, squared_errors
from smoothdistill_core.trial.scoring import Scores, score_all

Array = NDArray[np.float64]

ROUNDING_ROWS = 2_000
"""Rounding looks at this many training rows at most, drawn by chance."""


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


def front_of(
    found: Sequence[tuple[Formula, Candidate]],
    split: Split,
    metrics: Sequence[Metric],
    teacher: TrainedTeacher | None,
) -> tuple[FrontEntry, ...]:
    """Return what is stored of formulas, each of which was made of a candidate."""
    explained = _explained(_unlike(found), split)
    scores = score_all([formula for formula, _, _ in explained], split, metrics, teacher=teacher)
    edges, seen = Edges.of(split), drawn(len(split.parts["train"].y), ROUNDING_ROWS)
    return tuple(_entry(*each, known, edges, seen) for each, known in zip(explained, scores, strict=True))


def _unlike(found: Sequence[tuple[Formula, Candidate]]) -> list[tuple[Formula, Candidate]]:
    """Return the formulas that are not equal to one before, each with the candidate that it was first made of."""
    first: dict[tuple[Node, ...], tuple[Formula, Candidate]] = {}
    for formula, candidate in found:
        first.setdefault(formula.nodes, (formula, candidate))
    return list(first.values())


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
    formula: Formula, candidate: Candidate, explanation: Explanation, scores: Scores, edges: Edges, seen: Places
) -> FrontEntry:
    split = edges.split
    scaling, train = split.facts.scaling, split.parts["train"]
    weights = None if train.weights is None else train.weights[seen]
    short = _rounded(explanation, scaling.raw(train.X[seen]), train.y[seen], weights)
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
