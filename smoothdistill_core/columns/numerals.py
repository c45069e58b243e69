"""`Numerals`: how numbers are written as text, read to the last digit; what stands by them, or in their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

PLACEHOLDERS = frozenset(
    [
        *("-", "--", "---", "–", "—", "?", "??", ".", "..", "...", "*", "/", ":", "x", "X", "(blank)", "blank"),
        *("na", "n/a", "n.a.", "n.a", "NA", "N/A", "N.A.", "<NA>", "#N/A", "#NA", "nan", "NaN", "-nan", "NAN"),
        *("nil", "NIL", "null", "Null", "NULL", "none", "None", "NONE", "missing", "Missing", "unknown", "Unknown"),
        *("#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#NAME?", "TBD", "tbd", "not available", "no data"),
    ]
)
"""What people write into a column of numbers where there is none."""

_BLANK = "[ \u00a0\u202f]"
_MONEY = "$€£¥₹₽"
_SIGN = re.compile(
    rf"[-+]?{_BLANK}?(?P<before>[{_MONEY}]|[A-Z]{{3}}(?={_BLANK}))?{_BLANK}?"
    rf"[-+]?[\d.,](?:.*[\d.,])?{_BLANK}?(?P<after>[%{_MONEY}]|(?<={_BLANK})[A-Z]{{3}})?",
    re.ASCII,
)


@dataclass(frozen=True)
class Numerals:
    """How numbers are written: the decimal mark, what groups thousands, and the sign that stands by each of them.

    A group is of three digits, and the first digit of a grouped number is not 0: ``1,550`` with thousands "," is 1550,
    and ``0,550`` or ``1,55`` is no number. A number may be written without groups. A sign, such as $ or %, is taken off
    and changes no value: 12% is 12.
    """

    decimal: str = "."
    thousands: str | None = None
    sign: str | None = None

    def are(self, values: pd.Series[Any]) -> NDArray[np.bool_]:
        """Say of each text (n,) whether it is a number that is written so."""
        import numpy as np

        texts = values.tolist()  # to iterate over Arrow's strings takes much longer
        return np.fromiter((self._pattern.fullmatch(text) is not None for text in texts), np.bool_, len(texts))

    def read(self, values: pd.Series[Any]) -> pd.Series[Any]:
        """Return texts of which all that are there are such numbers as int64 or float64, each to its last digit."""
        import numpy as np
        import pandas as pd

        texts = [None if gap else self.plain(text) for text, gap in zip(values, values.isna(), strict=True)]
        if all(text is not None and re.fullmatch(r"[-+]?\d{1,18}", text) for text in texts):
            array: Any = np.array([int(text) for text in texts if text is not None], np.int64)
        else:
            array = np.array([np.nan if text is None else float(text) for text in texts])
        return pd.Series(array, values.index, name=values.name)

    def plain(self, text: str) -> str:
        """Return a number that is written so as Python writes it."""
        text = text.strip()
        text = text.replace(self.sign, "") if self.sign else text
        text = text.replace(self.thousands, "") if self.thousands else text
        return re.sub(_BLANK, "", text).replace(self.decimal, ".")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        groups = rf"|[1-9]\d{{0,2}}(?:{re.escape(self.thousands)}\d{{3}})+" if self.thousands else ""
        mark = re.escape(self.decimal)
        number = rf"(?:(?:\d+{groups})(?:{mark}\d*)?|{mark}\d+)(?:[eE][-+]?\d+)?"
        if self.sign is None:
            return re.compile(rf"\s*[-+]?{number}\s*", re.ASCII)
        sign = re.escape(self.sign)
        one = rf"{sign}{_BLANK}?[-+]?{number}|{number}{_BLANK}?{sign}"
        return re.compile(rf"\s*[-+]?(?:{one})\s*", re.ASCII)


def sign_of(text: str) -> str | None:
    """Return the sign of money or per cent that stands by a number, None where there is none.

    >>> sign_of("$1,550"), sign_of("12 %"), sign_of("-5 EUR"), sign_of("12")
    ('$', '%', 'EUR', None)
    """
    match = _SIGN.fullmatch(text.strip())
    found = match and (match["before"] or match["after"])
    return found.strip() if found else None


def conflicting(value: str) -> bool:
    """Say whether a text is one number with groups of thousands, and another with the same mark as the decimal one."""
    return bool(re.fullmatch(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", value.strip()))
