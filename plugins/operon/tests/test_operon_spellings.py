"""A tree is read alike whether pyoperon has a type for each function or one for all; pyoperon itself is not needed."""

import sys
from dataclasses import dataclass
from enum import IntEnum
from types import SimpleNamespace

import pytest

from smoothdistill_core import FormulaError
from smoothdistill_core.formula import OPERATORS
from smoothdistill_operon import versions
from smoothdistill_operon.primitives import PRIMITIVES
from smoothdistill_operon.scaled_tree import ScaledTree

FUNCTIONS = [*PRIMITIVES, "Fmin", "Ceil"]
COLUMNS = {901: 0, 902: 1}


@dataclass
class Node:
    """As pyoperon's, as far as it is read."""

    Type: IntEnum
    HashValue: int = 0
    Arity: int = 0
    Value: float = 1.0
    Name: str = "dyn"

    @property
    def IsConstant(self):  # noqa: N802 pyoperon's name
        return self.Type.name == "Constant"

    @property
    def IsVariable(self):  # noqa: N802 pyoperon's name
        return self.Type.name == "Variable"


class TypeForEachFunction:
    """pyoperon up to 0.6."""

    version = "0.6.2"
    NodeType = IntEnum("NodeType", [*FUNCTIONS, "Dyn", "Constant", "Variable"])
    module = SimpleNamespace(NodeType=NodeType)

    def function(self, name, arity):
        return Node(self.NodeType[name], int(self.NodeType[name]), arity)


class OneTypeForAll:
    """pyoperon after 0.6."""

    version = "0.7.0"
    NodeType = IntEnum("NodeType", ["Constant", "Variable", "Ref", "Function"], start=0)
    BuiltinOp = IntEnum("BuiltinOp", FUNCTIONS, start=0)
    module = SimpleNamespace(NodeType=NodeType, BuiltinOp=BuiltinOp)

    def function(self, name, arity):
        return Node(self.NodeType["Function"], int(self.BuiltinOp[name]), arity)


@pytest.fixture(params=[TypeForEachFunction, OneTypeForAll])
def pyoperon(request, monkeypatch):
    """A stand-in for pyoperon of either spelling."""
    fake = request.param()
    monkeypatch.setitem(sys.modules, "pyoperon", fake.module)
    monkeypatch.setattr(versions, "version", lambda _: fake.version)
    return fake


def read(pyoperon, *nodes):
    return ScaledTree.of(SimpleNamespace(Nodes=nodes), COLUMNS)


def inputs(pyoperon, count, value=1.0):
    return [Node(pyoperon.NodeType["Variable"], hashed, Value=value) for hashed in list(COLUMNS)[:count][::-1]]


@pytest.mark.parametrize("name", PRIMITIVES)
def test_each_function_is_read_in_either_spelling(pyoperon, name):
    arity = OPERATORS[PRIMITIVES[name].operator].arity
    tree = read(pyoperon, *inputs(pyoperon, arity), pyoperon.function(name, arity))
    assert [part.function for part in tree.parts] == [None] * arity + [name]
    assert tree.formula.nodes[0] is OPERATORS[PRIMITIVES[name].operator]


def test_a_tree_of_several_nodes_is_the_same_formula_in_either_spelling(pyoperon):
    constant = Node(pyoperon.NodeType["Constant"], Value=3.0)
    sub, tanh = pyoperon.function("Sub", 2), pyoperon.function("Tanh", 1)
    tree = read(pyoperon, constant, *inputs(pyoperon, 1, value=2.0), tanh, sub)
    assert str(tree.formula) == "tanh(2.0*x0) - 3.0"


@pytest.mark.parametrize(("name", "arity"), [("Fmin", 2), ("Ceil", 1), ("Add", 3), ("Sin", 2)])
def test_a_node_that_formulas_lack_is_named_with_the_installed_version(pyoperon, name, arity):
    with pytest.raises(FormulaError) as error:
        read(pyoperon, *inputs(pyoperon, 1) * arity, pyoperon.function(name, arity))
    assert str(error.value) == (
        f"pyoperon {pyoperon.version} is not understood: the node '{name}' of {arity} arguments has no counterpart in "
        "formulas; pip install 'pyoperon>=0.6.1,<0.7'"
    )


@pytest.mark.parametrize(
    ("node", "name"),
    [
        (Node(OneTypeForAll.NodeType["Ref"]), "Ref"),
        (Node(OneTypeForAll.NodeType["Function"], 123456789, 1, Name="airy"), "airy"),
    ],
)
def test_a_node_of_the_next_release_that_is_no_built_in_operation_is_named(node, name, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyoperon", OneTypeForAll.module)
    monkeypatch.setattr(versions, "version", lambda _: "0.7.0")
    with pytest.raises(FormulaError, match=rf"pyoperon 0\.7\.0 is not understood: the node '{name}'"):
        read(OneTypeForAll(), *inputs(OneTypeForAll(), node.Arity), node)
