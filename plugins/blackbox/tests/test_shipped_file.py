"""The ONNX file beside the recipes holds what this text says: a simulator of pendulums."""

import numpy as np
import onnx
import pandas as pd
import pytest
from onnx import TensorProto, helper

from smoothdistill_blackbox import BlackBox
from smoothdistill_core import Registry, read_recipe
from smoothdistill_core.recipe import shipped_recipes

GRAVITY = {"earth": 9.81, "mars": 3.72, "moon": 1.62}


def simulator():
    """Return period_s = 2 pi sqrt(length / gravity) (1 + angle^2 / 16), whose inputs are columns."""
    nodes, known = [], []

    def number(name, value):
        known.append(helper.make_tensor(name, TensorProto.FLOAT, [1], [value]))
        return name

    def node(kind, inputs, output, **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    gravity = node(
        "LabelEncoder",
        ["body"],
        "gravity",
        domain="ai.onnx.ml",
        keys_strings=list(GRAVITY),
        values_floats=list(GRAVITY.values()),
        default_float=float("nan"),
    )
    ratio = node("Div", ["length_m", gravity], "ratio")
    slow = node("Mul", [node("Sqrt", [ratio], "root"), number("two_pi", 2 * np.pi)], "slow")
    angle = node("Mul", ["angle_deg", number("radian", np.pi / 180)], "angle")
    square = node("Mul", [angle, angle], "square")
    bend = node("Mul", [square, number("sixteenth", 1 / 16)], "bend")
    node("Mul", [slow, node("Add", [bend, number("one", 1.0)], "wide")], "period_s")
    graph = helper.make_graph(
        nodes,
        "pendulum",
        [
            helper.make_tensor_value_info("length_m", TensorProto.FLOAT, ["rows", 1]),
            helper.make_tensor_value_info("angle_deg", TensorProto.FLOAT, ["rows", 1]),
            helper.make_tensor_value_info("body", TensorProto.STRING, ["rows", 1]),
        ],
        [helper.make_tensor_value_info("period_s", TensorProto.FLOAT, ["rows", 1])],
        known,
    )
    imports = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 2)]
    return helper.make_model(graph, opset_imports=imports, ir_version=8, producer_name="smoothdistill")


def test_the_shipped_file_is_this_simulator():
    assert onnx.load(shipped_recipes()["blackbox"].with_name("pendulum.onnx")) == simulator()


def test_the_recipe_names_it_and_its_answers_are_periods():
    (box,) = read_recipe(shipped_recipes()["blackbox"], Registry()).teacher
    assert isinstance(box, BlackBox)
    assert str(box) == "blackbox(pendulum.onnx)"
    frame = pd.read_csv(shipped_recipes()["blackbox"].with_name("pendulum.csv"))
    gravity = frame["body"].map(GRAVITY)
    angle = np.radians(frame["angle_deg"])
    period = 2 * np.pi * np.sqrt(frame["length_m"] / gravity) * (1 + angle**2 / 16)
    assert np.corrcoef(period, frame["period_s"])[0, 1] == pytest.approx(1, abs=0.01)
