"""`draw`: one value of a hypothesis strategy, the same for the same seed, whatever was drawn before."""

from __future__ import annotations

from random import Random
from typing import TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

Value = TypeVar("Value")


def draw(strategy: st.SearchStrategy[Value], by: Random) -> Value:
    """Return a value; of the two that hypothesis makes, the first is always the simplest."""
    found: list[Value] = []

    @seed(by.getrandbits(64))
    @settings(
        max_examples=2,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def take(value: Value) -> None:
        found.append(value)

    take()
    return found[-1]
