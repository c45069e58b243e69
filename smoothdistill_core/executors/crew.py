"""`Crew`: the processes of an executor while they have nothing to do; each works for one owner, from first to last."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Member(Protocol):
    """A process that does one task after the other."""

    @property
    def alive(self) -> bool:
        """Whether it can do another."""

    def kill(self) -> None:
        """Make an end of it, without waiting."""

    def end(self) -> object:
        """Let it end, and wait for that."""


AMember = TypeVar("AMember", bound=Member)

AT_LEAST_IDLE = 4
"""So many may have nothing to do: starting one anew takes seconds, and owners take turns."""


class Crew(Generic[AMember]):
    """Starts members as they are needed, and keeps those that have nothing to do.

    ``most`` are at work at a time. Where there are as many again, or `AT_LEAST_IDLE` more, the one that has had
    nothing to do for longest is ended when another is needed.
    """

    def __init__(self, start: Callable[[], AMember], most: int) -> None:
        self._start = start
        self._most = most + max(most, AT_LEAST_IDLE)
        self._idle: list[tuple[str | None, AMember]] = []
        """Who has nothing to do, and for whom each works; the one that waits for longest first."""
        self._all: set[AMember] = set()
        self._changing = threading.Lock()
        self._stopped = False

    def take(self, owner: str | None) -> AMember:
        """Return a member that works for ``owner``, or for everybody who has none; an idle one may have died."""
        with self._changing:
            dead = [one for one in self._idle if not one[1].alive]
            same = [one for one in self._idle if one[0] == owner and one not in dead]
            others = [one for one in self._idle if one[0] != owner and one not in dead]
            gone = dead if same or len(self._all) - len(dead) < self._most else [*dead, *others[:1]]
            self._idle = [one for one in self._idle if one not in gone and one not in same[-1:]]
            self._all.difference_update(member for _, member in gone)
        for _, member in gone:
            member.end()
        return same[-1][1] if same else self._begin()

    def give_back(self, member: AMember, owner: str | None) -> None:
        """Take back a member whose task is done."""
        with self._changing:
            if member.alive:
                self._idle.append((owner, member))
            else:
                self._all.discard(member)

    def stop(self) -> None:
        """Make an end of all members, whatever they do, and of each that is still to start."""
        with self._changing:
            self._stopped = True
            members = list(self._all)
        for member in members:
            member.kill()

    def end(self) -> None:
        """Let all members end, which have nothing to do any more."""
        with self._changing:
            members, self._all, self._idle = self._all, set(), []
        for member in members:
            member.end()

    def _begin(self) -> AMember:
        member = self._start()
        with self._changing:
            self._all.add(member)
            stopped = self._stopped
        if stopped:
            member.kill()
        return member
