"""What runs compiled code for long is heard of and left alone."""

import time

import numpy as np
import pytest

from smoothdistill_core import Candidate, Student
from smoothdistill_core.searching import best_constant, interruptible, rehearse


def test_it_returns_what_the_function_returns_and_raises_what_it_raises():
    assert interruptible(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        interruptible(divmod, 1, 0)


def test_the_function_is_called_in_the_context_of_the_caller():
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        interruptible(np.divide, 1.0, np.zeros(1))


def test_an_interrupt_comes_through_while_the_function_runs():
    import signal
    import threading

    threading.Timer(0.2, signal.raise_signal, (signal.SIGINT,)).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interruptible(time.sleep, 3.0)
    assert time.monotonic() - began < 2.0


class Rehearsing(Student):
    """Remembers the rows that it was shown, and the time that it had."""

    name = "rehearsing"

    def distil(self, task):
        seen.append((len(task.X), task.deadline.left))
        return [Candidate(best_constant(task).candidate.formula, lambda X: X[:, 0])]


seen = []


def test_a_rehearsal_is_a_search_of_few_rows_without_time():
    rehearse(Rehearsing())
    assert seen == [(20, 0.0)]
