"""`Sized`: formulas of one size for all outputs of a model, and how near they are to it."""

from __future__ import annotations

from dataclasses import dataclass

from smoothdistill_core.explaining.disagreement import DifferingRow, WorstRegion
from smoothdistill_core.explanation import Explanation


@dataclass(frozen=True)
class Sized:
    """A formula for each output; ``places`` are theirs in the portraits of the outputs.

    ``scores`` are against the model on all held-out rows (`smoothdistill_core.explaining.held_out.SCORES` says what
    they are), ``worst`` is where they are worst, and ``differing`` are the rows at which they are farthest off.
    """

    formulas: tuple[Explanation, ...]
    places: tuple[int, ...]
    scores: dict[str, float]
    worst: WorstRegion | None
    differing: tuple[DifferingRow, ...]

    @property
    def nodes(self) -> tuple[int, ...]:
        """How large each formula is: the numbers, inputs and operations of what one reads."""
        return tuple((formula.short or formula.formula).complexity for formula in self.formulas)
