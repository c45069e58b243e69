"""The formulas of one point of the map as rows: how near to the law, how long, whether another seed gave the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from smoothdistill_core import Results
from smoothdistill_core.components import Role
from smoothdistill_core.results import Outcome
from smoothdistill_laws.recovery import is_recovered

DIRECT, SECOND = "direct", "second"
"""Who found a formula on the data itself, in the first search and in the second; others have their penalty's name."""

LESS = 0.01
"""Formulas whose validation R2 differs by so much are of equal accuracy."""


def rows_of(folder: Path, second: Path) -> Iterator[dict[str, Any]]:
    """Yield a row for each formula of a run, and for those of its second searches."""
    found = [(outcome.penalty, outcome) for outcome in Results.read(folder).outcomes if outcome.role != Role.BASELINE]
    again = [(SECOND, outcome) for outcome in Results.read(second).outcomes if outcome.role == Role.DIRECT]
    every = sorted([*found, *again], key=_search)
    direct = {_where(outcome): outcome for by, outcome in every if by == DIRECT}
    for _, group in groupby(every, key=_search):
        seeds = list(group)
        same = _same_structure([outcome for _, outcome in seeds])
        for by, outcome in seeds:
            yield _row(by, outcome, direct.get(_where(outcome)), same)


def _search(found: tuple[str, Outcome]) -> tuple[str, str, str]:
    """Return what the seeds of one search have in common."""
    by, outcome = found
    return outcome.trial.dataset, _student(outcome), by


def _where(outcome: Outcome) -> tuple[str, int, str]:
    return outcome.trial.dataset, outcome.trial.seed, _student(outcome)


def _student(outcome: Outcome) -> str:
    return outcome.student.partition("(")[0]


def _row(by: str, outcome: Outcome, direct: Outcome | None, same: bool | None) -> dict[str, Any]:
    law, seed, student = _where(outcome)
    size, size_of_direct = (None, None) if direct is None else _sizes(outcome, direct)
    return {
        "law": law,
        "seed": seed,
        "student": student,
        "by": by,
        "validation": outcome.score("r2", "validation"),
        "accuracy": outcome.score("law_r2"),
        "extrapolation": outcome.score("law_r2(beyond=0.25)"),
        "recovery": outcome.score("exact_recovery(negligible=0.01)"),
        "fidelity": outcome.score("fidelity"),
        "teacher": outcome.teacher_score("law_r2"),
        "nodes": outcome.nodes,
        "size": size,
        "size_of_direct": size_of_direct,
        "stability": same,
    }


def _sizes(one: Outcome, other: Outcome) -> tuple[int, int]:
    """Return the nodes of the shortest formulas of two fronts that are as accurate as both fronts get."""
    fronts = [[(entry.scores["validation", "r2"], entry.nodes) for entry in outcome.front] for outcome in (one, other)]
    needed = min(max(front)[0] for front in fronts) - LESS
    first, second = (min(nodes for r2, nodes in front if r2 >= needed) for front in fronts)
    return first, second


def _same_structure(seeds: Sequence[Outcome]) -> bool | None:
    """Say whether the formulas of the first two seeds are the same but for their constants; None without two."""
    if len(seeds) < 2:
        return None
    first, second = seeds[:2]
    box = [(feature.low, feature.high) for feature in first.scaling.features]
    formulas = first.explanation.formula, second.explanation.formula
    return is_recovered(*formulas, box, tolerance=0.05, negligible=0.01, allows=lambda _: True)
