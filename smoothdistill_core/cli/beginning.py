"""``init`` and ``fit``: from a table that nobody has described to a recipe, and on to its results."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from smoothdistill_core.cli.console import console
from smoothdistill_core.cli.running import run_recipe
from smoothdistill_core.cli.showing import RUNS
from smoothdistill_core.errors import DataError, SmoothdistillError, StoreError, did_you_mean
from smoothdistill_core.files import STANDARD_INPUT, read_regular, read_standard_input, write_whole
from smoothdistill_core.recipe import Proposed, RecipeError, propose
from smoothdistill_core.recipe.document import Document
from smoothdistill_core.registry import Registry
from smoothdistill_core.store.file import RECIPE, TABLE
from smoothdistill_core.wording.lists import listed


def init_recipe(
    source: str,
    targets: Sequence[str],
    weights: str | None,
    given: Sequence[str],
    out: str | None,
    force: bool,
    registry: Registry,
) -> None:
    """Write the recipe for a table beside the caller; what is there is not overwritten but by ``force``."""
    if source == STANDARD_INPUT:
        source = str(_kept(Path(TABLE) if out is None else Path(out).with_suffix(".csv"), force))
    proposed = _proposed(source, targets, weights, given, registry)
    path = Path(f"{proposed.name}.yaml" if out is None else out)
    written = _write(path, proposed.text(path.parent), force)
    screen = console()
    screen.print(f"{'Wrote' if written else 'Nothing changes in'} {path}: {_summary(proposed)}.")
    screen.print(f"Look it over, and run it: smoothdistill run {path}")


def fit_table(
    source: str,
    targets: Sequence[str],
    weights: str | None,
    given: Sequence[str],
    demanded: Mapping[str, Sequence[str]],
    out: str | None,
    force: bool,
    workers: int | None,
    minutes: float | None,
    as_json: bool,
    registry: Registry,
    *,
    lock: bool,
) -> int:
    """Write the recipe for a table into its run folder and run it; returns the exit code of the run.

    ``demanded`` are the inputs with which the formula may only rise, or fall.
    """
    if source == STANDARD_INPUT:
        source = str(_kept(_made(RUNS / Path(TABLE).stem if out is None else Path(out)) / TABLE, force))
    proposed = _proposed(source, targets, weights, given, registry)
    demanded = {way: list(names) for way, names in demanded.items() if names}
    _check_directions(demanded, proposed)
    folder = RUNS / proposed.name if out is None else Path(out)
    path = _made(folder) / RECIPE
    _write(path, proposed.text(folder, demanded), force)
    screen = console(stderr=as_json)
    screen.print(f"{path}: {_summary(proposed)}.")
    return run_recipe(str(path), registry, str(folder), workers, minutes, None, False, (), as_json, lock=lock)


def _proposed(
    source: str, targets: Sequence[str], weights: str | None, given: Sequence[str], registry: Registry
) -> Proposed:
    options = dict(_option(assignment) for assignment in given)
    target, *more = targets
    try:
        proposed = propose(registry, source, target, options, more)
        return proposed if weights is None else proposed.weighed_by(weights)
    except DataError as error:
        here = " (here as --set OPTION=VALUE)" if re.search(r"\b(say|names:)", str(error)) else ""
        raise DataError(f"{error}{here}") from None


def _check_directions(demanded: Mapping[str, Sequence[str]], proposed: Proposed) -> None:
    """Raise `DataError` for directions that no formula can have, before a recipe is written."""
    inputs = [column for column in proposed.proposal.columns if column not in proposed.targets]
    named = [(way, name) for way, names in demanded.items() for name in names]
    for number, (way, name) in enumerate(named):
        if name not in inputs and not name.startswith("["):  # which is an indicator: those are known later
            raise DataError(f"--{way} {name}: there is no such input; {did_you_mean(name, inputs)}")
        if name in [other for _, other in named[:number]]:
            raise DataError(f"--{way} {name}: it was named before; a formula either rises or falls with it")


def _option(assignment: str) -> tuple[str, Any]:
    """Return an option and its value; the value is YAML, or a sign, other than a digit, that means something there."""
    option, equals, text = assignment.partition("=")
    if not equals or not option.isidentifier():
        raise DataError(f"--set {assignment} is no assignment; write it as OPTION=VALUE, for example decimal=,")
    if (len(text) == 1 and not text.isdecimal()) or text == r"\t":
        return option, text.replace(r"\t", "\t")
    try:
        return option, Document(text, f"--set {option}").data
    except RecipeError:
        return option, text


def _summary(proposed: Proposed) -> str:
    left = list(proposed.proposal.left_out)
    shown = ", ".join(left[:10]) + (f" and {len(left) - 10} more" if len(left) > 10 else "")
    inputs = len(proposed.proposal.columns) - len(proposed.targets)
    whole = f"{listed([repr(name) for name in proposed.targets])} from {inputs} column{'s' * (inputs != 1)}"
    return whole + (f"; left out: {shown}" if left else "")


def _kept(path: Path, force: bool) -> Path:
    """Write standard input to a file."""
    content = read_standard_input()
    try:
        if path.exists() and read_regular(path) != content and not force:
            raise SmoothdistillError(f"{path} is there already, and holds something else; remove it, or say --force")
        write_whole(path, content)
    except OSError as error:
        raise SmoothdistillError(f"{path} cannot be written: {error.strerror}") from None
    return path


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be made: {error.strerror}; give another folder") from None
    return folder


def _write(path: Path, text: str, force: bool) -> bool:
    """Write a recipe, and say whether that was needed; raises, with the difference, where another one is there."""
    try:
        if path.exists():
            there = read_regular(path).decode("utf-8")
            if there == text:
                return False
            if not force:
                lines = difflib.unified_diff(there.splitlines(), text.splitlines(), str(path), "new", lineterm="")
                difference = "\n".join(lines)
                raise SmoothdistillError(
                    f"{difference}\n{path} is there already, and differs; rename it, or say --force"
                )
        write_whole(path, text.encode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SmoothdistillError(f"{path} cannot be written: {getattr(error, 'strerror', error)}") from None
    return True
