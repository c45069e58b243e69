"""`DrawnLaws`: several laws drawn at random, under one entry of a recipe."""

from __future__ import annotations

from pydantic import Field

from smoothdistill_core import Dataset, Suite
from smoothdistill_laws.drawn_law import DrawnLaw, Inputs, Roughness, Rows
from smoothdistill_laws.options import Noise, Seed


class DrawnLaws(Suite):
    """The laws of the numbers 1 to ``laws``, see `DrawnLaw`: one factor of the data can be changed for all of them."""

    name = "drawn_laws"
    laws: int = Field(10, ge=1, le=1000, description="how many laws")
    inputs: Inputs = 8
    roughness: Roughness = 1.0
    rows: Rows = 500
    noise: Noise = 0.0
    seed: Seed = 0

    def members(self) -> list[Dataset]:
        """Return the laws, the first number first."""
        options = self.model_dump(exclude={"laws"})
        return [DrawnLaw(number=number, **options) for number in range(1, self.laws + 1)]
