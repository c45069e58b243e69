"""``run --dry-run``: what a run would do, as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from smoothdistill_core.cli.console import console, plain_table
from smoothdistill_core.study import Batch, Outlook
from smoothdistill_core.study.study import outside_in_words
from smoothdistill_core.wording.names import short_names
from smoothdistill_core.wording.numbers import expected, plural


def show_outlook(outlook: Outlook, as_json: bool) -> None:
    """Write an outlook to standard output."""
    if as_json:
        click.echo(json.dumps({**asdict(outlook), "seconds": outlook.seconds}, indent=2))
        return
    out = console()
    for change in outlook.changes:
        out.print(f"changed since the last run: {change}", style="yellow")
    for notice in outlook.notices:
        out.print(f"note: {notice}", style="yellow")
    table = plain_table()
    for place, heading in enumerate(("dataset", "", "", "cells", "done", "failed", "to run", "expected")):
        table.add_column(heading, justify="left" if place < 3 else "right", no_wrap=True)
    dataset = None
    names = short_names(batch.who for batch in outlook.batches)
    for batch in outlook.batches:
        if dataset not in (None, batch.dataset):
            table.add_section()
        counts = (str(count) for count in (batch.planned, batch.done, batch.failed, batch.to_run))
        first = "" if batch.dataset == dataset else batch.dataset
        table.add_row(first, batch.kind, names[batch.who], *counts, _expected(batch, outlook.workers))
        dataset = batch.dataset
    table.add_section()
    table.add_row("all", "", "", *_sums(outlook.batches), _total(outlook), style="bold")
    out.print(table)
    if outlook.path_teachers:
        teachers, networks = plural(outlook.path_teachers, "teacher"), plural(outlook.path_networks, "network")
        out.print(f"On paths: {teachers} to be trained as {networks}, each taken through all strengths of its path.")
    if outlook.scored_by:
        out.print(_scoring(outlook))
    if any(batch.failed for batch in outlook.batches):
        out.print("What failed is tried again, unless a time limit stopped it that was not raised.")
    if outlook.outside:
        out.print(outside_in_words(outlook.outside))
    workers = f"{outlook.workers} worker{'s' * (outlook.workers != 1)}"
    if not any(batch.to_run for batch in outlook.batches):
        out.print("Nothing else is left to run." if outlook.scored_by else "Nothing is left to run.")
    elif outlook.seconds is not None:
        out.print(f"Expected time with {workers}: {expected(outlook.seconds)}, from what was measured in this folder.")
    else:
        names_of = ", ".join(names[who] for who in outlook.unmeasured)
        known = f"; the rest takes {expected(outlook.measured_seconds)} with {workers}"
        out.print(f"Nothing was measured yet of {names_of}{known * bool(outlook.measured_seconds)}.")
    out.print("A dry run: nothing was written.")


def _scoring(outlook: Outlook) -> str:
    """Say what the metrics cost that finished cells lack."""
    formulas, teachers = (sum(b.to_score for b in outlook.batches if b.kind == kind) for kind in ("student", "teacher"))
    said = [f"Scored anew by {', '.join(outlook.scored_by)}: formulas of {plural(formulas, 'student')}"]
    if teachers:
        said.append(f"{plural(teachers, 'teacher')} whose weights were kept")
    if outlook.trained_again:
        said.append(f"{plural(outlook.trained_again, 'teacher')} trained again for it, to the same numbers")
    return f"{', '.join(said)}. Nothing is searched again for it."


def _expected(batch: Batch, workers: int) -> str:
    if not batch.to_run:
        return ""
    return "?" if batch.seconds is None else expected(batch.seconds / workers)


def _total(outlook: Outlook) -> str:
    return "?" if outlook.seconds is None else expected(outlook.seconds)


def _sums(batches: Sequence[Batch]) -> list[str]:
    fields = ("planned", "done", "failed", "to_run")
    return [str(sum(getattr(batch, field) for batch in batches)) for field in fields]
