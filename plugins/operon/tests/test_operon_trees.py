"""A formula is exactly Operon's tree, and Operon computes it as well as single precision can."""

import numpy as np
import pyoperon
import pytest
from pyoperon.sklearn import SymbolicRegressor

from smoothdistill_core import Deadline, FormulaError
from smoothdistill_core.formula import OPERATORS
from smoothdistill_operon.precision import check
from smoothdistill_operon.primitives import PRIMITIVES, SYMBOLS, Primitive
from smoothdistill_operon.scaled_tree import ScaledTree
from smoothdistill_operon.search import Data

EDGE = [0.0, 1e-30, 1e-3, 0.5, 1.0, np.pi / 2, 3.0, 60.0, 1e3]


def edges(features=2):
    values = np.array([*EDGE, *(-x for x in EDGE)])
    rng = np.random.default_rng(0)
    return np.float32(np.vstack([rng.choice(values, size=(300, features)), rng.normal(size=(300, features)) * 3]))


def node(data, function, *arguments, value=1.0):
    """Return the postfix nodes of a function of columns, or of nodes."""
    hashes = list(data.columns)
    nodes = []
    for argument in reversed(arguments):  # the last argument stands first
        if isinstance(argument, int):
            leaf = pyoperon.Node(pyoperon.NodeType.Variable, hashes[argument])
            leaf.HashValue, leaf.Value = hashes[argument], 1.0
            argument = [leaf]
        nodes += argument
    own = pyoperon.Node(getattr(pyoperon.NodeType, function))
    own.Value = value
    return [*nodes, own]


def evaluated(data, X, nodes):
    """Return the tree of nodes as Operon's values, and as ours."""
    tree = pyoperon.Tree(nodes).UpdateNodes()
    return data.evaluated(tree), ScaledTree.of(tree, data.columns)


@pytest.mark.parametrize("function", PRIMITIVES)
def test_each_function_is_that_of_the_formula_on_every_edge(function):
    X = edges().astype(float)
    data = Data(X, X[:, 0])
    arity = OPERATORS[PRIMITIVES[function].operator].arity
    value, ours = evaluated(data, X, node(data, function, *range(arity)))
    exact = ours.formula.predict(X)
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(np.isnan(value), np.isnan(np.float32(exact)))
    finite = np.isfinite(value)
    assert finite.sum() > 50
    check(ours.formula, value, X)
    ordinary = finite & (np.abs(exact) > 1e-30)
    unit = 2.0**-24 * (1 + 100 * (function in ("Pow", "Powabs")))
    np.testing.assert_allclose(value[ordinary], exact[ordinary], rtol=5 * unit)


def test_a_formula_computes_what_the_tree_does_to_the_last_digits():
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(size=(40, 3)), rng.normal(size=(40, 3)) * 1e4])
    search = SymbolicRegressor(
        allowed_symbols=",".join([*SYMBOLS.values(), "constant", "variable"]), max_length=40, random_state=0,
        population_size=400, generations=1, initialization_max_length=40, objectives=["r2", "length"],
    ).fit(X, X[:, 0].copy())  # fmt: skip
    data = Data(X, X[:, 0])
    seen = set()
    for individual in search.individuals_:
        tree = ScaledTree.of(individual.Genotype, data.columns)
        np.testing.assert_allclose(tree.formula.predict(X), tree.predict(X), rtol=1e-12)
        check(tree.formula, data.evaluated(individual.Genotype), X)
        seen |= {part.function for part in tree.parts}
    assert seen == {*PRIMITIVES, None}


def test_a_factor_of_a_function_is_part_of_the_formula():
    X = edges().astype(float)
    data = Data(X, X[:, 0])
    value, tree = evaluated(data, X, node(data, "Sin", 1, value=2.5))
    assert str(tree.formula) == "2.5*sin(x1)"
    np.testing.assert_allclose(value, tree.predict(X), rtol=1e-6)


def test_the_scaling_is_written_only_where_it_does_something():
    parts = ScaledTree.of(pyoperon.Tree([pyoperon.Node(pyoperon.NodeType.Constant)]), {}).parts
    texts = {scaling: str(ScaledTree(parts, *scaling).formula) for scaling in [(1, 0), (2, 0), (1, 3), (2, 3)]}
    assert texts == {(1, 0): "1.0", (2, 0): "2*1.0", (1, 3): "3 + 1.0", (2, 3): "3 + 2*1.0"}


@pytest.mark.parametrize(("function", "other"), [("Sub", np.add), ("Tanh", np.sin), ("Aq", np.divide)])
def test_a_pyoperon_whose_functions_mean_something_else_is_found_out(function, other, monkeypatch):
    X = edges().astype(float)[300:]
    data = Data(X, X[:, 0])
    operator = {np.add: "add", np.sin: "sin", np.divide: "div"}[other]
    monkeypatch.setitem(PRIMITIVES, function, Primitive(operator, other))
    value, tree = evaluated(data, X, node(data, function, *range(OPERATORS[operator].arity)))
    with pytest.raises(FormulaError, match=r"pyoperon [\d.]+ is not understood: it computes"):
        check(tree.formula, value, X)


@pytest.mark.parametrize("function", ["Fmin", "Ceil"])
def test_a_function_without_a_counterpart_is_refused(function):
    X = edges().astype(float)
    data = Data(X, X[:, 0])
    nodes = node(data, function, *range(pyoperon.Node(getattr(pyoperon.NodeType, function)).Arity))
    with pytest.raises(FormulaError, match="no counterpart"):
        evaluated(data, X, nodes)


def test_the_last_fit_lowers_the_error_of_a_tree_that_is_nearly_right():
    """Operon's own acceptance takes a fit over only where it halves the error; ours does not depend on that."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2))
    y = X[:, 0] + 0.9 * X[:, 1] + rng.normal(size=200)
    data = Data(X, y)
    tree = pyoperon.Tree(node(data, "Add", 0, 1)).UpdateNodes()
    (fitted,) = data.fitted([tree], Deadline())
    least = np.linalg.lstsq(X, y, rcond=None)[0]
    np.testing.assert_allclose(sorted(fitted.GetCoefficients()), sorted(least), rtol=1e-3)
    assert tree.GetCoefficients() == [1.0, 1.0]


def test_it_ends_with_the_deadline_and_says_that_trees_are_left():
    X = np.random.default_rng(0).normal(size=(50, 2))
    data = Data(X, X[:, 0])
    tree = pyoperon.Tree(node(data, "Add", 0, 1)).UpdateNodes()
    over, not_over = Deadline(0.0), Deadline(100.0)
    assert len(data.fitted([tree] * 3, over)) == 1
    assert len(data.fitted([tree] * 3, not_over)) == 3
    assert (over.cut, not_over.cut) == (True, False)
