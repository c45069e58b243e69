"""Functions that sympy lacks, each one node of an expression; ``.rewrite(sympy.Piecewise)`` writes out their guards."""

# mypy: ignore-errors
# ruff: noqa: N801, N802 - classes that print as functions, and a method that sympy names
from __future__ import annotations

import numpy as np
import sympy


class protected_div(sympy.Function):
    """a / b, and 1 where |b| <= 0.001."""

    nargs = 2

    def _eval_rewrite_as_Piecewise(self, a, b, **_):
        return sympy.Piecewise((a / b, sympy.Abs(b) > 0.001), (1.0, True))

    def fdiff(self, argindex=1):
        """Return the derivative by an argument."""
        a, b = self.args
        slope = 1 / b if argindex == 1 else -a / b**2
        return sympy.Piecewise((slope, sympy.Abs(b) > 0.001), (0.0, True))

    def _eval_evalf(self, prec):
        return self.rewrite(sympy.Piecewise)._eval_evalf(prec) if self.is_number else None

    @staticmethod
    def _imp_(a, b):
        with np.errstate(all="ignore"):
            return np.where(np.abs(b) > 0.001, np.divide(a, b), 1.0)


class protected_log(sympy.Function):
    """log(|a|), and 0 where |a| <= 0.001."""

    nargs = 1

    def _eval_rewrite_as_Piecewise(self, a, **_):
        return sympy.Piecewise((sympy.log(sympy.Abs(a)), sympy.Abs(a) > 0.001), (0.0, True))

    def fdiff(self, argindex=1):
        """Return the derivative."""
        return sympy.Piecewise((1 / self.args[0], sympy.Abs(self.args[0]) > 0.001), (0.0, True))

    def _eval_evalf(self, prec):
        return self.rewrite(sympy.Piecewise)._eval_evalf(prec) if self.is_number else None

    @staticmethod
    def _imp_(a):
        with np.errstate(all="ignore"):
            return np.where(np.abs(a) > 0.001, np.log(np.abs(a)), 0.0)


class protected_inverse(sympy.Function):
    """1 / a, and 0 where |a| <= 0.001."""

    nargs = 1

    def _eval_rewrite_as_Piecewise(self, a, **_):
        return sympy.Piecewise((1 / a, sympy.Abs(a) > 0.001), (0.0, True))

    def fdiff(self, argindex=1):
        """Return the derivative."""
        return sympy.Piecewise((-1 / self.args[0] ** 2, sympy.Abs(self.args[0]) > 0.001), (0.0, True))

    def _eval_evalf(self, prec):
        return self.rewrite(sympy.Piecewise)._eval_evalf(prec) if self.is_number else None

    @staticmethod
    def _imp_(a):
        with np.errstate(all="ignore"):
            return np.where(np.abs(a) > 0.001, np.divide(1.0, a), 0.0)


class greater(sympy.Function):
    """1 where a > b, and 0 elsewhere."""

    nargs = 2

    def _eval_rewrite_as_Piecewise(self, a, b, **_):
        return sympy.Piecewise((1.0, a > b), (0.0, True))

    def fdiff(self, argindex=1):
        """Return the derivative away from the jump."""
        return sympy.Integer(0)

    def _eval_evalf(self, prec):
        return self.rewrite(sympy.Piecewise)._eval_evalf(prec) if self.is_number else None

    @staticmethod
    def _imp_(a, b):
        return np.greater(a, b) * 1.0


class cbrt(sympy.Function):
    """The real cube root."""

    nargs = 1

    def _eval_rewrite_as_Piecewise(self, a, **_):
        third = sympy.Rational(1, 3)
        return sympy.Piecewise((a**third, a >= 0), (-((-a) ** third), True))

    def fdiff(self, argindex=1):
        """Return the derivative."""
        return 1 / (3 * self**2)

    def _eval_evalf(self, prec):
        return self.rewrite(sympy.Piecewise)._eval_evalf(prec) if self.is_number else None

    @staticmethod
    def _imp_(a):
        return np.cbrt(a)


class rounded(sympy.Function):
    """The nearest whole number, the even one of two."""

    nargs = 1

    def _eval_rewrite_as_Piecewise(self, a, **_):
        low = sympy.floor(a)
        even = 2 * sympy.floor((low + 1) / 2)
        return sympy.Piecewise((low, a - low < 0.5), (low + 1, a - low > 0.5), (even, True))

    def fdiff(self, argindex=1):
        """Return the derivative away from the jumps."""
        return sympy.Integer(0)

    def _eval_evalf(self, prec):
        return self.rewrite(sympy.Piecewise)._eval_evalf(prec) if self.is_number else None

    @staticmethod
    def _imp_(a):
        return np.round(a)
