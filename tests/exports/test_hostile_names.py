"""Hostile names in exports: pdflatex compiles them, sympy says which columns to rename, and code runs."""

import re
import shutil
import subprocess

import pytest

from hostile_names import NAMES
from smoothdistill_core import Formula
from smoothdistill_core.exports import FORMATS, Input, export, to_sympy

COMMANDS = {
    "text",
    "textbackslash",
    "textasciicircum",
    "textasciitilde",
    "textless",
    "textgreater",
    "cdot",
    "left",
    "right",
}
"""The commands that an equation of a sum with names may hold, besides the escapes of single signs."""

PREAMBLE = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{amsmath,textcomp}
\makeatletter
\def\UTFviii@undefined@err#1{?} % pdflatex has few letters; XeLaTeX and browsers have more
\makeatother
\begin{document}
"""


def named(name, target="y"):
    return export(
        Formula.apply("mul", Formula.variable(0), Formula.variable(1)), [name, "other"], "latex", target=target
    )


def test_there_are_many_hostile_names():
    assert len(set(NAMES)) >= 60


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_stays_within_its_text_in_latex(name):
    written = named(name, target=name)
    written.encode()
    assert all(letter.isprintable() for letter in written)
    assert set(re.findall(r"\\([A-Za-z]+)", written)) <= COMMANDS
    bare = re.sub(r"\\[^A-Za-z]", "", written)
    level = 0
    for letter in bare:
        level += (letter == "{") - (letter == "}")
        assert level >= 0
    assert level == 0
    assert not set("$&#%~^") & set(bare)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_pdflatex_compiles_every_name(tmp_path):
    equations = "\n".join(f"\\[ {named(name, target=name)} \\]" for name in NAMES)
    (tmp_path / "names.tex").write_text(f"{PREAMBLE}{equations}\n\\end{{document}}\n", encoding="utf-8")
    command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "-no-shell-escape", "names.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-2_000:]
    assert (tmp_path / "names.pdf").stat().st_size > 0


@pytest.mark.parametrize("kind", [name for name in FORMATS if name != "sql"])
def test_every_hostile_name_can_be_exported(kind):
    assert export(Formula.linear([1.0] * len(NAMES), 0.5), NAMES, kind, target=NAMES[-1])


def test_the_sympy_export_says_which_columns_to_rename_for_names_that_collide():
    inputs = ["x", "x ", "", Input("[town = Ulm]", "town", "Ulm"), "[town = Ulm]"]
    formula = Formula.linear([1.0] * len(inputs), 0.0)
    code = export(formula, inputs, "sympy")
    assert "# 'x (2)' is the column 'x ': another input has the name 'x'; rename the column to name the symbol" in code
    assert "# 'x2' is the column '': a symbol has no empty name; rename the column to name the symbol" in code
    assert (
        "# '[town = Ulm] (2)' is the column '[town = Ulm]': another input has the name '[town = Ulm]'; rename" in code
    )
    assert code.count("rename the column") == 3
    names = {symbol.name for symbol in to_sympy(formula, inputs).free_symbols}
    assert names == {"x", "x (2)", "x2", "[town = Ulm]", "[town = Ulm] (2)"}
