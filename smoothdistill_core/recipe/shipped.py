"""The recipes that come with smoothdistill, by name."""

from __future__ import annotations

from pathlib import Path

from smoothdistill_core.errors import did_you_mean
from smoothdistill_core.files import STANDARD_INPUT, is_there, shortened
from smoothdistill_core.recipe.problems import Problem, RecipeError


def shipped_recipes() -> dict[str, Path]:
    """Return the recipes that ship with smoothdistill: ``quickstart``, ``paper/table1`` and so on."""
    package = Path(__file__).parents[1]
    # in a wheel the recipes lie inside the core; in a checkout beside it
    folder = next((place for place in (package / "recipes", package.parent / "recipes") if place.is_dir()), package)
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(folder.rglob("*.yaml"))}


def find_recipe(name: str) -> Path:
    """Return the recipe file that ``name`` means: a path, - for standard input, or the name of a shipped recipe."""
    path = Path(name)
    shipped = shipped_recipes()
    if name == STANDARD_INPUT or (is_there(path) and not path.is_dir()):
        return path  # a pipe or a device is refused where it is read
    if name in shipped:
        return shipped[name]
    here = [str(file) for file in Path().glob("*.y*ml")]
    wrong = "is a folder" if is_there(path) else "there is no such recipe"
    raise RecipeError([Problem(f"{shortened(name)}:1:1", (), wrong, did_you_mean(name, [*shipped, *here]))])
