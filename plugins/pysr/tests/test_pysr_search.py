"""A search runs in a process of its own, with the real PySR; only Julia is replaced, where PySR calls it."""

import json
import logging
import pickle
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from smoothdistill_core import DataError, DistillationTask, Formula
from smoothdistill_core.components import Deadline
from smoothdistill_core.trial import verify
from smoothdistill_pysr.student import PySRStudent

STUDENT = PySRStudent(
    maxsize=9,
    unary_operators=("exp",),
    ternary_operators=("clamp",),
    constraints={"clamp": [-1, 1, 1], "exp": 3},
    nested_constraints={"exp": {"exp": 0}},
    more={"topn": 5},
)


def task(rows=30, seed=3, **fields):
    X = np.random.default_rng(0).normal(size=(rows, 2))
    return DistillationTask(X, 2.5 * X[:, 0], **{"seed": seed, **fields})


def only_folder(run_directory):
    (folder,) = run_directory.iterdir()
    return folder


@pytest.fixture
def searched(julia_stand_in, tmp_path, caplog, capfd):
    """One search with all that can be given: its task, candidates, folder, and what reached Julia."""
    given = task(weights=np.linspace(0.5, 2.0, 30), threads=8)
    with caplog.at_level(logging.INFO, "smoothdistill"):
        candidates = STUDENT.model_copy(update={"run_directory": tmp_path / "runs"}).distil(given)
    folder = only_folder(tmp_path / "runs")
    return (
        given,
        candidates,
        folder,
        json.loads((folder / "seen.json").read_text()),
        caplog.messages,
        capfd.readouterr(),
    )


@pytest.mark.slow
def test_a_search_goes_through_the_real_pysr_and_back(searched):
    given, candidates, folder, seen, messages, printed = searched
    options = seen["options"]

    # the data and the weights, as PySR hands them to Julia
    assert (seen["X"], seen["dtype"]) == ([2, 30], "float32")
    assert seen["weights"] == pytest.approx(given.weights.tolist())

    # the options
    assert (options["maxsize"], options["topn"], seen["niterations"]) == (9, 5, 100)
    assert options["operators"] == [["exp"], ["+", "-", "/", "*"], ["clamp"]]
    assert options["constraints"] == {"1": [3], "2": [[-1, -1]] * 4, "3": [[-1, 1, 1]]}
    assert (options["deterministic"], seen["parallelism"], seen["threads"]) == (True, "serial", "1")
    assert isinstance(options["seed"], int)

    # the whole front, the simplest first, each formula with PySR's own numbers
    assert [candidate.formula.complexity for candidate in candidates] == [1, 3, 5]
    assert str(candidates[0].formula) == "x0"
    assert str(candidates[2].formula) == "x0*2.5 + 1.5e-07"
    for candidate in candidates:
        verify(candidate, given.X, "pysr")

    # its files, its words, and nothing on the standard streams
    assert {"hall_of_fame.csv", "checkpoint.pkl", "finished.json"} <= {file.name for file in folder.iterdir()}
    assert not list(folder.glob("*.npy"))
    assert {"pysr: Iteration 1 of 1", "pysr: best: x0"} <= set(messages)
    assert printed == ("", "")


def test_a_search_that_is_done_is_not_run_again(quick_search, tmp_path):
    student = PySRStudent(run_directory=tmp_path)
    first = student.distil(task())
    folder = only_folder(tmp_path)
    (folder / "finished.json").write_text("{}")
    (folder / "arguments.json").unlink()
    again = student.distil(task())
    assert not (folder / "arguments.json").exists()
    assert [candidate.formula for candidate in again] == [candidate.formula for candidate in first]


def test_each_task_has_a_folder_of_its_own(quick_search, tmp_path):
    student = PySRStudent(run_directory=tmp_path)
    tasks = [task(), task(seed=4), task(rows=31), task(weights=np.ones(30)), task()]
    for given in tasks:
        student.distil(given)
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.slow
def test_a_killed_search_goes_on_from_its_hall_of_fame(julia_stand_in, tmp_path, caplog):
    student = PySRStudent(run_directory=tmp_path)
    folder = tmp_path / student._key(task())
    folder.mkdir()
    (folder / "hall_of_fame.csv").write_text(
        'Complexity,Loss,Equation\n1,0.5,"x1"\n2,0.4,"run(x1)"\n3,0.25,"x1 * 1.5f-7"\n'
    )
    (folder / "checkpoint.pkl").write_bytes(pickle.dumps(None)[:-1])  # a killed PySR leaves half of one
    with caplog.at_level(logging.INFO, "smoothdistill"):
        student.distil(task())
    assert json.loads((folder / "seen.json").read_text())["guesses"] == [["x1", "x1 * 1.5e-7"]]
    assert f"pysr: going on from the 3 equations that a killed search left in {folder}" in caplog.messages


def test_without_a_run_directory_nothing_is_left(quick_search, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    PySRStudent().distil(task())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_failure_of_pysr_is_told_in_its_own_words(julia_stand_in, monkeypatch):
    monkeypatch.setenv("STAND_IN_ERROR", "MethodError: no method matching sinus")
    with pytest.raises(DataError, match=r"PySR failed: juliacall\.JuliaError: MethodError: no method matching sinus;"):
        PySRStudent().distil(task())


def test_a_search_without_a_single_equation_is_an_error(quick_search, monkeypatch):
    monkeypatch.setattr("smoothdistill_pysr.search.PROGRAM", "this")  # a module that prints, and writes nothing
    with pytest.raises(DataError, match=r"PySR ended without an equation in .*; raise niterations"):
        PySRStudent().distil(task())


def test_a_formula_that_is_not_finite_is_left_out_and_that_is_said(quick_search, tmp_path, caplog):
    student = PySRStudent(run_directory=tmp_path)
    folder = tmp_path / student._key(task())
    folder.mkdir()
    (folder / "finished.json").write_text("{}")
    (folder / "hall_of_fame.csv").write_text('Complexity,Loss,Equation\n1,0.5,"Inf"\n3,0.25,"x1"\n')
    assert [str(candidate.formula) for candidate in student.distil(task())] == ["x1"]
    assert "pysr: a formula of the front is left out: PySR's equation 'Inf' cannot be read" in caplog.text
    (folder / "hall_of_fame.csv").write_text('Complexity,Loss,Equation\n1,0.5,"Inf"\n')
    with pytest.raises(DataError, match="no formula that can be used"):
        student.distil(task())


def test_a_task_that_cannot_be_searched_says_what_is_needed(quick_search):
    with pytest.raises(DataError, match="a teacher that diverged"):
        PySRStudent().distil(DistillationTask(np.zeros((3, 1)), np.full(3, np.nan), seed=0))


def test_rows_of_weight_0_do_not_reach_pysr(quick_search, tmp_path):
    student = PySRStudent(run_directory=tmp_path)
    weighted = task(weights=np.repeat([2.0, 0.0], 15))
    student.distil(weighted)
    student.distil(DistillationTask(weighted.X[:15], weighted.y[:15], seed=3, weights=np.full(15, 2.0)))
    assert len(list(tmp_path.iterdir())) == 1  # the same rows: the same search


def gone(process_id):
    """Say whether a process is gone; a killed one may wait for its parent to look."""
    try:
        with open(f"/proc/{process_id}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


@pytest.fixture
def hanging(julia_stand_in, monkeypatch, tmp_path):
    """Let Julia hang as it starts; return a function that waits for that, and returns the search's process."""
    file = tmp_path / "pid"
    monkeypatch.setenv("STAND_IN_PID", str(file))

    def process_id():
        wait_until(lambda: file.exists() and file.read_text())
        return int(file.read_text())

    return process_id


def test_a_search_that_hangs_ends_at_its_deadline_with_what_it_has(hanging, tmp_path):
    runs = tmp_path / "runs"
    student = PySRStudent(run_directory=runs)
    nothing_yet = task(deadline=Deadline(1.0))
    assert [candidate.formula.nodes for candidate in student.distil(nothing_yet)] == [
        Formula.constant(float(np.average(nothing_yet.y))).nodes
    ]
    assert nothing_yet.deadline.cut

    (only_folder(runs) / "hall_of_fame.csv").write_text('Complexity,Loss,Equation\n1,0.5,"x1"\n3,0.2,"x0 * 2.0"\n')
    cut = task(deadline=Deadline(1.0))
    assert [str(candidate.formula) for candidate in student.distil(cut)] == ["x1", "x0*2.0"]
    assert cut.deadline.cut


def test_a_deadline_that_is_far_leaves_a_search_as_it_is(quick_search):
    far = task(deadline=Deadline(1e12))
    assert [c.formula for c in PySRStudent().distil(far)] == [c.formula for c in PySRStudent().distil(task())]
    assert not far.deadline.cut


ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@ON_LINUX
def test_a_search_ends_with_the_process_that_started_it(hanging):
    code = (
        "import numpy as np; from smoothdistill_core import DistillationTask\n"
        "from smoothdistill_pysr.student import PySRStudent\n"
        "PySRStudent.unavailable = staticmethod(lambda: None)\n"
        "PySRStudent().distil(DistillationTask(np.ones((3, 1)), np.ones(3), seed=0))"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as parent:
        search = hanging()
        parent.kill()
    wait_until(lambda: gone(search))


def test_a_search_ends_when_its_lifeline_does(hanging, tmp_path):
    (tmp_path / "arguments.json").write_text("{}")
    command = [sys.executable, "-m", "smoothdistill_pysr.program", tmp_path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as search:
        hanging()
        search.stdin.close()
        assert search.wait(timeout=30) == 1


@ON_LINUX
def test_a_search_ends_when_its_task_is_interrupted(hanging):
    class Cancelled(BaseException):
        """What a toolkit may raise to stop a task."""

    def cancel(*_):
        raise Cancelled

    searches = []

    def when_it_hangs(record):
        searches.append(hanging())
        signal.raise_signal(signal.SIGUSR1)
        return True

    before = signal.signal(signal.SIGUSR1, cancel)
    log = logging.getLogger("smoothdistill")
    level = log.level
    log.setLevel(logging.INFO)
    log.addFilter(when_it_hangs)
    try:
        with pytest.raises(Cancelled):
            PySRStudent().distil(task())
    finally:
        log.removeFilter(when_it_hangs)
        log.setLevel(level)
        signal.signal(signal.SIGUSR1, before)
    assert gone(searches[0])


def test_a_daemonic_worker_can_search(quick_search):
    run = subprocess.run([sys.executable, "-m", "daemonic_worker"], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) == 4


def test_a_module_in_the_working_folder_is_not_taken_for_pysr(quick_search, tmp_path, monkeypatch):
    (tmp_path / "quick_search.py").write_text("raise SystemExit('the wrong one')")
    monkeypatch.chdir(tmp_path)
    assert PySRStudent().distil(task())


@pytest.mark.julia
@pytest.mark.slow
def test_a_true_search_finds_the_formula_twice():
    X = np.random.default_rng(0).normal(size=(100, 2))
    given = DistillationTask(X, 2.5 * np.cos(X[:, 1]) + X[:, 0] ** 2 - 0.5, seed=0)
    student = PySRStudent(niterations=20, populations=8, maxsize=14, unary_operators=["cos"])
    first, second = student.distil(given), student.distil(given)
    assert [str(candidate.formula) for candidate in first] == [str(candidate.formula) for candidate in second]
    for candidate in first:
        verify(candidate, X, "pysr")
    assert np.mean((first[-1].formula.predict(X) - given.y) ** 2) < 1e-6
