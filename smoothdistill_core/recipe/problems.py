"""What is wrong with a recipe, where, and what would be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smoothdistill_core.errors import SmoothdistillError

MOST_PROBLEMS = 100
"""After so many nobody looks for more."""

Path = tuple[str | int, ...]
"""Where in a recipe a value stands: keys and list places, from the top."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong; ``source`` is the place, ``recipe.yaml:LINE:COLUMN`` or ``--set teacher.epochs``."""

    source: str
    path: Path
    wrong: str
    remedy: str

    def __str__(self) -> str:
        path = f"{written(self.path)}: " if self.path else ""
        return f"{self.source}: {path}{self.wrong}; {self.remedy}"


class RecipeError(SmoothdistillError, ValueError):
    """A recipe cannot be run; ``problems`` holds everything that is wrong with it, the first `MOST_PROBLEMS`."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        more = ["there may be more; mend these first"] if len(problems) >= MOST_PROBLEMS else []
        super().__init__("\n".join([*map(str, problems), *more]))

    def __reduce__(self) -> tuple[type[RecipeError], tuple[tuple[Problem, ...]]]:
        return RecipeError, (self.problems,)


def written(path: Path) -> str:
    """Write a path as people do: ``regularizer[1].strength``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
