"""`unweighed`: the components of a recipe that cannot count rows by their weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from smoothdistill_core.components import Kind, Metric, Student, Teacher
from smoothdistill_core.recipe.problems import Path
from smoothdistill_core.recipe.recipe import Recipe
from smoothdistill_core.registry import Registry


def unweighed(recipe: Recipe, registry: Registry) -> Iterator[tuple[Path, str, str]]:
    """Yield the place of each, what is wrong and the remedy; baselines, which every study runs, are among them."""
    kinds: dict[Kind, Sequence[Teacher | Student | Metric]] = {
        "teacher": recipe.teacher,
        "student": recipe.student,
        "metric": recipe.metric,
    }
    for kind, components in kinds.items():
        for place, component in enumerate(components):
            if not component.weighs_rows:
                wrong = f"the {kind} {component.name!r} counts every row alike, and prepare.weights gives them weights"
                yield (kind, place), wrong, f"name another {kind}, or take the weights out"
    listed = {student.name for student in recipe.student}
    for name, student in registry.components("student").items():
        if student.baseline and not student.weighs_rows and name not in listed:
            wrong = f"the baseline {name!r}, which every study runs, counts every row alike"
            yield ("prepare", "weights"), wrong, "block its plugin, or take the weights out"
