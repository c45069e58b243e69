"""The errors that smoothdistill raises on purpose; each says what was wrong and what would be right."""

from __future__ import annotations

from smoothdistill_core.errors.printable import shown_lines


class SmoothdistillError(Exception):
    """Base of all errors whose message is meant for the person who made the input; it is printable, and not endless."""

    def __str__(self) -> str:
        return shown_lines(super().__str__())


class DataError(SmoothdistillError, ValueError):
    """A dataset cannot be found, read or prepared."""


class ExecutorError(SmoothdistillError):
    """The workers of a study cannot be reached, or went away; what is finished is kept."""


class FormulaError(SmoothdistillError, ValueError):
    """A formula is malformed, or does not compute what its student computes."""


class PluginError(SmoothdistillError):
    """A component or plugin breaks its contract, or is not there."""


class ResultError(SmoothdistillError):
    """A run has no such result."""


class StoreError(SmoothdistillError):
    """A run folder cannot be used: taken by another recipe or process, full, or damaged."""


def one_line(error: BaseException) -> str:
    """Return an exception as one printable line of bounded length, its type first unless the message is ours."""
    try:
        text = shown_lines(" ".join(str(error).split()))
    except BaseException:  # noqa: BLE001 the message is a plugin's code
        text = "(asking for its message raised another error)"
    if isinstance(error, SmoothdistillError):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
