"""`LayerwiseStudent`: a small network of interpretable units that imitates a teacher; its options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from pydantic import Field, model_validator

from smoothdistill_core import Candidate, DistillationTask, Student


class LayerwiseStudent(Student):
    """A network of interpretable units that imitates its teacher; the formula is read off it.

    With hints it learns what the teacher's hidden layers say. Without them, of a teacher that shows none, and on the
    data itself, it learns from the targets alone.
    """

    name = "layerwise"
    weighs_rows = True
    revision = 5
    libraries = ("numpy", "numba")

    layers: int | None = Field(
        None,
        ge=1,
        le=4,
        description="hidden layers, 1 to 4; left out, as many as the teacher shows, at most 4; 2 where none are shown",
    )
    identities: int = Field(4, ge=0, le=64, description="units a layer that pass a weighted sum on")
    squares: int = Field(3, ge=0, le=64, description="units a layer that square a weighted sum")
    products: int = Field(4, ge=0, le=64, description="units a layer that multiply two weighted sums")
    sines: int = Field(3, ge=0, le=64, description="units a layer that take the sine")
    exponentials: int = Field(2, ge=0, le=64, description="units a layer that are exp(min(x, 4))")
    logarithms: int = Field(2, ge=0, le=64, description="units of the last hidden layer that are log(|x| + 0.001)")
    quotients: int = Field(2, ge=0, le=64, description="units of the last hidden layer that are a*b/(b^2 + 0.01)")
    restarts: int = Field(4, ge=1, le=100, description="networks that are trained, each from other weights")
    hint_weight: float = Field(
        0.0,
        ge=0,
        description="weight of the hints, the teacher's hidden layers, in the joint training (0.3, say); 0 for none",
    )
    variance: float = Field(
        0.95, gt=0, le=1, description="share of a hidden layer's variance that its hint keeps (leading directions)"
    )
    sparsity: float = Field(0.005, ge=0, description="price of an open gate, in units of the target's variance")
    hint_steps: int = Field(700, ge=0, description="steps in which a layer learns its hint, layer after layer")
    joint_steps: int = Field(1500, ge=1, description="steps in which all layers learn together, with gates")
    final_steps: int = Field(500, ge=0, description="steps after the closed gates were cut, at a tenth of the rate")
    learning_rate: float = Field(0.01, gt=0, description="Adam's step size")
    batch_size: int = Field(256, ge=32, multiple_of=32, description="rows a step, a multiple of 32")
    fit_rows: int = Field(
        2000, ge=10, description="rows, drawn by the seed, on which weights are cut and fitted by least squares at most"
    )
    validation: float = Field(0.2, gt=0, lt=1, description="share of the rows on which formulas are compared")
    max_complexity: int = Field(100, ge=1, description="nodes of a formula at most")

    @model_validator(mode="after")
    def _check_that_there_are_units(self) -> Self:
        if not (self.identities or self.squares or self.products or self.sines or self.exponentials):
            raise ValueError(
                "a layer has no units: give at least one of identities, squares, products, sines and exponentials"
            )
        return self

    def warm_up(self) -> None:
        """Search a few rows without any time."""
        from smoothdistill_core.searching import rehearse

        rehearse(self)

    def distil(self, task: DistillationTask) -> Sequence[Candidate]:
        """Return the front of size and R2 on held-out rows: first the best constant, then ever longer formulas.

        Raises `DataError` for a task that `smoothdistill_core.searching.checked` refuses, and where all restarts
        diverge.
        """
        from smoothdistill_layerwise.candidates import candidates

        return candidates(task, self)
