"""Recipes nobody would write: each is read, or refused in words that fit a terminal, in a second, and runs no code."""

from __future__ import annotations

import json
import os
import time
import unicodedata
from pathlib import Path
from random import Random
from typing import Any

import yaml
from campaign import Campaign, LostError
from click.testing import CliRunner
from drawing import draw
from hostile_texts import NAMES, YAML
from hypothesis import strategies as st

from smoothdistill_core import RecipeError, Registry, read_recipe
from smoothdistill_core.cli import main
from smoothdistill_core.cli.exit_codes import BAD_INPUT

SHIPPED = Path(__file__).parents[2] / "recipes"
SECONDS = 1.0
"""How long reading a recipe may take a processor."""
MOST_SAID = 20_000
"""So many characters say what is wrong with a recipe, at most."""

_places = st.integers(0, 10**9 - 1).map(lambda number: number / 10**9)
_scalars = (
    st.text(max_size=30)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.none()
    | st.sampled_from(("mlp", "none", "operon", "jacobian", "r2", "diabetes", "csv", "lipschitz", "-5", "0.1", *NAMES))
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(("name", "strength", "path")), inner),
    max_leaves=12,
)
_replacements = st.lists(st.tuples(_places, _values), min_size=1, max_size=3)
_edits = st.lists(
    st.tuples(
        st.sampled_from(("insert", "value", "value", "cut", "twice", "line", "bytes")),
        _places,
        st.integers(0, 60),
        st.sampled_from(YAML) | st.text(max_size=10),
    ),
    min_size=1,
    max_size=4,
)


class Recipes(Campaign):
    """Reads recipes: shipped ones, in whose text something is changed or, two of three times, in their data."""

    name = "recipes"
    seconds = 20.0

    def prepare(self) -> None:
        """Find the recipes that come along."""
        self.registry = Registry()
        self.shipped = [path.read_text() for path in sorted(SHIPPED.rglob("*.yaml"))]
        self.data = [yaml.safe_load(text) for text in self.shipped]
        os.chdir(self.folder)

    def case(self, number: int) -> str:
        """Read a recipe, as a library does and, where it is wrong, as the command line does."""
        content, what = self._content(number, self.drawn(number))
        path = self.folder / "recipe.yaml"
        path.write_bytes(content)
        began = time.process_time()
        try:
            json.dumps(read_recipe(path, self.registry).content())
            verdict = "read"
        except RecipeError as error:
            verdict = f"refused: {str(error)[:200]}"
        took = time.process_time() - began
        if Path("RAN").exists():
            raise LostError(f"{what}: it ran code")
        if took > SECONDS:
            raise LostError(f"{what}: took {took:.2f} s: {verdict}")
        if verdict != "read":
            _check_said(path, what)
        return f"{what}: {verdict}"

    def _content(self, number: int, by: Random) -> tuple[bytes, str]:
        if number % 3:
            data = json.loads(json.dumps(by.choice(self.data), default=str))
            name, replacements = data.get("name"), draw(_replacements, by)
            for where, value in replacements:
                data = _replaced(data, where, value)
            return json.dumps(data).encode(), f"{name} with {str(replacements)[:300]}"
        text, edits = by.choice(self.shipped), draw(_edits, by)
        content = text.encode()
        for kind, where, length, new in edits:
            content = _edited(content, kind, int(where * len(content)), length, new.encode(errors="surrogatepass"))
        return content, f"{text.split('name: ', 1)[-1].split()[0]} with {[kind for kind, *_ in edits]}"


def _replaced(data: Any, where: float, value: Any) -> Any:
    """Return data with a value in one of its places, or with its key where the value is text."""
    places = list(data) if isinstance(data, dict) else range(len(data))
    key, where = places[int(where * len(places)) % len(places)], where * len(places) % 1.0
    inner = data[key]
    if isinstance(inner, (dict, list)) and inner and where < 0.8:
        data[key] = _replaced(inner, where / 0.8, value)
    elif isinstance(data, dict) and isinstance(value, str) and where > 0.95:
        data[value] = data.pop(key)
    else:
        data[key] = value
    return data


def _edited(content: bytes, kind: str, place: int, length: int, new: bytes) -> bytes:
    """Return a text with a change at a place."""
    before, after = content[:place], content[place:]
    match kind:
        case "insert":
            return before + new + after
        case "value":  # of the next key
            key, colon, rest = after.partition(b": ")
            return before + key + colon + new + b"\n" + rest.partition(b"\n")[2]
        case "cut":
            return before + after[length:]
        case "twice":
            return before + after[:length] * 2 + after[length:]
        case "line":
            return before + b"\n" + b" " * (length % 9) + new + b"\n" + after
        case _:
            return before + bytes((byte + length) % 256 for byte in after[:3]) + after[3:]


def _check_said(path: Path, what: str) -> None:
    """Raise unless the command line refuses a recipe in few words that a terminal shows as they are."""
    result = CliRunner().invoke(main, ["validate", str(path)])
    if result.exit_code != BAD_INPUT:
        raise LostError(f"{what}: validate ends with {result.exit_code}: {result.output[:500]!r}, {result.exception!r}")
    check_words(result.output, what)


def check_words(said: str, what: str, most: int = MOST_SAID) -> None:
    """Raise where words are too many for a terminal, or hold what it would not show."""
    if len(said) > most:
        raise LostError(f"{what}: {len(said)} characters are said: {said[:200]!r}")
    if odd := sorted(
        {character for character in said if unicodedata.category(character) in ("Cc", "Cf", "Cs")} - {"\n"}
    ):
        raise LostError(f"{what}: {odd} in what is said")
