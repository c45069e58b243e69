"""Shorter formulas that compute the same, found by sympy in a process that cannot hang."""

from smoothdistill_core.simplification.simplifier import Simplifier, simplified

__all__ = ["Simplifier", "simplified"]
