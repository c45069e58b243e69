"""``run`` and ``validate``: a recipe from its file to its results, with live progress."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click
from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.text import Text

from smoothdistill_core.cli.as_json import plain
from smoothdistill_core.cli.console import console, cut
from smoothdistill_core.cli.dry_run import show_outlook
from smoothdistill_core.cli.exit_codes import FAILED_CELLS, INTERRUPTED
from smoothdistill_core.cli.reporting import report_at_the_end
from smoothdistill_core.cli.showing import RUNS, describe_data, show_results
from smoothdistill_core.components import Role
from smoothdistill_core.errors import SmoothdistillError, printable
from smoothdistill_core.executors.dask import DaskExecutor, dask_executor
from smoothdistill_core.recipe import Recipe, find_recipe, read_recipe
from smoothdistill_core.registry import Registry
from smoothdistill_core.store import Store
from smoothdistill_core.study import Plan, Progress, Study
from smoothdistill_core.study.progress import ProgressCallback
from smoothdistill_core.wording.numbers import expected
from smoothdistill_core.wording.so_far import Improvements, told_so_far

SECONDS_BETWEEN_LINES = 5.0
"""How often progress is written where there is no terminal to draw on."""


def run_recipe(
    name: str,
    registry: Registry,
    out: str | None,
    workers: int | None,
    minutes: float | None,
    dask: str | None,
    dry_run: bool,
    overrides: Sequence[str],
    as_json: bool,
    *,
    report: bool = True,
    lock: bool = True,
    memory: int | None = None,
) -> int:
    """Run a recipe, show its results and return the exit code; in a dry run, say what would be done.

    ``minutes`` take the place of the recipe's budget. Without ``lock`` no other command is kept out of the folder. A
    worker that holds more than ``memory`` bytes is ended.
    """
    if memory is not None and dask is not None:
        raise SmoothdistillError("--memory is for workers of this machine; give it to those of Dask: --memory-limit")
    if minutes is not None:
        overrides = _with_budget(overrides, minutes)
    recipe = read_recipe(find_recipe(name), registry, overrides)
    folder = RUNS / recipe.name if out is None else Path(out)
    screen = console(stderr=as_json)
    study = Study(recipe, registry, folder)
    try:
        plan = study.plan()
        _introduce(recipe, plan, screen)
        with _executor(dask, recipe) as cluster:
            workers = workers or (cluster.workers if cluster is not None else None)
            if dry_run:
                show_outlook(study.outlook(plan=plan, workers=workers), as_json)
                return 0
            with _progress(screen) as callback, nullcontext() if lock else Store(folder, lock=False) as store:
                draw = report or recipe.budget.limit is None  # it is for the report, and not within a budget
                results = study.run(
                    plan=plan,
                    workers=workers,
                    executor=cluster,
                    progress=callback,
                    draw=draw,
                    store=store,
                    memory=memory,
                )
    except KeyboardInterrupt:
        screen.print("\nStopped. What is finished is kept; the same command goes on from there.")
        return INTERRUPTED
    if as_json:
        click.echo(json.dumps(plain(results), indent=2))
    else:
        show_results(results, screen)
    if report:
        report_at_the_end(results, registry, screen)
    return FAILED_CELLS if results.failed or results.unchanged else 0


def validate_recipe(name: str, registry: Registry, overrides: Sequence[str]) -> None:
    """Check a recipe and its data, and say what it would do."""
    recipe = read_recipe(find_recipe(name), registry, overrides)
    screen = console()
    _introduce(recipe, Study(recipe, registry).plan(), screen)
    for notice in recipe.left_out:
        screen.print(f"note: {notice}", style="yellow")
    screen.print("The recipe is valid.")


def _with_budget(overrides: Sequence[str], minutes: float) -> list[str]:
    """Return the overrides with one of the budget; there may be no other."""
    if said := next((text for text in overrides if re.match(r"\s*budget\b", text)), None):
        raise SmoothdistillError(f"--minutes and --set {said} both say how long it may take; leave one of them out")
    return [*overrides, f"budget={{minutes: {minutes!r}}}"]


def _introduce(recipe: Recipe, plan: Plan, screen: Console) -> None:
    """Say what will be done, and what was done to the data."""
    teachers = sum(cell.role is Role.TEACHER for cell in plan.cells)
    counts = [(len(plan.trials), "trial"), (teachers, "teacher"), (len(plan.cells) - teachers, "formula")]
    written = ", ".join(f"{count} {what}{'s' * (count != 1)}" for count, what in counts)
    screen.print(Text.assemble((recipe.name, "bold"), f": {written}"))
    describe_data(plan.facts, screen)


@contextmanager
def _executor(dask: str | None, recipe: Recipe) -> Iterator[DaskExecutor | None]:
    """Yield the Dask cluster at an address, or None for processes of this machine."""
    if dask is None:
        yield None
        return
    with dask_executor(dask, recipe.libraries) as executor:
        yield executor


@contextmanager
def _progress(screen: Console) -> Iterator[ProgressCallback]:
    """Yield a callback that shows progress: a live bar on a terminal, now and then a line elsewhere."""
    if screen.is_terminal:
        with _bar(screen) as callback:
            yield callback
    else:
        yield _lines(screen)


@contextmanager
def _bar(screen: Console) -> Iterator[ProgressCallback]:
    bar = Bar(BarColumn(30), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[left]}"))
    task = bar.add_task("", total=None, left="")
    with Live(bar, console=screen, transient=True) as live:

        def show(progress: Progress) -> None:
            _announce(progress, screen)
            bar.update(task, completed=progress.done + progress.failed, total=progress.total, left=_outlook(progress))
            running = "\n".join(map(printable, progress.running))
            doing = Text(running, style="dim", no_wrap=True, overflow="ellipsis")
            live.update(Group(bar, *_best(progress, screen.width), doing))

        yield show


def _best(progress: Progress, width: int) -> list[Text]:
    """Return two lines on the best formula so far, if there is one: how good it is, and as much of it as fits."""
    if progress.best is None:
        return []
    lines = (f"best so far: {told_so_far(progress.best)}", f"  {cut(progress.best.text, width - 2)}")
    return [Text(line, no_wrap=True, overflow="ellipsis") for line in lines]


def _lines(screen: Console) -> ProgressCallback:
    last, said = -SECONDS_BETWEEN_LINES, ""
    improvements = Improvements()

    def show(progress: Progress) -> None:
        nonlocal last, said
        _announce(progress, screen)
        now = time.monotonic()
        if now - last < SECONDS_BETWEEN_LINES and progress.running:
            return
        doing = f"; now: {'; '.join(map(printable, progress.running))}" if progress.running else ""
        line = f"{progress.done}/{progress.total} done, {_outlook(progress)}{doing}"
        if line != said:
            screen.print(line)
        last, said = now, line
        if progress.running and (best := improvements.new(progress)) is not None:  # at the end all of it is shown
            screen.print(cut(f"best so far: {told_so_far(best)}: {best.text}", screen.width))

    return show


def _announce(progress: Progress, screen: Console) -> None:
    for change in progress.changes:
        screen.print(f"changed since the last run: {change}", style="yellow")
    for notice in progress.notices:
        screen.print(f"note: {notice}", style="yellow")


def _outlook(progress: Progress) -> str:
    """Say how long it still takes, and how much failed."""
    failed = f", {progress.failed} failed" if progress.failed else ""
    if progress.done + progress.failed == progress.total:
        return f"{'almost ' if progress.running else ''}finished{failed}"
    if progress.seconds_left is None:
        return f"measuring how long it takes{failed}"
    return f"about {expected(progress.seconds_left)} left{failed}"
