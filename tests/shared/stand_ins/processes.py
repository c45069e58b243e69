"""What worker processes do in tests of their limits, and of whom they work for."""

import os
import subprocess
import sys
import time

import numpy as np

from smoothdistill_core import Candidate, Formula, Student
from smoothdistill_core.executors import send_interim


def hold(megabytes, seconds=60.0):
    """Hold so much memory, every page of it."""
    held = np.ones(megabytes * 125_000)
    time.sleep(seconds)
    return len(held)


def send(*outcomes, seconds=0.0):
    """Send some outcomes before the one that is returned."""
    for outcome in outcomes[:-1]:
        send_interim(outcome)
    time.sleep(seconds)
    return outcomes[-1]


def have_it_held(megabytes):
    """Let another process hold so much memory."""
    code = f"import time; held = bytearray({megabytes * 1_000_000}); time.sleep(60)"
    return subprocess.run([sys.executable, "-c", code], check=False).returncode


class Poisoner(Student):
    """Returns the mean, and leaves a process in which no other student finds anything else."""

    name = "poisoner"

    def distil(self, task):
        from smoothdistill_core.testing.tiny import TinyStudent

        formula = Formula.constant(float(task.y.mean()))
        found = [Candidate(formula, formula.predict, notes=(f"process {os.getpid()}",))]
        TinyStudent.distil = lambda self, task: found
        return found


class Greedy(Student):
    """Takes more and more memory."""

    name = "greedy"

    def distil(self, task):
        held = []
        while True:
            held.append(np.ones(1_000_000))


class Unkind(BaseException):
    """An exception that nothing can be learnt of."""

    def __str__(self):
        raise RuntimeError("not even its message can be asked for")


def raises(kind):
    """Raise an exception of a kind."""
    raise kind("enough") if kind is SystemExit else kind
