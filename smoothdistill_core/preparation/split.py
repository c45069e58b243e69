"""`Split`: the standardised arrays of each part, and the facts about them that outlive them."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from smoothdistill_core.bounds import Count, Notes, kept, read_json
from smoothdistill_core.components import Part
from smoothdistill_core.formula import Formula
from smoothdistill_core.scaling import Scaling

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """The standardised inputs ``X`` (n, d) and targets ``y`` (n,) of one part; 0 and 1 of a target with two classes.

    ``weights`` (n,) are those of the rows, of mean 1 in the training part; None where all count alike.
    """

    X: Array
    y: Array
    weights: Array | None = None

    def __post_init__(self) -> None:
        for array in (self.X, self.y, self.weights):
            if array is not None:
                array.setflags(write=False)  # many cells share a split; none may change it for the others

    def own(self) -> tuple[Array, Array]:
        """Return X and y for somebody who may write into them: nobody else sees it."""
        return self.X.copy(), self.y.copy()

    def own_weights(self) -> Array | None:
        """Return the weights in the same way; None where all rows count alike."""
        return None if self.weights is None else self.weights.copy()


@dataclass(frozen=True)
class SplitFacts:
    """What is worth keeping of a split: its scaling, what was dropped or filled in, the rows of each part."""

    scaling: Scaling
    notes: tuple[str, ...]
    rows: dict[Part, int]

    def to_json(self) -> str:
        """Write the facts as JSON."""
        return json.dumps([self.scaling.to_json(), kept(self.notes), self.rows])

    @classmethod
    def from_json(cls, text: str) -> SplitFacts:
        """Read what `to_json` wrote; raises `DataError` for anything else."""
        scaling, notes, rows = read_json(_WRITTEN, text)
        return cls(Scaling.from_json(scaling), notes, rows)


_WRITTEN: TypeAdapter[tuple[str, Notes, dict[Part, Count]]] = TypeAdapter(tuple[str, Notes, dict[Part, Count]])


@dataclass(frozen=True)
class Split:
    """A prepared dataset; ``law`` is the table's, where every feature is an input as it is."""

    parts: dict[Part, Rows]
    facts: SplitFacts
    law: Formula | None = None
