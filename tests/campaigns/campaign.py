"""`Campaign`: many cases, each drawn from a seed and its own number, of which none may lose anything."""

from __future__ import annotations

import random
import signal
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar


class LostError(Exception):
    """Something was lost: a result, an answer in words, or the time of whoever waits."""


class MissedError(Exception):
    """A case that did nothing, such as a kill that came after the end."""


class _HangError(BaseException):
    """A case took too long; no code that is tried can take it for an error of its own."""


@dataclass(frozen=True)
class Outcome:
    """What came of a case: ``survived``, ``missed`` or ``lost``, and ``what`` it was, in words."""

    campaign: str
    seed: int
    number: int
    outcome: str
    what: str
    seconds: float


class Campaign(ABC):
    """Cases of one kind. The same seed and number give the same case, whichever others are run beside it."""

    name: ClassVar[str]
    seconds: ClassVar[float]
    """A case that takes longer counts as lost."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        """An empty folder of its own."""
        self.seed = seed

    @abstractmethod
    def prepare(self) -> None:
        """Do once what all cases need."""

    @abstractmethod
    def case(self, number: int) -> str:
        """Do one case and return what it was; raises `LostError` where something was lost, `MissedError` for nothing.

        Any other exception counts as lost as well.
        """

    def drawn(self, number: int) -> random.Random:
        """Return what a case draws from."""
        return random.Random(f"{self.name} {self.seed} {number}")

    def outcome(self, number: int) -> Outcome:
        """Do one case."""
        began = time.monotonic()
        try:
            with _within(self.seconds):
                found = ("survived", self.case(number))
        except MissedError as missed:
            found = ("missed", str(missed))
        except LostError as lost:
            found = ("lost", str(lost))
        except _HangError:
            found = ("lost", f"took longer than {self.seconds:g} s: {_innermost()}")
        except Exception:
            found = ("lost", traceback.format_exc())
        return Outcome(self.name, self.seed, number, *found, round(time.monotonic() - began, 3))


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """End what takes longer."""

    def ring(*_: Any) -> None:
        raise _HangError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again and again: a plugin or library may swallow the first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def _innermost() -> str:
    """Say where the exception that is handled was raised."""
    return " < ".join(line.strip().splitlines()[0] for line in reversed(traceback.format_exc().split("  File ")[-4:]))
