"""How much more cores would help: runs that were measured are simulated on any number of cores.

    python tests/benchmarks/scaling.py RUN ... [--cores 1 2 4 16 64] [--csv FILE]

The runs are taken for one study. What a run hands to a worker as one piece stays one: the strengths of a regularizer
that are trained together, a search. A core that is free takes the first piece, in the order of the run, whose teachers
are there. Every piece takes as long as it was measured to take: what cores share (memory, its bandwidth) is left out,
and so is what each process does once. No plan is shorter than its longest chain of pieces that wait for one another.
"""

from __future__ import annotations

import argparse
import heapq
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from smoothdistill_core import Results
from smoothdistill_core.components import Role

CORES = (1, 2, 4, 8, 16, 32, 64, 128)


@dataclass(frozen=True)
class Piece:
    """Work of one worker: what it is called, how long it takes, and for which other pieces it waits."""

    key: str
    seconds: float
    waits_for: tuple[str, ...] = ()


def pieces_of(results: Results) -> Iterator[Piece]:
    """Yield the pieces of a run, in its order: teachers, then the searches that imitate the best of a trial, or one."""
    sweeps: dict[str, float] = defaultdict(float)
    piece_of: dict[str, str] = {}
    for record in results.cells:
        if record.cell.role is Role.TEACHER:
            piece_of[record.cell.key] = f"{record.cell.trial} {record.cell.teacher} {record.cell.regularizer}"
            sweeps[piece_of[record.cell.key]] += record.seconds or 0.0
    yield from (Piece(key, seconds) for key, seconds in sweeps.items())
    for record in results.cells:
        if record.cell.role is Role.TEACHER or record.state != "done":
            continue
        trial = record.cell.trial
        of_trial = (
            tuple(sweep for sweep in sweeps if sweep.startswith(trial)) if record.cell.role is Role.TAUGHT else ()
        )
        named = record.cell.teacher_cell
        yield Piece(record.cell.key, record.seconds or 0.0, of_trial if named is None else (piece_of[named],))


def makespan(pieces: Sequence[Piece], cores: int) -> float:
    """Return the seconds until all is done, each core taking the first piece that it can."""
    left, busy, done, now = list(pieces), list[tuple[float, str]](), set[str](), 0.0
    while left or busy:
        while len(busy) < cores and (piece := _first_ready(left, done)) is not None:
            left.remove(piece)
            heapq.heappush(busy, (now + piece.seconds, piece.key))
        now, key = heapq.heappop(busy)
        done.add(key)
    return now


def longest_chain(pieces: Sequence[Piece]) -> float:
    """Return the seconds with a core for every piece."""
    return makespan(pieces, len(pieces))


def _first_ready(left: Sequence[Piece], done: Collection[str]) -> Piece | None:
    return next((piece for piece in left if done.issuperset(piece.waits_for)), None)


def main() -> None:
    """Print the curve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--cores", type=int, nargs="+", default=CORES)
    parser.add_argument("--csv", type=Path)
    arguments = parser.parse_args()
    pieces = [piece for run in arguments.runs for piece in pieces_of(Results.read(run))]
    alone = sum(piece.seconds for piece in pieces)
    rows = [(cores, seconds := makespan(pieces, cores), alone / seconds) for cores in arguments.cores]
    table = pd.DataFrame(rows, columns=["cores", "seconds", "times_faster"])
    table["share_of_cores_used"] = table.times_faster / table.cores
    print(f"{len(pieces)} pieces, {alone:.0f} s one after the other, {longest_chain(pieces):.1f} s the longest chain")
    print(table.round(3).to_string(index=False))
    if arguments.csv is not None:
        table.round(3).to_csv(arguments.csv, index=False)


if __name__ == "__main__":
    main()
