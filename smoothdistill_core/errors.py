"""The errors that smoothdistill raises on purpose; each says what was wrong and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SmoothdistillError(Exception):
    """Base of all errors whose message is meant for the person who made the input."""


class DataError(SmoothdistillError, ValueError):
    """A dataset cannot be found, read or prepared."""


class ExecutorError(SmoothdistillError):
    """The workers of a study cannot be reached, or went away; what is finished is kept."""


class FormulaError(SmoothdistillError):
    """A formula is malformed, or does not compute what its student computes."""


class PluginError(SmoothdistillError):
    """A component or plugin breaks its contract, or is not there."""


class ResultError(SmoothdistillError):
    """A run has no such result."""


class StoreError(SmoothdistillError):
    """A run folder cannot be used: taken by another recipe or process, full, or damaged."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the remedy for an unknown name: the nearest known names and the whole list.

    >>> did_you_mean("jacobain", ["jacobian", "none"])
    "did you mean 'jacobian'? known: jacobian, none"
    """
    names = sorted(set(known))
    by_folded = {known_name.casefold(): known_name for known_name in names}
    near = difflib.get_close_matches(name.casefold(), by_folded, n=2, cutoff=0.6)
    listing = f"known: {', '.join(names) or 'none'}"
    if not near:
        return listing
    return f"did you mean {' or '.join(repr(by_folded[folded]) for folded in near)}? {listing}"


def one_line(error: BaseException) -> str:
    """Return an exception as one line of text, its type first unless the message is ours."""
    text = " ".join(str(error).split())
    if isinstance(error, SmoothdistillError):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
