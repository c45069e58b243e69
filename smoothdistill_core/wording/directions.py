"""Which directions of formulas are demanded, and proved, in words."""

from __future__ import annotations

from smoothdistill_core.formula import readable
from smoothdistill_core.recipe import Choose
from smoothdistill_core.recipe.monotone import Monotone


def demanded_in_words(monotone: Monotone) -> str:
    """Say what is demanded of a formula: ``never falls as age rises, and never rises as dose or weight rises``."""
    ways = (("falls", monotone.rising), ("rises", monotone.falling))
    said = [f"never {wrong} as {' or '.join(map(readable, names))} rises" for wrong, names in ways if names]
    return ", and ".join(said)


def proved_in_words(choose: Choose) -> str:
    """Say what is proved of every formula that may be chosen, without a full stop; empty where nothing is demanded."""
    if not choose.monotone.directions:
        return ""
    return f"proved within the ranges of the training rows: the formula {demanded_in_words(choose.monotone)}"
