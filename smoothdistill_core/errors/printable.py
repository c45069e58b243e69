"""Text as it may stand on a page or a terminal, whoever wrote it: no letter acts, and no line is endless."""

from __future__ import annotations

MOST_LETTERS = 2_000
"""A line of a message has no more: its begin says what is wrong, its end what would be right."""

MOST_LINES = 200


def printable(text: str) -> str:
    r"""Return text in which letters that cannot be printed are written as Python escapes them.

    >>> printable("red \x1b[31m and \u202e back")
    'red \\x1b[31m and \\u202e back'
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def shown_lines(text: str) -> str:
    """Return the lines of a message, each printable, with the middle left out of a long line and of many lines."""
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 10], f"... {len(lines) - MOST_LINES + 1:,} more lines ...", *lines[-9:]]
    return "\n".join(_short(printable(line)) for line in map(_short, lines))


def _short(line: str) -> str:
    if len(line) <= MOST_LETTERS:
        return line
    left, right = MOST_LETTERS * 2 // 3, MOST_LETTERS // 4
    return f"{line[:left]}... {len(line):,} letters ...{line[-right:]}"
