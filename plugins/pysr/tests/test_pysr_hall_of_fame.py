"""PySR's hall of fame is read as PySR wrote it, also where PySR was killed while writing."""

import json
import subprocess
import sys

import numpy as np
import pytest

from smoothdistill_pysr.equation import to_formula
from smoothdistill_pysr.hall_of_fame import Entry, read_front
from smoothdistill_pysr.prediction import Prediction

WRITTEN = """Complexity,Loss,Equation
1,3.360272e+01,"3.8552167"
3,31.10905,"x0 * x0"
4,0.104823045,"pow_abs(2.2683423, cos(x3))"
10,2.889755e-13,"((cos(x3) * 2.5382) + (x0 * x0)) + -0.5"
12,1.9576f-13,"((x0 * x0) + 1.5f-7) - -4.0e-8"
"""
"""As PySR 2.7 writes it; the last row holds 32-bit numbers in Julia's own notation."""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "hall_of_fame.csv").write_text(WRITTEN)
    return tmp_path


def test_the_front_is_every_row_the_simplest_first(folder):
    front = read_front(folder)
    assert [entry.complexity for entry in front] == [1, 3, 4, 10, 12]
    assert front[0] == Entry(1, 33.60272, "3.8552167")
    assert front[-1] == Entry(12, 1.9576e-13, "((x0 * x0) + 1.5e-7) - -4.0e-8")


def test_every_equation_of_it_becomes_a_formula(folder):
    X = np.random.default_rng(0).normal(size=(20, 4))
    front = read_front(folder)
    assert len(front) == 5
    for entry in front:
        expected = Prediction(entry.equation)(X)
        np.testing.assert_allclose(to_formula(entry.equation, 4).predict(X), expected, rtol=1e-12)


@pytest.mark.slow
def test_pysr_reads_the_same(folder, julia_stand_in):
    code = (
        "import sys, json, warnings; warnings.simplefilter('ignore'); from pysr import PySRRegressor;"
        "model = PySRRegressor.from_file(run_directory=sys.argv[1], n_features_in=4, binary_operators=['+', '*', '-'],"
        "unary_operators=['cos']);"
        "print(json.dumps(model.equations_[['complexity', 'loss', 'equation']].values.tolist()))"
    )
    out = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True).stdout
    theirs = [Entry(*row) for row in json.loads(out.splitlines()[-1])]
    assert list(read_front(folder)) == theirs


@pytest.mark.parametrize("copy", ["hall_of_fame.csv.bak", "hall_of_fame.csv.bkup"])
@pytest.mark.parametrize(
    "left", [None, "", "Complexity,Lo", WRITTEN[:80], WRITTEN[:-1], WRITTEN.replace("3.36", "x", 1), WRITTEN + "14,1\n"]
)
def test_where_one_file_is_cut_short_the_other_is_read(folder, copy, left):
    (folder / "hall_of_fame.csv").rename(folder / copy)
    if left is not None:
        (folder / "hall_of_fame.csv").write_text(left)
    assert len(read_front(folder)) == 5


@pytest.mark.parametrize("left", [None, "", WRITTEN[:-1], "a,b\n1,2\n"])
def test_where_nothing_whole_is_left_there_is_no_front(folder, left):
    (folder / "hall_of_fame.csv").unlink()
    if left is not None:
        (folder / "hall_of_fame.csv").write_text(left)
    assert read_front(folder) == ()
