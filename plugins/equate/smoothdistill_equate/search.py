"""`searched`: the whole search on one table, proposals, mutations and what is left of the best in the end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from smoothdistill_core import Deadline
from smoothdistill_equate.archive import Archive, Found
from smoothdistill_equate.proposing import mutations, random_skeletons, shortened, simplest
from smoothdistill_equate.table import Table

if TYPE_CHECKING:
    from smoothdistill_equate.student import EquateStudent

MUTATIONS = 100
"""So many in each round."""

LOADING = 4.0
"""Seconds that it may take to load torch and the networks: with less time left, proposals are random."""

SHORTENINGS, SHORTENED = 6, 3
"""So often, so many of the best are tried without one of their parts."""

POLISHED, OF_EACH_LENGTH = 12, 2
"""So many of the best, and so many of each length, are fitted again in the end."""


def searched(table: Table, student: EquateStudent, seed: int, deadline: Deadline) -> list[Found]:
    """Return what was found worth to be looked at, its constants fitted to all rows.

    Where the networks are to propose and ``deadline`` is too short to load them, proposals are random.
    """
    rng = np.random.default_rng(seed)
    archive = Archive(table, deadline, student.max_tokens, seed)
    if student.proposals == "network" and student.samples and not _is_too_late(deadline):
        with _one_thread():
            _by_networks(archive, student, rng)
    else:
        archive.add(simplest(table.count))
        archive.add(random_skeletons(table.count, student.samples, rng))
        _mutate(archive, student.rounds, rng)
    _shorten(archive)
    chosen = {found.skeleton: found for found in (*archive.best(POLISHED), *archive.of_each_length(OF_EACH_LENGTH))}
    archive.polish(chosen.values())
    return archive.best(len(archive))


def _by_networks(archive: Archive, student: EquateStudent, rng: np.random.Generator) -> None:
    from smoothdistill_equate import weights
    from smoothdistill_equate.guiding import Guide

    guide = Guide(weights.load(weights.SHIPPED), archive, student.subsets, rng)
    archive.add(simplest(archive.table.count))
    archive.add(guide.proposals(student.samples))
    if student.fine_tuning and not archive.is_over:
        guide.adapt()
        archive.add(guide.proposals(student.samples))
    _mutate(archive, student.rounds - student.rounds // 2, rng)
    if student.guided_search != "off" and not archive.is_over:
        archive.add(guide.guided(student.samples, student.guided_search))
    _mutate(archive, student.rounds // 2, rng)


def _mutate(archive: Archive, rounds: int, rng: np.random.Generator) -> None:
    for _ in range(rounds):
        if archive.is_over:
            return
        archive.add(list(mutations(archive, MUTATIONS, rng)))


def _shorten(archive: Archive) -> None:
    """Try the best without one of their parts, as long as that costs fewer bits."""
    for _ in range(SHORTENINGS):
        before = archive.best(1)[0].bits
        for found in archive.best(SHORTENED):
            archive.add(shortened(found), starts=12, steps=25)
        if archive.best(1)[0].bits >= before:
            return


def _is_too_late(deadline: Deadline) -> bool:
    if "torch" in sys.modules or deadline.left > LOADING:
        return False
    deadline.note_cut()
    return True


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep torch to one thread: no digit may depend on the number."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
