"""A plugin whose student does what no student should, by the name of the misdeed."""

import ctypes
import gc
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np

from smoothdistill_core import Candidate, DistillationTask, Formula, Student, hookimpl

MISDEEDS: dict[str, Callable[[DistillationTask], Any]] = {}
"""What it does before it returns what a good student would, or in its place, where it returns something."""


def misdeed(function):
    MISDEEDS[function.__name__] = function
    return function


class Odd(Student):
    """Does as told."""

    name = "odd"
    misdeed: str

    def distil(self, task):
        """Misbehave, and return the mean unless that gives something else."""
        found = MISDEEDS[self.misdeed](task)
        return [_mean(task)] if found is None else found


def _mean(task):
    formula = Formula.constant(float(task.y.mean()))
    return Candidate(formula, formula.predict)


@hookimpl
def smoothdistill_students():
    return [Odd]


class _Unkind(BaseException):
    def __str__(self):
        raise RuntimeError("not even its message can be asked for")


@misdeed
def leaves(task):
    os._exit(3)


@misdeed
def leaves_politely(task):
    sys.exit("enough")


@misdeed
def interrupts(task):
    raise KeyboardInterrupt


@misdeed
def raises_what_cannot_be_told(task):
    raise _Unkind


@misdeed
def raises_a_message_of_a_terminal(task):
    raise ValueError("\x1b[2J\x1b]0;owned\x07\u202e" + "a" * 200_000)


@misdeed
def kills_itself(task):
    os.kill(os.getpid(), signal.SIGKILL)


@misdeed
def aborts(task):
    os.abort()


@misdeed
def reads_nowhere(task):
    ctypes.string_at(0)


@misdeed
def recurses(task):
    recurses(task)


@misdeed
def never_ends(task):
    while True:
        time.sleep(0.01)


@misdeed
def never_ends_in_c(task):
    sum(count())  # no other thread of the process has a turn


@misdeed
def hears_no_signal(task):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(3600)


@misdeed
def leaves_a_thread_running(task):
    threading.Thread(target=time.sleep, args=(3600,)).start()


@misdeed
def closes_all_files(task):
    os.closerange(3, 1000)


@misdeed
def talks(task):
    print("hello\n" * 1000)
    sys.stdout.flush()


@misdeed
def goes_elsewhere(task):
    os.chdir("/")
    os.environ.clear()
    os.umask(0o777)


@misdeed
def changes_numpy(task):
    np.mean = np.sum = np.abs = lambda *_, **__: 0.0


@misdeed
def changes_others(task):
    from smoothdistill_core.testing.tiny import LinearTeacher, TinyR2, TinyStudent

    TinyStudent.distil = lambda self, task: [_mean(task)]
    LinearTeacher.predict = lambda self, X: np.zeros(len(X))
    TinyR2.score = lambda self, context: 1.0


@misdeed
def changes_random_numbers(task):
    random.seed(0)
    np.random.seed(0)
    np.random.default_rng = lambda *_: None


@misdeed
def stops_collecting(task):
    gc.disable()
    sys.setrecursionlimit(60)


@misdeed
def forgets_modules(task):
    for name in [name for name in sys.modules if name.startswith(("smoothdistill", "numpy", "json"))]:
        del sys.modules[name]


@misdeed
def scribbles(task):
    for array in (task.X, task.y):
        array.flags.writeable = True
        array[:] = 0.0


@misdeed
def returns_nothing(task):
    return []


@misdeed
def returns_a_number(task):
    return 1


@misdeed
def returns_text(task):
    return "x0 + x1"


@misdeed
def returns_without_end(task):
    return (_mean(task) for _ in count())


@misdeed
def returns_many(task):
    return [_mean(task)] * 50_000


@misdeed
def returns_what_is_no_number(task):
    formula = Formula.apply("log", Formula.constant(-1.0))
    return [Candidate(formula, formula.predict)]


@misdeed
def returns_an_input_too_many(task):
    formula = Formula.variable(99)
    return [Candidate(formula, lambda X: X[:, 0])]


@misdeed
def returns_something_deep(task):
    formula = Formula.variable(0)
    for _ in range(3000):
        formula = Formula.apply("sin", formula)
    return [Candidate(formula, formula.predict)]


@misdeed
def lies(task):
    return [Candidate(Formula.variable(0), lambda X: np.ones(len(X)))]


@misdeed
def cannot_predict(task):
    def predict(X):
        raise MemoryError

    return [Candidate(Formula.variable(0), predict)]


@misdeed
def returns_what_cannot_be_sent(task):
    formula = Formula.variable(0)
    return [Candidate(formula, formula.predict, notes=(threading.Lock(),))]


@misdeed
def writes_notes_of_a_terminal(task):
    formula = Formula.variable(0)
    return [Candidate(formula, formula.predict, notes=("\x1b[2J\u202e\x07" + "a" * 100_000,))]
