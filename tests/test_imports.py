"""Who imports whom: a room of the core only rooms before it in the house tour, and no modules each other in a circle.

Every import counts, also one inside a function. One for types only never runs: it closes no circle, but it must not
point upward either.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "smoothdistill_core"
PACKAGES = [CORE, *sorted(ROOT.glob("plugins/*/smoothdistill_*"))]


def modules_of(package: Path) -> dict[str, Path]:
    """Return the files of a package by the names that import them."""
    names = {}
    for file in sorted(package.rglob("*.py")):
        parts = file.relative_to(package.parent).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return names


def imports(text: str, module: str, known: dict[str, Path], *, types: bool = True) -> set[str]:
    """Return which of the known modules the text of one of them imports, for ``types`` only or to run."""
    names = named(ast.parse(text), module, known, types)
    return {found for name in names if (found := nearest(name, known)) and found != module}


def named(node: ast.AST, module: str, known: dict[str, Path], types: bool) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        inside = module if known[module].name == "__init__.py" else module.rpartition(".")[0]
        parents = inside.split(".")[: len(inside.split(".")) - node.level + 1] if node.level else []
        yield from (".".join([*parents, *filter(None, [node.module]), alias.name]) for alias in node.names)
    only_types = isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
    for part in node.orelse if only_types and not types else ast.iter_child_nodes(node):
        yield from named(part, module, known, types)


def nearest(name: str, known: dict[str, Path]) -> str | None:
    """Return the module that a dotted name is or is defined in; nothing if that is of another package."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name or None


def arrows(known: dict[str, Path], *, types: bool = True) -> dict[str, set[str]]:
    return {module: imports(file.read_text(), module, known, types=types) for module, file in known.items()}


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """Return modules that import each other in a circle, the first again at the end; nothing if there is none."""
    finished: set[str] = set()

    def follow(path: list[str]) -> list[str]:
        for module in sorted(arrows[path[-1]] - finished):
            if module in path:
                return [*path[path.index(module) :], module]
            if found := follow([*path, module]):
                return found
        finished.add(path[-1])
        return []

    return next(filter(None, (follow([module]) for module in sorted(arrows) if module not in finished)), [])


KNOWN = {name: Path(f"{name.replace('.', '/')}.py") for name in ("house.walls", "house.roof", "garden")}
KNOWN |= {"house": Path("house/__init__.py")}


@pytest.mark.parametrize(
    ("text", "module", "found"),
    [
        ("import house.roof as roof, garden", "house.walls", {"house.roof", "garden"}),
        ("from house import roof, DOORS", "garden", {"house.roof", "house"}),
        ("def sleep():\n    from house.roof import bed", "garden", {"house.roof"}),
        ("if TYPE_CHECKING:\n    from house.roof import (\n        Tile,\n    )", "garden", {"house.roof"}),
        ("try:\n    import garden\nexcept ImportError:\n    pass", "house", {"garden"}),
        ("from . import roof\nfrom .roof import bed", "house.walls", {"house.roof"}),
        ("from .walls import door", "house", {"house.walls"}),
        ("import json, houses\n# import garden\ntext = 'import garden'", "house.walls", set()),
    ],
)
def test_an_import_is_seen_wherever_and_however_it_is_written(text, module, found):
    assert imports(text, module, KNOWN) == found


def test_an_import_for_types_only_can_be_left_out():
    text = "if TYPE_CHECKING:\n    import garden\nelse:\n    from house import roof"
    assert imports(text, "house.walls", KNOWN) == {"garden", "house.roof"}
    assert imports(text, "house.walls", KNOWN, types=False) == {"house.roof"}


def test_a_circle_is_found_whichever_way_round():
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"d"}, "d": {"b"}}) == ["b", "c", "d", "b"]


def rooms() -> list[str]:
    tour = (ROOT / "CONTRIBUTING.md").read_text().partition("## House tour")[2].partition("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", tour, re.M)


def test_the_house_tour_passes_every_room():
    packages = {path.parent.name for path in CORE.glob("*/__init__.py")}
    assert sorted(rooms()) == sorted(packages | {path.stem for path in CORE.glob("[!_]*.py")})


@pytest.fixture(scope="module")
def arrows_of_the_core() -> dict[str, set[str]]:
    return arrows(modules_of(CORE))


@pytest.mark.parametrize("room", rooms())
def test_a_room_imports_only_rooms_before_it(room, arrows_of_the_core):
    reached = {CORE.name: {room_of(module) for module in arrows_of_the_core[CORE.name]}}  # the door opens on many rooms
    allowed = set(rooms()[: rooms().index(room) + 1])
    upward = {
        f"{module} -> {other}"
        for module, imported in arrows_of_the_core.items()
        for other in imported
        if room_of(module) == room and not reached.get(other, {room_of(other)}) <= allowed
    }
    assert upward == set()


def room_of(module: str) -> str:
    """Return the room of the core that a module stands in; nothing for the door, the core's ``__init__``."""
    return module.partition(".")[2].partition(".")[0]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_no_modules_import_each_other_in_a_circle(package):
    assert " -> ".join(circle(arrows(modules_of(package), types=False))) == ""
