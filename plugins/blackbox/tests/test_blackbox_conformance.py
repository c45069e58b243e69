"""Black boxes keep every contract of teachers."""

import tempfile
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper
from sklearn.base import BaseEstimator, RegressorMixin

from smoothdistill_blackbox import BlackBox
from smoothdistill_core.testing import parametrize_with_teacher_checks

FOLDER = tempfile.TemporaryDirectory()  # lives as long as this module


def first_and_last_file(kind):
    """Write x[:, 0] + x[:, -1], for rows of any number of inputs."""
    nodes = [
        helper.make_node("Gather", ["x", "first"], ["a"], axis=1),
        helper.make_node("Gather", ["x", "last"], ["b"], axis=1),
        helper.make_node("Add", ["a", "b"], ["y"]),
    ]
    places = [helper.make_tensor(name, TensorProto.INT64, [1], [at]) for name, at in (("first", 0), ("last", -1))]
    graph = helper.make_graph(
        nodes,
        "first_and_last",
        [helper.make_tensor_value_info("x", kind, ["rows", "inputs"])],
        [helper.make_tensor_value_info("y", kind, ["rows", 1])],
        places,
    )
    path = Path(FOLDER.name) / f"first_and_last_{kind}.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def first_and_last(X):
    return X[:, 0] + np.sin(X[:, -1])


class FirstAndLast(RegressorMixin, BaseEstimator):
    """A regressor that has nothing to learn."""

    def predict(self, X):
        """Return x[:, 0] + x[:, -1]."""
        return X[:, 0] + X[:, -1]


class FirstAndLastModule(torch.nn.Module):
    """The same as a torch module in single precision."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(2))

    def forward(self, x):
        """Return a column."""
        return self.weight[0] * x[:, :1] + self.weight[1] * torch.sin(x[:, -1:])


@parametrize_with_teacher_checks(
    [BlackBox(onnx=first_and_last_file(kind)) for kind in (TensorProto.FLOAT, TensorProto.DOUBLE)]
)
def test_a_file_keeps_the_contracts_of_teachers(component, check):
    check(component)


@parametrize_with_teacher_checks(
    [BlackBox.of(model) for model in (first_and_last, FirstAndLast(), FirstAndLastModule())],
    expected_failures={"check_options_are_read_back": "a model in memory is no option: a recipe cannot name it"},
)
def test_a_model_in_memory_keeps_the_contracts_of_teachers(component, check):
    check(component)


@pytest.fixture(scope="module", autouse=True)
def _remove_the_files():
    yield
    FOLDER.cleanup()
