"""One generation of a search as flat arrays, and its programs as gplearn writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from smoothdistill_gplearn.breeding import CROSSOVER, HOIST, POINT, REPRODUCTION, SUBTREE, Programs, Rules, breed
from smoothdistill_gplearn.subtrees import CONSTANT, FUNCTIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

METHODS = {
    CROSSOVER: "Crossover",
    SUBTREE: "Subtree Mutation",
    HOIST: "Hoist Mutation",
    POINT: "Point Mutation",
    REPRODUCTION: "Reproduction",
}


class Generation:
    """Programs of ``functions``; ``parent_lengths`` are the lengths of those that they are bred from, if any."""

    def __init__(
        self, functions: list[Any], programs: Programs, seeds: Integers, parent_lengths: list[int] | None = None
    ) -> None:
        self.functions, self.programs, self.seeds = functions, programs, seeds
        self.lengths: list[int] = np.diff(programs.ends, prepend=0).tolist()
        self._parent_lengths = parent_lengths

    def program(self, index: int) -> list[Any]:
        """Return a program as gplearn's list of functions, numbers of columns, and constants."""
        end = int(self.programs.ends[index])
        span = slice(end - self.lengths[index], end)
        return [
            code if code >= 0 else value if code == CONSTANT else self.functions[FUNCTIONS - code]
            for code, value in zip(self.programs.codes[span].tolist(), self.programs.values[span].tolist(), strict=True)
        ]

    def parents(self, index: int) -> dict[str, Any] | None:
        """Return how a program came to be, as gplearn notes it: by which method, from which nodes of which parents."""
        if self._parent_lengths is None:
            return None
        way, parent, start, end, donor, donor_start, donor_end = self.programs.origins[index].tolist()
        genome: dict[str, Any] = {"method": METHODS[way], "parent_idx": parent, "parent_nodes": range(start, end)}
        donated = set(range(donor_start, donor_end))
        if way == CROSSOVER:
            remains = list(set(range(self._parent_lengths[donor])) - donated)
            genome |= {"donor_idx": donor, "donor_nodes": remains}
        elif way == HOIST:
            genome["parent_nodes"] = list(set(range(start, end)) - donated)
        elif way == POINT:
            last = int(self.programs.ends[index])
            genome["parent_nodes"] = np.flatnonzero(self.programs.touched[last - self.lengths[index] : last]).tolist()
        elif way == REPRODUCTION:
            genome["parent_nodes"] = []
        return genome


def written(programs: list[list[Any]], functions: list[Any]) -> Generation:
    """Return gplearn's ``programs`` as a generation; raise KeyError for a function that is not among ``functions``."""
    number = {function: FUNCTIONS - place for place, function in enumerate(functions)}
    flat = [node for program in programs for node in program]
    codes = [number[node] if callable(node) else CONSTANT if isinstance(node, float) else node for node in flat]
    values = [node if isinstance(node, float) else 0.0 for node in flat]
    ends = np.cumsum([len(program) for program in programs])
    room = _room(len(flat), len(programs))
    done = room._replace(codes=np.array(codes, np.int64), values=np.array(values), ends=ends)
    return Generation(functions, done, np.zeros(len(programs), np.int64))


def next_generation(
    rules: Rules, functions: list[Any], parents: Generation | None, fitness: Floats, seeds: Integers
) -> Generation:
    """Return a program for each of the ``seeds``, bred from ``parents`` by their ``fitness`` or grown from nothing."""
    count = len(seeds)
    ancestors = _room(0, 0) if parents is None else parents.programs
    room = _room(max(16 * count, 2 * len(ancestors.codes)), count)
    done = breed(rules, ancestors, fitness, seeds, room, 0)
    while done < count:
        larger = _room(2 * len(room.codes), count)
        for new, old in zip(larger, room, strict=True):
            new[: len(old)] = old
        room = larger
        done = breed(rules, ancestors, fitness, seeds, room, done)
    size = int(room.ends[-1])
    kept = {name: getattr(room, name)[:size].copy() for name in ("codes", "values", "touched")}
    return Generation(functions, room._replace(**kept), seeds, None if parents is None else parents.lengths)


def _room(nodes: int, programs: int) -> Programs:
    return Programs(
        codes=np.empty(nodes, np.int64),
        values=np.empty(nodes),
        touched=np.zeros(nodes, np.bool_),
        ends=np.empty(programs, np.int64),
        origins=np.zeros((programs, 7), np.int64),
        words=np.zeros(programs, np.int64),
    )
