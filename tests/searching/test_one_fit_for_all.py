"""Constants of formulas are fitted in one place: no other solver of nonlinear least squares is called."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = [ROOT / "smoothdistill_core", *sorted(ROOT.glob("plugins/*/smoothdistill_*"))]
SOLVERS = {"least_squares", "leastsq", "curve_fit", "minimize", "root"}


def solvers(text: str) -> set[str]:
    """Return the solvers of scipy that a module imports, by themselves or with all of ``scipy.optimize``."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module == "scipy.optimize":
            found |= {alias.name for alias in node.names} & SOLVERS
        elif isinstance(node, ast.ImportFrom) and node.module == "scipy":
            found |= {alias.name for alias in node.names} & {"optimize"}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & {"scipy.optimize"}
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from scipy.optimize import least_squares, brentq", {"least_squares"}),
        ("def fit():\n    from scipy import optimize, stats", {"optimize"}),
        ("import scipy.optimize as o", {"scipy.optimize"}),
        ("from smoothdistill_core.searching import refitted", set()),
    ],
)
def test_a_solver_is_seen_wherever_it_is_imported(text, found):
    assert solvers(text) == found


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_no_student_brings_a_solver_of_its_own(package):
    called = {str(file.relative_to(ROOT)): solvers(file.read_text()) for file in package.rglob("*.py")}
    assert {file: names for file, names in called.items() if names} == {}
