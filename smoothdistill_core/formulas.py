"""`Formulas`: the formulas of several targets of the same rows, shown together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from smoothdistill_core.errors import ResultError, did_you_mean
from smoothdistill_core.explanation import READABLE_DIGITS, ROUNDED, Explanation
from smoothdistill_core.formula import Formula, Variable, readable
from smoothdistill_core.formula.sharing import shared_out

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]


class Formulas(Mapping[str, Explanation]):
    """One `Explanation` a target, by the target's name; as text, what two or more have in common stands once."""

    def __init__(self, explanations: Sequence[Explanation]) -> None:
        self._by_name = {each.scaling.target: each for each in explanations}

    def __getitem__(self, target: str) -> Explanation:
        if target not in self._by_name:
            raise KeyError(f"there is no target {target!r}; {did_you_mean(str(target), self._by_name)}")
        return self._by_name[target]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def predict(self, rows: pd.DataFrame | ArrayLike) -> Array:
        """Predict all targets (n, k), each in its own unit, as `Explanation.predict` does."""
        return np.column_stack([each.predict(rows) for each in self.values()])

    def export(self, format: str, target: str | None = None) -> str | bytes:  # noqa: A002 the word of the command line
        """Return the formula of a target in a format that `Explanation.export` knows; raises `ResultError` for none."""
        if target is None or target not in self._by_name:
            raise ResultError(f"name one of the targets: {', '.join(self)}")
        return self._by_name[target].export(format)

    def __str__(self) -> str:
        return "\n".join(side_by_side(list(self.values())))

    def __repr__(self) -> str:
        return f"Formulas({', '.join(self)})"

    def _repr_html_(self) -> str:
        return "".join(f"<p><code>{escape(line)}</code></p>" for line in side_by_side(list(self.values())))


def side_by_side(explanations: Sequence[Explanation]) -> list[str]:
    """Return lines that show several formulas as one reads them: first what some have in common, as u1, u2 and on."""
    names = list(dict.fromkeys(name for each in explanations for name in each.names))
    place = {name: number for number, name in enumerate(names)}
    read = [_over(each.short or each.formula, [place[name] for name in each.names]) for each in explanations]
    parts, formulas = shared_out(read, len(names))
    symbols = _symbols(len(parts), {*names, *(each.scaling.target for each in explanations)})
    shown = [*symbols, *(readable(each.scaling.shown) for each in explanations)]
    texts = (formula.text([*names, *symbols], digits=READABLE_DIGITS) for formula in (*parts, *formulas))
    lines = [f"{what} = {text}" for what, text in zip(shown, texts, strict=True)]
    if any(each.short not in (None, each.formula) for each in explanations):
        lines.append(f"(rounded: R2 falls by at most {ROUNDED} in each)")
    return lines


def _symbols(count: int, taken: set[str]) -> list[str]:
    """Return names for parts, u1, u2 and on, none of which is taken."""
    sign = "u"
    while taken.intersection(symbols := [f"{sign}{number}" for number in range(1, count + 1)]):
        sign += "_"
    return symbols


def _over(formula: Formula, places: Sequence[int]) -> Formula:
    """Return a formula with the inputs at other places."""
    return Formula(
        tuple(Variable(places[node.index]) if isinstance(node, Variable) else node for node in formula.nodes)
    )
