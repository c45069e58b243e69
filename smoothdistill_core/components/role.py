"""`Role`: what a cell of a study is there for; the plan says it, and nobody after it guesses."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A teacher; a student that it taught; one on the data itself; a baseline, which stands beside every study."""

    TEACHER = "teacher"
    TAUGHT = "taught"
    DIRECT = "direct"
    BASELINE = "baseline"
