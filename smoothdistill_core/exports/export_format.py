"""`ExportFormat`: what an export format is called and is for, how it is written, and how it is executed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from smoothdistill_core.errors import FormulaError, SmoothdistillError, one_line
from smoothdistill_core.exports.inputs import Input
from smoothdistill_core.exports.verification import Array
from smoothdistill_core.formula import Formula

Write: TypeAlias = Callable[[Formula, Sequence[Input], str], str | bytes]
Run: TypeAlias = Callable[..., Array]


@dataclass(frozen=True)
class ExportFormat:
    """A format that formulas are exported to.

    ``write(formula, inputs, target)`` returns the export: text, or bytes of a ``binary`` format. ``inputs`` has
    one `smoothdistill_core.exports.Input` for each input of the formula, and their names and that of the target
    may be any text. It raises `FormulaError` for a formula that the format cannot hold.

    ``run(exported, formula, inputs, rows)`` executes what was written for rows of shape (n, d) and returns
    (n,) numbers; it is None for what cannot be executed. Where it is given, nothing is handed out that computes
    something else than the formula. ``has_infinity`` says whether its numbers can be infinite; where they
    cannot, what is not finite may be nan.
    """

    name: str
    """What ``smoothdistill export --format`` calls it."""
    description: str
    """What it is for, in a few words."""
    suffix: str
    """What the name of its files ends with, such as ``.tex``."""
    write: Write
    run: Run | None = None
    binary: bool = False
    has_infinity: bool = True

    def written(self, formula: Formula, inputs: Sequence[Input], target: str) -> str | bytes:
        """Return the export; whatever goes wrong while it is written is a `FormulaError` that names the format."""
        try:
            exported = self.write(formula, inputs, target)
        except SmoothdistillError:
            raise
        except Exception as error:
            raise FormulaError(f"the export to {self.name} cannot be written: {one_line(error)}") from error
        if not isinstance(exported, bytes if self.binary else str):
            wanted = "bytes" if self.binary else "text"
            raise FormulaError(f"the export to {self.name} must be {wanted}, and its format writes {exported!r:.100}")
        return exported
