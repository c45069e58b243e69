"""Why a formula was chosen, in words: one clause for each rule of ``choose.formula``; and what refuses others."""

from __future__ import annotations

from smoothdistill_core.recipe import Choose
from smoothdistill_core.results.formula_choice import rule_of


def chosen_as(choose: Choose) -> str:
    """Say what the recommended formula is among all that were found."""
    clauses = {
        "shortest": "the shortest that is not worse than the most accurate by more than chance",
        "best": "the most accurate",
        "simplest": f"the shortest that loses at most {choose.within:g} of R2 against the most accurate",
        "knee": "the one from which on more nodes gain little",
        "description_length": "the one that takes the least bits with its errors",
    }
    return f"{clauses[rule_of(choose)]}, on the {choose.part} part"


def rules_of_refusal(choose: Choose) -> str:
    """Name the options by which formulas are refused."""
    return ", ".join(["choose.poles", "choose.units", *(["choose.monotone"] if choose.monotone.directions else [])])
