"""`Document`: a YAML text read strictly into plain data that remembers where everything stood.

The rules are those of YAML 1.2's core schema: ``No`` is text, ``12:30`` is text, ``1e-3`` is a number.
Nothing but mappings, lists, text, numbers, true, false and null can be built.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Any

import yaml

from smoothdistill_core.components import KINDS
from smoothdistill_core.errors import DataError
from smoothdistill_core.files import STANDARD_INPUT, read_regular, read_standard_input, shortened
from smoothdistill_core.recipe.problems import Path, Problem, RecipeError, written

MOST_BYTES = 1_000_000
MOST_DIGITS = 400
MOST_LEVELS = 50
MOST_NODES = 20_000
"""A recipe never comes near this; aliases of aliases do."""

_CORE = {
    "null": re.compile(r"|~|null|Null|NULL"),
    "bool": re.compile(r"true|True|TRUE|false|False|FALSE"),
    "int": re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"),
    "float": re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"),
}
_PREFIX = "tag:yaml.org,2002:"
_STANDARD = {f"{_PREFIX}{tag}" for tag in ("null", "bool", "int", "float", "str", "seq", "map")}


class _TooMuchError(Exception):
    """A text holds more than a recipe ever does: what is wrong, where, and the remedy."""

    def __init__(self, mark: yaml.Mark, wrong: str, remedy: str) -> None:
        self.mark, self.wrong, self.remedy = mark, wrong, remedy


class _CoreLoader(yaml.SafeLoader):
    """PyYAML's safe loader with the scalars of YAML 1.2's core schema in place of those of 1.1, and with bounds."""

    yaml_implicit_resolvers: dict[str | None, list[Any]] = {}  # noqa: RUF012 PyYAML's own way to say it

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._nodes = self._levels = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Compose one node and all below it; raises `_TooMuchError` before a text takes long."""
        self._nodes += 1
        self._levels += 1
        parser: Any = self  # PyYAML's types leave this out
        mark = parser.peek_event().start_mark
        if self._nodes > MOST_NODES:
            raise _TooMuchError(mark, f"holds more than {MOST_NODES:,} values", "shorten")
        if self._levels > MOST_LEVELS:
            raise _TooMuchError(mark, "is nested too deeply", "a recipe needs a handful of levels")
        node = super().compose_node(parent, index)
        self._levels -= 1
        return node


for _tag, _pattern in _CORE.items():
    _CoreLoader.add_implicit_resolver(f"{_PREFIX}{_tag}", re.compile(rf"(?:{_pattern.pattern})\Z"), None)


class Document:
    """Plain data and, for each path in it, the place in the text. Raises `RecipeError` for bad YAML."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self._marks: dict[Path, str] = {}
        self._key_marks: dict[Path, str] = {}
        self._nodes = 0
        self._open: set[int] = set()
        self.data = self._read(text)
        if self.problems:
            raise RecipeError(self.problems)

    @classmethod
    def from_file(cls, path: FilePath) -> Document:
        """Read a recipe file, - for standard input; raises `RecipeError` where it cannot be read."""
        try:
            raw = read_standard_input(MOST_BYTES) if str(path) == STANDARD_INPUT else read_regular(path, MOST_BYTES)
            text = raw.decode("utf-8")
        except DataError as error:
            wrong, _, remedy = str(error).removeprefix(f"{path} ").removeprefix(f"{path}: ").partition("; ")
            raise _refusal(f"{shortened(path)}:1:1", wrong, f"{remedy}; a recipe is a short YAML text") from None
        except UnicodeDecodeError as error:
            place = _place(str(path), raw[: error.start].decode("utf-8"))
            raise _refusal(place, f"byte {error.start} is not UTF-8", "save the recipe as UTF-8 text") from None
        return cls(text, str(path))

    @classmethod
    def of(cls, data: Any, name: str) -> Document:
        """Take mappings, sequences and numbers of Python and NumPy as they are; all of it stands at ``name``."""
        document = cls("", name)
        document.data = _as_read(data)
        document._marks = {(): name}
        return document

    def place(self, path: Path, *, key: bool = False) -> str:
        """Return where ``path`` stands (its key instead of its value, if asked), or its nearest parent."""
        if key and path in self._key_marks:
            return self._key_marks[path]
        while path and path not in self._marks:
            path = path[:-1]
        return self._marks.get(path, f"{self.name}:1:1")

    def problem(self, path: Path, wrong: str, remedy: str, *, key: bool = False) -> Problem:
        """Return a problem at ``path``."""
        return Problem(self.place(path, key=key), path, wrong, remedy)

    def override(self, assignment: str, defaults: Mapping[str, Any] = MappingProxyType({})) -> None:
        """Apply ``path=value`` (``teacher.epochs=50``, ``regularizer.0.strength=[0.1]``); the value is YAML.

        Where the path leads into a key that the text leaves out, it leads into that of ``defaults``. Problems name the
        path only: the value may be a secret.
        """
        target, equals, value = assignment.partition("=")
        steps = target.strip().split(".")
        source = f"--set {re.split('[=: ]', assignment.strip(), maxsplit=1)[0]}"
        if not equals or not all(steps):
            raise _refusal(source, "is no assignment", "write it as path=value, for example teacher.epochs=50")
        parsed = Document(value, source).data
        if not isinstance(self.data, dict):
            self.data = {}
        if len(steps) > 1 and steps[0] in defaults and steps[0] not in self.data:
            default = copy.deepcopy(defaults[steps[0]])
            self.data[steps[0]] = default[0] if len(default) == 1 else default
        parent: Any = None
        place: Any = None
        here: Any = self.data
        path: list[str | int] = []
        for step in steps:
            is_component = path[:1] and path[0] in KINDS and all(isinstance(step, int) for step in path[1:])
            if isinstance(here, str) and is_component:
                here = parent[place] = {"name": here}  # a component by its bare name gets options
            elif here is None and parent is not None:
                here = parent[place] = {}
            at: str | int = int(step) if isinstance(here, list) and step.isdecimal() else step
            fits = isinstance(here, dict) or (isinstance(here, list) and isinstance(at, int) and at < len(here))
            if not fits:
                wrong = f"there is no {written((*path, at))} in {self.name}"
                if isinstance(here, list):
                    raise _refusal(source, wrong, f"{written(tuple(path))} is a list of {len(here)}: count from 0")
                raise _refusal(source, wrong, f"{written(tuple(path))} has no parts")
            parent, place = here, at
            here = here.get(at) if isinstance(here, dict) else here[at]
            path.append(at)
        parent[place] = parsed
        replaced = tuple(path)
        for marks in (self._marks, self._key_marks):
            for inner in [inner for inner in marks if inner[: len(replaced)] == replaced]:
                del marks[inner]
            marks[replaced] = source

    def _read(self, text: str) -> Any:
        loader = None
        try:
            loader = _CoreLoader(text)
            node = loader.get_single_node()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = self._source(mark) if mark else self.name
            found = " ".join(part for part in (error.context, error.problem) if part)
            found = re.sub(r"(alias|anchor|handle) '.*'", r"\1", found)  # a password may begin like one
            remedy = "mend the YAML at this place; text that begins with a sign belongs in quotes"
            remedy = "indent with spaces, never with tabs" if "'\\t'" in found else remedy
            raise _refusal(place, f"is not YAML: {found}", remedy) from None
        except yaml.reader.ReaderError as error:
            place = _place(self.name, text[: error.position])
            raise _refusal(place, f"holds a character that YAML forbids: {error.character:#x}", "remove it") from None
        except _TooMuchError as error:
            raise _refusal(self._source(error.mark), error.wrong, error.remedy) from None
        except (ValueError, OverflowError):  # of \U00110000, which PyYAML takes for a letter
            place = self.name if loader is None else self._source(loader.get_mark())
            raise _refusal(place, "has an escape that stands for no letter", "mend it, or double the \\") from None
        return None if node is None else self._build(node, ())

    def _build(self, node: yaml.Node, path: Path) -> Any:
        self._marks.setdefault(path, self._source(node.start_mark))
        self._nodes += 1
        if self._nodes > MOST_NODES:
            if self._nodes == MOST_NODES + 1:
                self._complain(path, f"holds more than {MOST_NODES:,} values once its aliases are filled in", "shorten")
            return None
        if node.tag not in _STANDARD:
            # a password may begin with an exclamation mark
            found = f"the tag {node.tag!r}" if node.tag.startswith(_PREFIX) else "a tag"
            remedy = "recipes hold plain values only: remove the tag, or put text that begins with ! in quotes"
            self._complain(path, f"has {found}", remedy)
            return None
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if id(node) in self._open:
            self._complain(path, "is an alias of something that it stands in", "write the value out")
            return None
        if len(path) > MOST_LEVELS:
            self._complain(path, "is nested too deeply", "a recipe needs a handful of levels")
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return [self._build(item, (*path, place)) for place, item in enumerate(node.value)]
            return self._mapping(node, path)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: yaml.Node, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != f"{_PREFIX}str":
                shown = key_node.value if isinstance(key_node, yaml.ScalarNode) else "a collection"
                wrong = f"has a key that is not text: {shown}"
                self.problems.append(
                    Problem(self._source(key_node.start_mark), path, wrong, "put it in quotes if it is meant as text")
                )
                continue
            key = key_node.value
            here = (*path, key)
            place = self._source(key_node.start_mark)
            if key in data:
                wrong = f"the key stands twice, first at {self._key_marks[here]}"
                self.problems.append(Problem(place, here, wrong, "keep one of the two"))
                continue
            self._key_marks[here] = place
            data[key] = self._build(value_node, here)
        return data

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        tag = node.tag.removeprefix(_PREFIX)
        read: dict[str, Callable[[str], Any]] = {
            "null": lambda _: None,
            "bool": lambda text: text.lower() == "true",
            "int": _integer,
            "float": _number,
            "str": str,
        }
        if tag not in read or (tag in _CORE and not _CORE[tag].fullmatch(node.value)):
            self._complain(path, f"{node.value!r} is not of the type {tag}", "remove the tag")
            return None
        if any("\ud800" <= letter <= "\udfff" for letter in node.value):
            self._complain(path, "holds half of a letter, an escape from \\ud800 to \\udfff", "write the whole letter")
            return None
        try:
            return read[tag](node.value)
        except (ValueError, OverflowError):
            self._complain(path, f"the number has {len(node.value):,} digits", "write a shorter number")
            return None

    def _complain(self, path: Path, wrong: str, remedy: str) -> None:
        self.problems.append(self.problem(path, wrong, remedy))

    def _source(self, mark: yaml.Mark) -> str:
        return f"{self.name}:{mark.line + 1}:{mark.column + 1}"


def _as_read(value: Any) -> Any:
    """Return a value of a program as YAML would have given it; objects that YAML cannot hold stay what they are."""
    if isinstance(value, Mapping):
        return {key: _as_read(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_read(item) for item in value]
    plain: Callable[[], Any] | None = getattr(value, "tolist", None)  # NumPy's numbers and arrays
    return value if plain is None else plain()


def _integer(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError("too many digits")
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


def _number(text: str) -> float:
    special = {".inf": math.inf, "-.inf": -math.inf, "+.inf": math.inf, ".nan": math.nan}
    return special[text.lower()] if text.lower() in special else float(text)


def _place(name: str, before: str) -> str:
    """Return the place in ``name`` that the text ``before`` leads up to."""
    return f"{name}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def _refusal(source: str, wrong: str, remedy: str) -> RecipeError:
    return RecipeError([Problem(source, (), wrong, remedy)])
