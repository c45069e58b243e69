"""A path: one network goes through strengths from high to low, and is a teacher at each of them."""

from __future__ import annotations

MARK = " (path)"

DIGITS = 4
"""The significant digits of the strengths between start and end: a longer path then meets those of a shorter one."""


def path_strengths(start: float, end: float, steps: int) -> tuple[float, ...]:
    """Return the strengths of a path, in geometric steps.

    >>> path_strengths(1.0, 0.01, 3)
    (1.0, 0.1, 0.01)
    """
    ratio = end / start
    between = [float(f"{start * ratio ** (step / (steps - 1)):.{DIGITS}g}") for step in range(1, steps - 1)]
    return (start, *between, end)


def on_path(label: str) -> str:
    """Return what a regularizer is called whose teachers come of a path: never as those of a sweep are.

    >>> on_path("jacobian")
    'jacobian (path)'
    """
    return f"{label}{MARK}"


def without_options(label: str) -> str:
    """Return a regularizer's name without its options; that of a path says so still.

    >>> without_options("lipschitz(norm=sum)"), without_options("lipschitz(norm=sum) (path)")
    ('lipschitz', 'lipschitz (path)')
    """
    name = label.partition("(")[0].strip()
    return on_path(name) if label.endswith(MARK) else name


def at_strength(label: str, strength: float) -> str:
    """Return what a regularizer is called at a strength; 0 is that of one which takes none.

    >>> at_strength("jacobian", 0.1), at_strength("jacobian (path)", 0.1), at_strength("none", 0.0)
    ('jacobian 0.1', 'jacobian 0.1 (path)', 'none')
    """
    if strength <= 0:
        return label
    bare = label.removesuffix(MARK)
    return f"{bare} {strength:g}{label[len(bare) :]}"
