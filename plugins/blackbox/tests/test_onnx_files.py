"""ONNX files are distilled as they are; what cannot be used is refused before any work starts."""

import pickle

import numpy as np
import onnx
import pandas as pd
import pytest
from onnx import TensorProto, helper
from pydantic import ValidationError

from smoothdistill_blackbox import BlackBox
from smoothdistill_core import DataError, RecipeError, Registry, Table, TrainingJob, recipe_from_text
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.testing.tiny import Plain

FLOAT, DOUBLE, INT64, STRING = TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT64, TensorProto.STRING


def write(path, inputs, nodes, outputs=(("y", FLOAT, ["rows", 1]),), constants=()):
    """Write an ONNX file; inputs and outputs are names, types and shapes, nodes an operator and its ends."""
    described = [[helper.make_tensor_value_info(*one) for one in side] for side in (inputs, outputs)]
    made = [helper.make_node(*node[:3], **dict(node[3:])) for node in nodes]
    graph = helper.make_graph(made, "test", *described, list(constants))
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def sum_of_rows(path, kind=FLOAT, rows="rows", inputs=2):
    """Write the sum of each row's inputs."""
    nodes = [("ReduceSum", ["x", "axis"], ["s"]), ("Cast", ["s"], ["y"], ("to", FLOAT))]
    axis = helper.make_tensor("axis", INT64, [1], [1])
    return write(path, [("x", kind, [rows, inputs])], nodes, [("y", FLOAT, [rows, 1])], [axis])


def sum_of_columns(path, kind=FLOAT, shape=("rows", 1), names=("b", "a")):
    """Write the sum of two inputs that are called like columns."""
    return write(path, [(name, kind, shape) for name in names], [("Add", [*names], ["y"])], [("y", kind, shape)])


def job(columns=("a", "b")):
    """Return a job on columns whose sum is the target, in the data's own units."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({name: rng.normal(5, 3, size=60) for name in columns})
    frame["y"] = frame.sum(axis=1)
    split = prepare(Table(frame, "y"), Prepare(), seed=0)
    rows = split.parts["train"]
    return TrainingJob(rows.X, rows.y, Plain(), 0.0, 0, scaling=split.facts.scaling)


def asked(given, **options):
    (teacher,) = BlackBox(**options).train([given])
    return teacher


@pytest.mark.parametrize("kind", [FLOAT, DOUBLE])
def test_a_file_that_takes_rows_predicts_in_the_datas_own_units(tmp_path, kind):
    given = job()
    teacher = asked(given, onnx=sum_of_rows(tmp_path / "sum.onnx", kind))
    np.testing.assert_allclose(teacher.predict(given.X), given.y, atol=1e-5)
    assert teacher.gradient(given.X) is None
    assert teacher.notes == ("blackbox: smoothness by finite differences, 0.1 standard deviations to each side",)


@pytest.mark.parametrize("shape", [["rows", 1], ["rows"], [1, 1]])
@pytest.mark.parametrize("kind", [FLOAT, DOUBLE])
def test_a_file_with_an_input_a_column_gets_them_by_name(tmp_path, kind, shape):
    given = job(("a", "unused", "b"))
    path = write(
        tmp_path / "difference.onnx",
        [("b", kind, shape), ("a", kind, shape)],
        [("Sub", ["b", "a"], ["y"])],
        [("y", kind, shape)],
    )
    raw = given.scaling.raw(given.X)
    teacher = asked(given, onnx=path)
    np.testing.assert_allclose(given.scaling.restore(teacher.predict(given.X)), raw[:, 2] - raw[:, 0], atol=1e-5)


@pytest.mark.parametrize("fixed", [1, 7, 100])
def test_a_file_for_a_fixed_number_of_rows_takes_any_number(tmp_path, fixed):
    given = job()
    teacher = asked(given, onnx=sum_of_rows(tmp_path / "sum.onnx", rows=fixed))
    np.testing.assert_allclose(teacher.predict(given.X), given.y, atol=1e-5)
    np.testing.assert_allclose(teacher.predict(given.X[:1]), given.y[:1], atol=1e-5)


def test_inputs_that_take_whole_numbers_are_rounded_and_the_notes_say_so(tmp_path):
    given = job()
    teacher = asked(given, onnx=sum_of_columns(tmp_path / "sum.onnx", INT64))
    raw = np.rint(given.scaling.raw(given.X))
    np.testing.assert_allclose(given.scaling.restore(teacher.predict(given.X)), raw.sum(axis=1))
    assert teacher.notes[1] == "blackbox: rounded to whole numbers, which the model takes: b, a"


def test_one_of_several_outputs_is_chosen_by_name(tmp_path):
    outputs = [(name, FLOAT, ["rows", 1]) for name in ("low", "high")]
    nodes = [("Sub", ["a", "b"], ["low"]), ("Add", ["a", "b"], ["high"])]
    path = write(tmp_path / "two.onnx", [(name, FLOAT, ["rows", 1]) for name in "ab"], nodes, outputs)
    given = job()
    np.testing.assert_allclose(asked(given, onnx=path, output="high").predict(given.X), given.y, atol=1e-5)
    assert str(BlackBox(onnx=path, output="high")) == "blackbox(two.onnx, output=high)"
    with pytest.raises(ValidationError, match="it has the outputs low, high; choose one by the option output"):
        BlackBox(onnx=path)
    with pytest.raises(ValidationError, match="it has no output 'hihg'; did you mean 'high'"):
        BlackBox(onnx=path, output="hihg")


def test_the_file_is_what_its_identity_and_its_teachers_hold(tmp_path):
    given = job()
    first, same, other = (tmp_path / name for name in ("first.onnx", "same.onnx", "other.onnx"))
    sum_of_rows(first)
    same.write_bytes(first.read_bytes())
    sum_of_columns(other)
    assert BlackBox(onnx=first).identity() == BlackBox(onnx=same).identity()
    assert BlackBox(onnx=first).identity() != BlackBox(onnx=other).identity()
    box = BlackBox(onnx=first)
    (teacher,) = box.train([given])
    saved = teacher.save()
    first.unlink()
    np.testing.assert_array_equal(box.load(saved).predict(given.X), teacher.predict(given.X))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(teacher)).predict(given.X), teacher.predict(given.X))


def test_a_file_that_changes_after_it_was_checked_is_refused(tmp_path):
    path = sum_of_rows(tmp_path / "sum.onnx")
    box = BlackBox(onnx=path)
    sum_of_rows(path, inputs=3)
    with pytest.raises(DataError, match=r"sum\.onnx changed since it was checked; run it again"):
        box.train([job()])
    path.unlink()
    with pytest.raises(DataError, match=r"sum\.onnx cannot be read"):
        box.train([job()])


def test_a_recipe_names_a_file_beside_it(tmp_path):
    sum_of_rows(tmp_path / "sum.onnx")
    text = "dataset: diabetes\nteacher: {name: blackbox, onnx: sum.onnx, label: total}\nregularizer: none"
    (box,) = recipe_from_text(text, Registry(), folder=tmp_path).teacher
    assert str(box) == "blackbox(total)"
    with pytest.raises(RecipeError, match=r"recipe:2:10: teacher: the ONNX file .*sum.onnx cannot be read"):
        recipe_from_text(text, Registry(), folder=tmp_path / "elsewhere")


@pytest.mark.parametrize("name", ["jacobian", "gaussian"])
def test_a_recipe_that_would_smooth_a_finished_model_is_refused(tmp_path, name):
    sum_of_rows(tmp_path / "sum.onnx")
    text = f"dataset: diabetes\nteacher: {{name: blackbox, onnx: sum.onnx}}\nregularizer: {name}"
    with pytest.raises(RecipeError, match=f"'blackbox' cannot train with the regularizer '{name}'"):
        recipe_from_text(text, Registry(), folder=tmp_path)


def test_without_the_library_the_error_says_what_to_install(tmp_path, monkeypatch):
    path = sum_of_rows(tmp_path / "sum.onnx")
    monkeypatch.setattr("smoothdistill_blackbox.blackbox.find_spec", lambda name: None)
    with pytest.raises(ValidationError, match=r'needs onnxruntime; pip install "smoothdistill\[onnx\]"'):
        BlackBox(onnx=path)


@pytest.mark.parametrize("content", [b"", b"no model", b"\x08\x08"])
def test_a_file_that_is_no_model_is_refused(tmp_path, content):
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(ValidationError, match=r"model\.onnx cannot be used: .*; give a complete ONNX file"):
        BlackBox(onnx=path)


def test_a_file_whose_weights_lie_elsewhere_is_refused(tmp_path):
    path = tmp_path / "model.onnx"
    sum_of_rows(path)
    model = onnx.load(path)
    weights = onnx.numpy_helper.from_array(np.zeros((1000, 1), dtype=np.float32), "weights")
    model.graph.initializer.append(weights)
    model.graph.node[1].input[0] = "moved"
    model.graph.node.insert(1, helper.make_node("MatMul", ["s", "column"], ["moved"]))
    model.graph.node.insert(1, helper.make_node("ReduceMax", ["weights"], ["column"]))
    onnx.save(model, path, save_as_external_data=True, location="weights.bin", size_threshold=0)
    with pytest.raises(ValidationError, match="a complete ONNX file that holds its own weights"):
        BlackBox(onnx=path)


@pytest.mark.parametrize(
    ("inputs", "nodes", "outputs", "wrong"),
    [
        (
            [("x", STRING, ["rows", 2])],
            [("Identity", ["x"], ["y"])],
            [("y", STRING, ["rows", 2])],
            "one input holds text",
        ),
        (
            [("x", TensorProto.BOOL, ["rows", 2])],
            [("Not", ["x"], ["y"])],
            [("y", TensorProto.BOOL, None)],
            "input 'x' is a",
        ),
        ([("x", FLOAT, ["rows", 1])], [("IsNaN", ["x"], ["y"])], [("y", TensorProto.BOOL, None)], "output 'y' is a"),
    ],
)
def test_inputs_and_outputs_of_other_types_are_refused(tmp_path, inputs, nodes, outputs, wrong):
    with pytest.raises(ValidationError, match=wrong):
        BlackBox(onnx=write(tmp_path / "model.onnx", inputs, nodes, outputs))


def test_a_file_of_another_number_of_inputs_is_refused_with_both_numbers(tmp_path):
    path = sum_of_rows(tmp_path / "sum.onnx", inputs=3)
    with pytest.raises(DataError, match="it takes 3 inputs, and the data have 2: a, b; leave out the columns"):
        asked(job(), onnx=path)


def test_a_file_of_other_columns_is_refused_with_the_nearest_name(tmp_path):
    path = sum_of_columns(tmp_path / "sum.onnx", names=("a", "bb"))
    with pytest.raises(DataError, match="takes an input 'bb', and the data use no such column; did you mean 'b'"):
        asked(job(), onnx=path)


def test_a_file_that_returns_several_numbers_a_row_is_refused(tmp_path):
    two = [("y", FLOAT, ["rows", 2])]
    path = write(tmp_path / "two.onnx", [("x", FLOAT, ["rows", 2])], [("Neg", ["x"], ["y"])], two)
    with pytest.raises(DataError, match=r"returned the shape \(36, 2\) for 36 rows"):
        asked(job(), onnx=path)


def test_a_pipe_or_a_device_is_no_onnx_file(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/zero"):
        with pytest.raises(ValueError, match="is a pipe or a device, and no file"):
            BlackBox(onnx=path)
