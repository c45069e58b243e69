"""`new_plugin`: writes a complete plugin package that works and passes its tests as it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.metadata import metadata
from importlib.resources import files
from pathlib import Path
from string import Template

from packaging.version import Version

from smoothdistill_core.components import CLASSES, Kind
from smoothdistill_core.errors import PluginError, one_line
from smoothdistill_core.registry import OWN_DISTRIBUTION, Registry
from smoothdistill_core.template.naming import Names, names_for

LAYOUT = {
    ".github/workflows/tests.yml": "shared/tests.yml",
    ".gitignore": "shared/gitignore",
    "README.md": "shared/README.md",
    "pyproject.toml": "shared/pyproject.toml",
    "recipe.yaml": "$kind/recipe.yaml",
    "$package/__init__.py": "shared/init.py",
    "$package/plugin.py": "shared/plugin.py",
    "$package/$kind.py": "$kind/component.py",
    "tests/test_conformance.py": "shared/test_conformance.py",
    "tests/test_plugin.py": "shared/test_plugin.py",
}
"""Each file of a new package, and the template that it is made from (without its ending ``.tmpl``)."""


@dataclass(frozen=True)
class Example:
    """What tells the worked example of one kind from the others."""

    summary: str
    dependencies: tuple[str, ...]
    other_options: str
    """Options with which the conformance test checks it a second time."""


EXAMPLES: dict[Kind, Example] = {
    "student": Example("Distils teachers into short sums of simple terms.", ("numpy>=1.26",), "terms=1, functions=()"),
    "regularizer": Example("Penalises networks whose predictions jump when inputs move.", ("torch>=2.6",), "step=0.5"),
    "teacher": Example("Trains sums of random cosines as smooth teachers.", ("numpy>=1.26",), "cosines=10, ridge=1.0"),
    "dataset": Example("A table of pendulums and their periods.", ("numpy>=1.26", "pandas>=2.2"), "rows=50, noise=0.0"),
    "metric": Example("Scores models by the error that most rows stay below.", ("numpy>=1.26",), "quantile=0.5"),
}


def new_plugin(name: str, kind: Kind, registry: Registry, folder: Path | None = None) -> Path:
    """Write a package with one component of ``kind`` called ``name``, and return its folder.

    ``folder`` is made where it is missing, and is ``smoothdistill-NAME`` here if left out. Raises
    `PluginError` for a name that is malformed or taken in ``registry``, and for a folder that holds
    something or cannot be written.
    """
    names = names_for(name, kind, registry)
    folder = Path(names.distribution) if folder is None else folder
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise PluginError(f"{folder} is there already and is not empty; name another folder with --out")
        for path, text in package_files(names, kind).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise PluginError(f"{folder} cannot be written: {one_line(error)}; name another folder with --out") from error
    return folder


def package_files(names: Names, kind: Kind) -> dict[str, str]:
    """Return the path and the text of each file of a new package."""
    example = EXAMPLES[kind]
    values = asdict(names) | {
        "class": names.class_name,
        "base": CLASSES[kind].__name__,
        "kind": kind,
        "summary": example.summary,
        "other_options": example.other_options,
        "python": metadata(OWN_DISTRIBUTION)["Requires-Python"],
        "dependencies": "\n".join(f'    "{one}",' for one in (*example.dependencies, _this_core())),
    }
    values["recipe"] = _filled("$kind/recipe.yaml", values).rstrip()
    return {Template(path).substitute(values): _filled(template, values) for path, template in LAYOUT.items()}


def _filled(template: str, values: dict[str, str]) -> str:
    path = Template(template).substitute(values)
    text = files("smoothdistill_core.template").joinpath("files", *f"{path}.tmpl".split("/"))
    return Template(text.read_text(encoding="utf-8")).substitute(values)


def _this_core() -> str:
    """Return the requirement of this core's minor version, or of just this one before its release."""
    version = Version(metadata(OWN_DISTRIBUTION)["Version"])
    return f"{OWN_DISTRIBUTION}>={version if version.is_prerelease else f'{version.major}.{version.minor}'}"
