"""Which formula a fit keeps: the names of the choices, known before anything is trained."""

from __future__ import annotations

from smoothdistill_core.components import Role, at_strength
from smoothdistill_core.errors import did_you_mean
from smoothdistill_core.recipe import Problem, Recipe, RecipeError
from smoothdistill_core.registry import Registry
from smoothdistill_core.results.answer import BEST
from smoothdistill_core.results.outcome import BEST_TEACHER
from smoothdistill_core.results.strength_choice import SWEET_SPOT


def choice_of(recipe: Recipe, choice: str | None, registry: Registry, *, imitate: bool) -> str:
    """Return what is chosen if nothing is said: the best of all, or what the rule of strengths chooses.

    Raises `RecipeError` for a choice that the study cannot offer.
    """
    if choice is None:
        return BEST if recipe.choose.rule == "best" else SWEET_SPOT
    known = [BEST] if imitate else [BEST, Role.DIRECT.value]
    known += [name for name, student in registry.components("student").items() if student.baseline]
    known += [str(student) for student in recipe.student if student.baseline]
    if recipe.distil.teachers == "best":
        known.append(BEST_TEACHER)
    if recipe.distil.teachers == "each":
        known += [sweep.label for sweep in recipe.regularizer]
    for sweep in recipe.regularizer if recipe.distil.teachers == "all" else ():
        label = sweep.label
        known += [at_strength(label, strength) for strength in sweep.strengths]
        if any(sweep.strengths) and recipe.choose.rule == "best":
            known.append(label)
    if recipe.choose.rule == "sweet_spot":
        known.append(SWEET_SPOT)
    if choice not in known:
        wrong = f"there is no choice {choice!r}"
        raise RecipeError([Problem(recipe.name, ("choice",), wrong, did_you_mean(str(choice), known))])
    return choice
