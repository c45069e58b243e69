"""Explaining inside another program leaves it as it was, whatever it is made of: threads, processes, an event loop."""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import textwrap
import urllib.request
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Thread

import numpy as np
import psutil
import pytest

from stand_ins.explained import Chatty, as_text, bent, rows

WANTED = as_text(0)


def test_threads_do_not_disturb_each_other():
    with ThreadPoolExecutor(2) as executor:
        assert list(executor.map(as_text, [0, 1, 0])) == [WANTED, as_text(1), WANTED]


@pytest.mark.parametrize("way", ["spawn", pytest.param("fork", marks=pytest.mark.skipif("sys.platform == 'win32'"))])
def test_processes_that_were_spawned_or_forked_give_the_same(way):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking a program with threads, which it is to stand
        with ProcessPoolExecutor(1, multiprocessing.get_context(way)) as executor:
            assert executor.submit(as_text, 0).result(timeout=120) == WANTED


def test_an_event_loop_can_wait_for_it_and_can_be_at_work_meanwhile():
    async def program():
        waiting = asyncio.create_task(asyncio.to_thread(as_text, 0))
        turns = 0
        while not waiting.done():
            await asyncio.sleep(0.001)
            turns += 1
        assert as_text(0) == WANTED  # and in the loop's own thread
        return await waiting, turns

    found, turns = asyncio.run(program())
    assert found == WANTED
    assert turns > 1


@contextmanager
def served(application):
    """Serve an ASGI application on loopback, and give its address."""
    uvicorn = pytest.importorskip("uvicorn")
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_config=None))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            thread.join(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(30)
    assert not thread.is_alive()


def test_a_web_server_answers_with_explanations_and_goes_on():
    applications = pytest.importorskip("starlette.applications")
    responses, routing = pytest.importorskip("starlette.responses"), pytest.importorskip("starlette.routing")

    def explained(request):
        return responses.PlainTextResponse(as_text(int(request.query_params["seed"])))

    def ask(seed):
        with urllib.request.urlopen(f"{address}/?seed={seed}", timeout=120) as answer:
            return answer.read().decode()

    application = applications.Starlette(routes=[routing.Route("/", explained)])
    with served(application) as address, ThreadPoolExecutor(2) as executor:
        assert list(executor.map(ask, [0, 1, 0])) == [WANTED, as_text(1), WANTED]


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_it_says_nothing_and_leaves_logging_chance_and_pictures_as_they_were(explain, capfd, jobs):
    import matplotlib as mpl
    import torch

    def state():
        numbers = np.random.get_state(legacy=False)["state"]
        named = [logging.getLogger(name) for name in (None, "smoothdistill", "matplotlib")]
        logs = [(list(logger.handlers), logger.level, logger.propagate, logger.disabled) for logger in named]
        chance = random.getstate(), numbers["pos"], numbers["key"].tolist(), torch.get_rng_state().tolist()
        return chance, logs, dict(mpl.rcParams), list(warnings.filters), signal.getsignal(signal.SIGINT)

    before = state()
    explained = explain(bent, rows(0), student=["linear", "operon"], n_jobs=jobs)
    explained.plot()
    explained._repr_html_()
    explained.export("python")
    assert state() == before
    assert capfd.readouterr() == ("", "")


def test_what_a_model_prints_in_another_process_is_not_on_stdout(explain, capfd):
    explain(Chatty(os.getpid()), rows(0), n_jobs=2)
    printed = capfd.readouterr()
    assert "asked elsewhere" not in printed.out
    assert "asked elsewhere" in printed.err


PROGRAM = """
    from stand_ins.explained import bent, rows
    from smoothdistill_core import explain

    def told(progress):
        print("at work", flush=True)

    while True:
        explain(bent, rows(0), student="operon", n_jobs=2, progress=told)
"""


@pytest.mark.slow
@pytest.mark.skipif("sys.platform == 'win32'")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL"])
def test_a_program_that_is_ended_leaves_no_processes_and_no_semaphores(tmp_path, monkeypatch, name):
    monkeypatch.setenv("PYTHONPATH", ":".join(path for path in sys.path if path))
    script, said = tmp_path / "program.py", tmp_path / "said"
    script.write_text(textwrap.dedent(PROGRAM))
    with said.open("w") as errors:
        program = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=errors, text=True)
        assert program.stdout.readline() == "at work\n"
        children = psutil.Process(program.pid).children(recursive=True)
        assert children
        program.send_signal(getattr(signal, name))
        assert program.wait(60) == -getattr(signal, name)
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive
    assert said.read_text() == ""


def test_what_is_handed_over_is_plain_data():
    assert json.loads(WANTED)["version"] == 1
