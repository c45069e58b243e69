"""`banned`: the laws of benchmarks, as hashes: no network that is to find them may have learnt them."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from smoothdistill_core import DataError
from smoothdistill_equate.canonical import GRAMMAR
from smoothdistill_equate.kinship import Kin

SCRIPT = "tests/benchmarks/ban_of_laws.py"


@cache
def banned() -> Kin:
    """Return the skeletons of all laws of benchmarks, in every order of variables; made by `SCRIPT`.

    Raises `DataError` where the hashes are of another version of the grammar.
    """
    return read_ban(files("smoothdistill_equate").joinpath("ban.json").read_text(encoding="utf-8"))


def read_ban(text: str) -> Kin:
    """Read what `ban_text` wrote."""
    ban = json.loads(text)
    if ban["grammar"] != GRAMMAR:
        raise DataError(f"ban.json is of grammar {ban['grammar']}, not {GRAMMAR}; make it anew with {SCRIPT}")
    return Kin(ban["shapes"], ban["skeletons"])


def ban_text(kin: Kin) -> str:
    """Return what ban.json holds for some skeletons."""
    hashes = {"shapes": sorted(kin.shapes), "skeletons": sorted(kin.skeletons)}
    return json.dumps({"grammar": GRAMMAR, **hashes}, indent=0) + "\n"
