"""`FormulaOnPage`: a formula as the page shows it: typeset and rounded, with the exact text beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smoothdistill_core.components import Part
from smoothdistill_core.errors import FormulaError, printable
from smoothdistill_core.exports.text import meanings
from smoothdistill_core.formula import Operator, readable
from smoothdistill_core.recipe.defaults import FIDELITY
from smoothdistill_core.report.answer.pieces import Piece, pieces
from smoothdistill_core.report.run_page import RunPage
from smoothdistill_core.results import Outcome
from smoothdistill_core.results.strength_choice import highest
from smoothdistill_core.wording.accuracy import accuracy_in_words, errors_in_words
from smoothdistill_core.wording.constants import broken_in_words, constants_in_words
from smoothdistill_core.wording.lists import listed
from smoothdistill_core.wording.names import Names
from smoothdistill_core.wording.numbers import number, quantity
from smoothdistill_core.wording.origin import that_of

ARITHMETIC = frozenset({"add", "sub", "mul", "div", "neg", "inverse", "square", "cube"})
"""What a formula can be written with or without, whatever it says."""

LONGEST = 400
"""A formula with more nodes than this is shown as text: typeset it would fill pages."""


@dataclass(frozen=True)
class FormulaOnPage:
    """One formula: what it is called, where it comes from, its scores, and three ways to read it.

    ``left_out`` are the inputs and functions of the exact formula that the rounded one has not. ``pieces`` are the
    rounded one, typeset; none where it is too long or too deep for that. ``accuracy`` and ``errors`` are its scores
    on a part of the data, in words. ``meanings`` are those of its less known operators, ``notes`` what its student
    says of it. ``constants`` says their units and standard errors, or ``breaks`` that it breaks the units of the data;
    each is empty where nothing is known.
    """

    label: str
    origin: str
    accuracy: str
    errors: str
    fidelity: float
    nodes: int
    pieces: Sequence[Piece]
    rounded: str
    exact: str
    meanings: list[str]
    pole: str
    notes: tuple[str, ...]
    left_out: str = ""
    constants: str = ""
    breaks: str = ""


def on_page(
    outcome: Outcome, label: str, names: Names, part: Part = "test", errors: Sequence[float] = ()
) -> FormulaOnPage:
    """Return a formula for the page, in the data's own units and names, with its scores on ``part``.

    ``errors`` are the standard errors of its constants, where they are known.
    """
    target = readable(outcome.scaling.shown)
    breaks = broken_in_words(outcome.units)
    return FormulaOnPage(
        label=label,
        origin=that_of(outcome, names),
        accuracy=accuracy_in_words(outcome, part, number, "R²"),
        errors=errors_in_words(outcome, part, quantity),
        fidelity=outcome.score(FIDELITY),
        nodes=outcome.nodes,
        pieces=_typeset(outcome),
        rounded=printable(f"{target} = {outcome.text}"),
        exact=printable(f"{target} = {outcome.explanation.text()}"),
        meanings=meanings(outcome.formula),
        pole=outcome.chosen.pole,
        notes=outcome.chosen.notes,
        left_out=_left_out(outcome),
        constants="" if breaks else constants_in_words(outcome, errors),
        breaks=breaks,
    )


def _left_out(outcome: Outcome) -> str:
    """Return what rounding took from a formula but numbers and arithmetic; empty where that is nothing."""
    exact, shown = outcome.chosen.explained, outcome.chosen.rounded
    inputs = [readable(outcome.scaling.names[place]) for place in sorted(set(exact.inputs) - set(shown.inputs))]
    functions, kept = ({node.name for node in one.nodes if isinstance(node, Operator)} for one in (exact, shown))
    return listed([*inputs, *sorted(functions - kept - ARITHMETIC)])


def _typeset(outcome: Outcome) -> Sequence[Piece]:
    """Return the pieces of the rounded formula; none for one that no page can show."""
    if outcome.chosen.rounded.complexity > LONGEST:
        return ()
    try:
        return pieces(outcome.chosen.rounded, outcome.scaling)
    except FormulaError:
        return ()


def best_of_each(dataset: str, page: RunPage) -> list[FormulaOnPage]:
    """Return the best formula of every method on a dataset, judged on the part that choices are made on."""
    choose = page.results.choose
    methods = page.methods.get(dataset, {})
    return [on_page(highest(group, choose), label, page.names) for label, group in methods.items()]
