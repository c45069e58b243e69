"""What PySR itself computes for an equation, by PySR's own table of operators, and without Julia."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from smoothdistill_core.errors import FormulaError, PluginError
from smoothdistill_pysr.julia import INSTALL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

PACKAGE = "smoothdistill_pysr._pysr"
"""The name under which single modules of PySR are imported: importing ``pysr`` itself would start Julia."""

INFIX = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Pow: "power"}
"""numpy's functions for what PySR leaves to Python's own operators."""


@dataclass(frozen=True)
class Prediction:
    """``predict`` of one equation: every operator is PySR's export of it, evaluated in the order of the equation.

    ``PySRRegressor.predict`` computes the same, but lets sympy rewrite the equation first. ``exp(log(x))`` becomes
    ``x`` there, and ``x/x`` becomes 1: values where the search had none. Python's parser reads the text, which makes
    this a second opinion on `to_formula`; nothing is evaluated as Python.
    """

    equation: str

    def __call__(self, X: Array) -> Array:
        """Return the predictions (n,) for ``X`` (n, d)."""
        import numpy as np

        tree = ast.parse(self.equation.strip().replace("^", "**"), mode="eval")
        with np.errstate(all="ignore"):
            value = np.asarray(_value(tree.body, np.asarray(X, dtype=np.float64)), dtype=np.float64)
        return np.array(np.broadcast_to(value, (len(X),)))


def _value(node: ast.expr, X: Array) -> Any:
    import numpy as np

    match node:
        case ast.Constant(value=float() | int() as number):
            return np.float64(number)
        case ast.Name(id=name):
            return X[:, int(name.removeprefix("x"))]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, X)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand, X)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in INFIX:
            return getattr(np, INFIX[type(sign)])(_value(left, X), _value(right, X))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            values = np.broadcast_arrays(X[:, 0], *(_value(argument, X) for argument in arguments))[1:]
            return exported(name, len(values))(*values)
    raise FormulaError(f"an equation of PySR holds no {ast.unparse(node)!r}")


@cache
def exported(operator: str, arguments: int) -> Callable[..., Array]:
    """Return the numpy function that PySR exports for one of its operators."""
    import sympy

    symbols = [sympy.Dummy() for _ in range(arguments)]
    function: Callable[..., Array] = sympy.lambdify(symbols, module("export_sympy").sympy_mappings[operator](*symbols))
    return function


def module(name: str) -> ModuleType:
    """Return one module of PySR, imported without PySR's ``__init__``."""
    if PACKAGE not in sys.modules:
        found = find_spec("pysr")
        if found is None or found.submodule_search_locations is None:
            raise PluginError(f"the package pysr is not installed: {INSTALL}")
        package = ModuleType(PACKAGE, "Modules of PySR.")
        package.__path__ = list(found.submodule_search_locations)
        sys.modules[PACKAGE] = package
    return import_module(f"{PACKAGE}.{name}")
