"""How many cores there are."""

from __future__ import annotations


def available_cores() -> int:
    """Return the number of cores that this process may use: its affinity and a container's quota are heeded."""
    from joblib import cpu_count

    return int(cpu_count())
