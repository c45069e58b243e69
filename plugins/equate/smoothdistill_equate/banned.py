"""What pretraining must not see: the laws of all benchmarks, as hashes, and the skeletons of the evaluation."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from smoothdistill_core import DataError
from smoothdistill_equate.canonical import GRAMMAR
from smoothdistill_equate.expression import Expression, parsed
from smoothdistill_equate.kinship import Kin

FOLDER = files("smoothdistill_equate") / "lists"


@cache
def banned() -> Kin:
    """Return the kin of every law of a benchmark and of every skeleton of the evaluation."""
    return laws() | Kin.of(held_out())


@cache
def laws() -> Kin:
    """Return the kin of the laws of benchmarks; raises `DataError` for a list of another version of the grammar."""
    read = json.loads((FOLDER / "laws.json").read_text(encoding="utf-8"))
    if read["grammar"] != GRAMMAR:
        raise DataError(f"the banned laws are of grammar {read['grammar']}, not {GRAMMAR}; make the list anew")
    return Kin(read["shapes"], read["skeletons"])


@cache
def held_out() -> tuple[Expression, ...]:
    """Return the skeletons of the evaluation, in which no network is trained."""
    lines = (FOLDER / "held_out.txt").read_text(encoding="utf-8").splitlines()
    return tuple(parsed(line.split()) for line in lines)
