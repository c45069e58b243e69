"""The functions that exported code brings along, one file a language; exports copy them as text."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib.resources import files


@cache
def functions(language: str) -> dict[str, str]:
    """Return the source of each function or class of ``language`` by its name, in the order of its file.

    Before them stands what the file imports from another one here.
    """
    text = (files(__name__) / f"{language}.py").read_text(encoding="utf-8")
    lines = text.splitlines()
    found: dict[str, str] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{__name__}."):
            others = functions(str(node.module).rpartition(".")[2])
            found |= {alias.name: others[alias.name] for alias in node.names}
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = "\n".join(lines[node.lineno - 1 : node.end_lineno])
    return found


def needed(language: str, code: str) -> list[str]:
    """Return the sources of the functions that ``code`` uses, and of those that they use."""
    known = functions(language)
    wanted: set[str] = set()
    found = _used(code, known)
    while found:
        wanted |= found
        found = {name for user in found for name in _used(known[user], known)} - wanted
    return [source for name, source in known.items() if name in wanted]


def _used(code: str, known: dict[str, str]) -> set[str]:
    return {word for word in re.findall(r"(?<![\w.])(\w+)[(,]", code) if word in known}
