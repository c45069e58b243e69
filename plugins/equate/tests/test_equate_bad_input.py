"""Whatever the data or the weights, there is an answer or one line that says what is wrong."""

import warnings

import numpy as np
import pytest

from smoothdistill_core import DataError, Deadline, DistillationTask
from smoothdistill_equate import checkpoint, weights
from smoothdistill_equate.student import EquateStudent

STUDENT = EquateStudent(proposals="random", samples=32, rounds=2)


def positive(rows, inputs=3):
    return np.random.default_rng(1).uniform(1, 3, size=(rows, inputs))


def with_column(value):
    X = positive(60)
    X[:, 1] = value
    return X


def both_signs(rows, inputs):
    return np.random.default_rng(1).normal(size=(rows, inputs))


DATA = {
    "five rows": (positive(5), lambda X: X[:, 0] * X[:, 1]),
    "two rows": (positive(2), lambda X: X[:, 0]),
    "one input": (positive(60, 1), lambda X: 1 / X[:, 0]),
    "a constant column": (with_column(4.0), lambda X: X[:, 0] * X[:, 2]),
    "a column of zeros": (with_column(0.0), lambda X: X[:, 0] * X[:, 2]),
    "nine inputs that all matter": (positive(200, 9), lambda X: X.prod(axis=1)),
    "inputs of both signs": (both_signs(80, 3), lambda X: X[:, 0] / X[:, 1]),
    "zeros and ones": ((both_signs(120, 3) > 0).astype(float), lambda X: X[:, 0] + 2 * X[:, 1] * X[:, 2]),
    "large inputs": (1e50 * positive(60), lambda X: X[:, 0] / X[:, 1]),
    "a large target": (positive(60), lambda X: 1e70 * X[:, 0]),
    "a tiny target": (positive(60), lambda X: 1e-60 * X[:, 0] * X[:, 1]),
    "an outlier": (positive(60), lambda X: np.where(np.arange(len(X)) == 7, 1e6, X[:, 0])),
    "rows that repeat": (np.tile(positive(5), (12, 1)), lambda X: X[:, 0] + np.sin(X[:, 1])),
}


@pytest.mark.parametrize("what", DATA)
def test_there_is_an_answer(what):
    X, law = DATA[what]
    y = law(X)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = STUDENT.distil(DistillationTask(X, y, seed=0))
    for candidate in found:
        assert np.isfinite(candidate.predict(X)).all()
    assert len(found) > 1


@pytest.mark.parametrize(("X", "y"), [(positive(50), np.full(50, 2.5)), (np.ones((50, 2)), np.arange(50.0))])
def test_where_nothing_varies_the_best_constant_is_the_answer(X, y):
    [candidate] = STUDENT.distil(DistillationTask(X, y, seed=0))
    assert candidate.formula.complexity == 1


@pytest.mark.parametrize("size", [1e300, 1e-300])
def test_inputs_whose_powers_are_beyond_numbers_are_refused(size):
    with pytest.raises(DataError, match="scale them"):
        STUDENT.distil(DistillationTask(size * positive(50), positive(50)[:, 0], seed=0))


def test_weights_that_are_all_0_are_refused_and_one_row_of_weight_is_a_constant():
    X = positive(50)
    with pytest.raises(DataError, match="not all 0"):
        STUDENT.distil(DistillationTask(X, X[:, 0], seed=0, weights=np.zeros(50)))
    [candidate] = STUDENT.distil(DistillationTask(X, X[:, 0], seed=0, weights=(np.arange(50) == 3).astype(float)))
    assert candidate.predict(X)[0] == X[3, 0]


def test_a_deadline_that_is_over_has_an_answer():
    X = positive(50)
    deadline = Deadline(0.0)
    found = STUDENT.distil(DistillationTask(X, X[:, 0] ** 2, seed=0, deadline=deadline))
    assert len(found) > 1
    assert deadline.cut


@pytest.mark.parametrize("damage", ["missing", "truncated", "of another grammar", "changed", "of other networks"])
def test_weights_that_cannot_be_used_are_told_in_one_line_before_the_search(tmp_path, monkeypatch, tiny_file, damage):
    path = tmp_path / "equate.safetensors"
    tensors, told = checkpoint.read(tiny_file)
    if damage == "of another grammar":
        told["grammar"] = "0"
    if damage == "of other networks":
        tensors, told = {"a": tensors["latents"]}, {"width": 32}
    told.pop("sha256", None)
    if damage != "missing":
        checkpoint.write(path, tensors, told)
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:-50])
    if damage == "changed":
        path.write_bytes(path.read_bytes()[:-1] + b"\x55")
    monkeypatch.setattr(weights, "SHIPPED", path)
    X = positive(50)
    with pytest.raises(DataError, match=r"make them anew.*proposals: random") as error:
        EquateStudent().distil(DistillationTask(X, X[:, 0] * X[:, 1], seed=0))
    assert "\n" not in str(error.value)
    assert str(path) in str(error.value)
