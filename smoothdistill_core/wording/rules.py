"""Why a formula was chosen, in words: one clause for each rule of ``choose.formula``; and what refuses others."""

from __future__ import annotations

from smoothdistill_core.recipe import Choose
from smoothdistill_core.recipe.defaults import ACCURACY
from smoothdistill_core.results.formula_choice import rule_of


def judged_by(choose: Choose) -> str:
    """Say by what of theirs formulas are chosen.

    >>> f"by its {judged_by(Choose())}", f"by their {judged_by(Choose(score='fidelity'))}"
    ('by its errors', 'by their fidelity to the teacher')
    """
    return "errors" if choose.score == ACCURACY else "fidelity to the teacher"


def chosen_as(choose: Choose) -> str:
    """Say what the recommended formula is among all that were found."""
    best, score, of = "most accurate", "R2", ""
    if choose.score != ACCURACY:
        best, score, of = "most faithful to the teacher", choose.score, " against the teacher"
    clauses = {
        "shortest": "the shortest that is not worse than the most accurate by more than chance",
        "best": f"the {best}",
        "simplest": f"the shortest that loses at most {choose.within:g} of {score} against the {best}",
        "knee": "the one from which on more nodes gain little",
        "description_length": f"the one that takes the least bits with its errors{of}",
    }
    return f"{clauses[rule_of(choose)]}, on the {choose.part} part"


def rules_of_refusal(choose: Choose) -> str:
    """Name the options by which formulas are refused."""
    return ", ".join(["choose.poles", "choose.units", *(["choose.monotone"] if choose.monotone.directions else [])])
