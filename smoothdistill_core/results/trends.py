"""Whether formulas go the ways that a recipe demands (``choose.monotone``), and what is said of those that may not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from smoothdistill_core.components import Role
from smoothdistill_core.formula import Direction, Formula, WrongSlope, first_wrong_slope, readable
from smoothdistill_core.recipe.monotone import Monotone
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.store import CellRecord, TrialRecord
from smoothdistill_core.trial import FrontEntry

Ranges = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class WrongWay:
    """A way that a formula goes, or may go, and that is not demanded; ``which`` is the formula, or its written form."""

    slope: WrongSlope
    which: str
    feature: Feature
    direction: Direction

    def __str__(self) -> str:
        name, wrong, slope = readable(self.feature.name), "falls" if self.direction > 0 else "rises", self.slope
        if slope.certain:
            return f"{self.which} {wrong} as {name} rises, at {name} = {slope.low:.4g}"
        where = f"between {name} = {slope.low:.4g} and {slope.high:.4g}"
        return f"that {self.which} never {wrong} as {name} rises is not proved, {where}"


def wrong_way(entry: FrontEntry, monotone: Monotone, scaling: Scaling) -> WrongWay | None:
    """Return the first way that a formula goes, or may go, and that is not demanded; None where it is proved not to.

    The proof is over the ranges of the training rows, of the formula in the data's own units: of the exact one, which
    predicts, and of that with few parts and digits, which one reads.
    """
    ranges = tuple((feature.low, feature.high) for feature in scaling.features)
    places = {name: place for place, name in enumerate(scaling.names)}
    for name, direction in monotone.directions.items():
        if name not in places:  # it is no input of this trial, so that no formula has it
            continue
        for formula, which in ((entry.explained, "the formula"), (entry.rounded, "the formula with few digits")):
            found = _first_wrong_slope(formula, places[name], direction, ranges)
            if found is not None:
                return WrongWay(found, which, scaling.features[places[name]], direction)
    return None


@lru_cache(maxsize=50_000)
def _first_wrong_slope(formula: Formula, place: int, direction: Direction, ranges: Ranges) -> WrongSlope | None:
    """Prove it once: of the same formula it is asked wherever one is chosen."""
    return first_wrong_slope(formula, place, direction, ranges)


def said_of_directions(
    cells: Sequence[CellRecord], trials: Mapping[str, TrialRecord], monotone: Monotone
) -> Iterator[str]:
    """Say of each dataset how many formulas are refused, and where no search has one that uses an input and is not."""
    if not monotone.directions:
        return
    found: dict[str, list[tuple[Role, FrontEntry, WrongWay | None]]] = defaultdict(list)
    for record in cells:
        dataset, facts = trials[record.cell.trial].dataset, trials[record.cell.trial].facts
        if record.state != "done" or facts is None:
            continue
        ways = [wrong_way(entry, monotone, facts.scaling) for entry in record.front]
        found[dataset] += [(record.cell.role, *each) for each in zip(record.front, ways, strict=True)]
    for dataset, formulas in found.items():
        wrong = [way for _, _, way in formulas if way is not None]
        certain = sum(way.slope.certain for way in wrong)
        yield (
            f"{dataset}: of {len(formulas)} formulas, {certain} go against choose.monotone, and of "
            f"{len(wrong) - certain} it is not proved that they do not"
        )
        searched = [(entry, way) for role, entry, way in formulas if role is not Role.BASELINE]
        if searched and all(way is not None or not entry.explained.inputs for entry, way in searched):
            yield (
                f"{dataset}: no formula of a search that uses an input is proved to keep to choose.monotone; the "
                "answer is the best of what is left: a line or a curve of one input, a regression, or the mean"
            )
