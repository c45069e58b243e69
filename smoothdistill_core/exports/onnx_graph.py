"""The format `onnx`: a graph in double precision from X of shape (n, d) to y of shape (n,)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smoothdistill_core.errors import FormulaError
from smoothdistill_core.exports.inputs import Input, labels
from smoothdistill_core.exports.onnx_builders import BUILDERS, REFUSED, Graph
from smoothdistill_core.formula import Constant, Formula, Operator, Variable
from smoothdistill_core.formula.subformulas import numbered

OPSET, IR_VERSION = 17, 8
"""Old enough for runtimes since 2022."""

LEAST_SINGLE = 2.0**-126
"""The least number that single precision holds with all its digits."""


def onnx_model(formula: Formula, inputs: Sequence[Input], target: str) -> bytes:
    """Return the serialised model; its metadata tell the inputs and the target.

    Raises `FormulaError` where the package onnx is not installed, and for erf and gamma.
    """
    try:
        from onnx import TensorProto, helper
    except ImportError:
        raise FormulaError("the export to onnx needs the package onnx: pip install 'smoothdistill[onnx]'") from None
    for operator in sorted({node.name for node in formula.nodes if isinstance(node, Operator)} & set(REFUSED)):
        raise FormulaError(f"onnx runtimes have no {operator} in double precision: export to torch, numpy or python")
    graph = Graph()
    result = _result(graph, formula)
    graph.initialisers += [
        helper.make_tensor(f"column{index}", TensorProto.INT64, [], [index]) for index in sorted(formula.inputs)
    ]
    graph.nodes.append(helper.make_node("Identity", [result], ["y"]))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "formula",
            [helper.make_tensor_value_info("X", TensorProto.DOUBLE, ["n", len(inputs)])],
            [helper.make_tensor_value_info("y", TensorProto.DOUBLE, ["n"])],
            graph.initialisers,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="smoothdistill",
    )
    helper.set_model_props(model, {"target": target, "inputs": json.dumps(labels(inputs))})
    written: bytes = model.SerializeToString()
    return written


def _result(graph: Graph, formula: Formula) -> str:
    places: list[str] = []
    for node, arguments in numbered(formula)[0]:
        if isinstance(node, Variable):
            places.append(graph("Gather", "X", f"column{node.index}", axis=1))
        elif isinstance(node, Constant):
            constant = graph.constant(node.value)
            # onnxruntime leaves out a summand that single precision takes for 0, unless it is a column
            dropped = 0.0 < abs(node.value) < LEAST_SINGLE
            places.append(_constant_column(graph, constant) if dropped else constant)
        else:
            places.append(BUILDERS[node.name](graph, *(places[argument] for argument in arguments)))
    return places[-1] if formula.inputs else _constant_column(graph, places[-1])


def _constant_column(graph: Graph, value: str) -> str:
    return graph("Expand", value, graph("Shape", "X", end=1))
