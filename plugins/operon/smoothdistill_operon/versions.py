"""The versions of pyoperon that the plugin was tested with, and the error for one that does something else."""

from __future__ import annotations

from importlib.metadata import version

from smoothdistill_core import FormulaError

TESTED = ">=0.6.1,<0.7"
"""0.6.0 overwrites the random state of Python."""

INSTALL = f"pip install 'pyoperon{TESTED}'"


def not_understood(found: str) -> FormulaError:
    """Return the error for what was found in the installed pyoperon; it names its version and the tested ones."""
    return FormulaError(f"pyoperon {version('pyoperon')} is not understood: {found}; {INSTALL}")
