"""`propose`: the recipe for a table that nobody has described yet, with comments on all that was understood of it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from smoothdistill_core.components import Dataset, Proposal
from smoothdistill_core.errors import DataError, did_you_mean
from smoothdistill_core.files import shortened
from smoothdistill_core.recipe.defaults import LARGE, quick
from smoothdistill_core.recipe.in_words import in_words
from smoothdistill_core.registry import Registry

MOST_LISTED = 200
"""So many columns are told one by one."""

FIRST = ("path", "url", "table", "query", "target", "more_targets")
"""The options of a dataset that are written before others."""

_PLAIN = re.compile(r"(?:\.{0,2}/)*[A-Za-z_][A-Za-z0-9_./-]*")
_WORDS = {"null", "true", "false", "yes", "no", "on", "off"}
"""What YAML, of this version or the one before, takes for something else than text."""


@dataclass(frozen=True)
class Proposed:
    """A recipe for a table: its ``name``, the kind of ``dataset`` that reads it, the ``targets``, what it proposes."""

    name: str
    dataset: str
    targets: tuple[str, ...]
    proposal: Proposal

    def weighed_by(self, column: str) -> Proposed:
        """Return the recipe whose rows have the weights that a column holds, which is no input.

        Raises `DataError` where there is no such column, or it is a target.
        """
        proposal = self.proposal
        known = [name for name in (*proposal.columns, *proposal.left_out) if name not in self.targets]
        if column not in known:
            raise DataError(f"--weights names no column {column!r} besides the target; {did_you_mean(column, known)}")
        columns, left_out = (
            {name: what for name, what in each.items() if name != column}
            for each in (proposal.columns, proposal.left_out)
        )
        remarks = (*proposal.remarks, f"rows are weighted by {column}, which is no input")
        prepare = {**proposal.prepare, "weights": column}
        return replace(
            self,
            proposal=replace(proposal, columns=columns, left_out=left_out, remarks=remarks, prepare=prepare),
        )

    def text(self, folder: Path, demanded: Mapping[str, Sequence[str]] = MappingProxyType({})) -> str:
        """Return the recipe as YAML, for a file in ``folder``; ``demanded`` are the directions of `Monotone`."""
        options = dict(self.proposal.options)
        if "path" in options:
            options["path"] = Path(os.path.relpath(options["path"], folder)).as_posix()
        first = {key: options.pop(key) for key in FIRST if key in options}
        keys: dict[str, Any] = {"name": self.name, "dataset": {"name": self.dataset, **first, **options}}
        if self.proposal.prepare:
            keys["prepare"] = self.proposal.prepare
        if demanded:
            keys["choose"] = {"monotone": demanded}
        return self._comments() + _lines(keys) + self._of_a_large_table()

    def _of_a_large_table(self) -> str:
        """Return the keys by which a large table has a formula in minutes."""
        if self.proposal.rows <= LARGE:
            return ""
        keys = quick(self.proposal.rows)
        said = (
            f"# The table has {self.proposal.rows:,} rows. For a formula within minutes each search sees",
            f"# {keys['distil']['max_rows']:,} of them, and teachers train for few epochs; constants and scores",
            "# are of all rows. Without these lines it takes longer, and may find more.",
        )
        return "\n".join([*said, _lines(keys)])

    def _comments(self) -> str:
        proposal = self.proposal
        inputs = {name: what for name, what in proposal.columns.items() if name not in self.targets}
        targets = "; ".join(f"{target}, {proposal.columns[target]}" for target in self.targets)
        lines = [
            f"What `smoothdistill init` understood. The target{'s' * (len(self.targets) > 1)}: {targets}.",
            *(f"{remark[0].upper()}{remark[1:]}." for remark in proposal.remarks),
        ]
        for heading, columns in (("Inputs:", inputs), ("Left out:", proposal.left_out)):
            if columns:
                width = min(30, max(map(len, columns)))
                listed = list(columns.items())[:MOST_LISTED]
                more = len(columns) - len(listed)
                lines += [heading, *(f"  {name:<{width}}  {what}" for name, what in listed)]
                lines += [f"  and {more} more"] if more else []
        return "".join(f"# {_printable(line)}\n" for line in lines)


def propose(
    registry: Registry, source: str, target: str, given: Mapping[str, Any], more_targets: Sequence[str] = ()
) -> Proposed:
    """Return the recipe for a source, the path of a file or a URL, as the first kind of dataset that reads it proposes.

    ``given`` are options of the dataset that are known already; with ``more_targets`` it gets an option of that name.
    Raises `DataError` where none reads it, and where it does not tell how it has to be read.
    """
    if more_targets:
        given = {**given, "more_targets": list(more_targets)}
    kinds = {name: kind for name, kind in registry.components("dataset").items() if issubclass(kind, Dataset)}
    for name, kind in kinds.items():
        try:
            proposal = kind.propose(source, target, given)
        except ValidationError as error:
            raise DataError(_unfit(error, kind)) from None
        if proposal is not None:
            if reason := registry.unavailable(kind):
                raise DataError(f"{shortened(source)}: the dataset {name!r} is unavailable: {reason}")
            title = proposal.title or kind.model_validate(dict(proposal.options)).label
            return Proposed(_as_name(title), name, (target, *more_targets), proposal)
    raise DataError(f"{shortened(source)} is no table that an installed dataset reads; give it as CSV or Parquet")


def written(value: Any) -> str:
    """Return plain data as one line of YAML."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{written(key)}: {written(item)}' for key, item in value.items())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS and "/." not in value[1:]
        return value if plain else _quoted(value)
    return json.dumps(value)


def _quoted(value: str) -> str:
    """Return text in double quotes, with what cannot be seen as YAML writes it: JSON halves letters beyond U+FFFF."""
    letters = json.dumps(value, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08X}" for letter in letters)


def _lines(keys: Mapping[str, Any]) -> str:
    return "".join(f"{key}: {written(value)}\n" for key, value in keys.items())


def _unfit(error: ValidationError, kind: type[Dataset]) -> str:
    """Return what is wrong with options that were given, in one line."""
    said = []
    for detail in error.errors(include_url=False):
        option = str(detail["loc"][0]) if detail["loc"] else ""
        if detail["type"] == "extra_forbidden":
            said.append(
                f"{kind.kind} {kind.name!r} has no option {option!r}; {did_you_mean(option, kind.model_fields)}"
            )
        else:
            said.append(f"{option}: {'; '.join(in_words(detail))}" if option else "; ".join(in_words(detail)))
    return " | ".join(said)


def _as_name(label: str) -> str:
    """Return the name of a recipe like that of a file."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", label).lstrip("._-")[:100].rstrip("._-")
    return name or "table"


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
