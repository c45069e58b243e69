"""``show``, and the end of ``run``: the table, the formulas, what failed, and where everything lies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from smoothdistill_core.cli.as_json import plain
from smoothdistill_core.cli.console import console
from smoothdistill_core.cli.front_table import front_table
from smoothdistill_core.cli.summary_table import strength_of, summary_tables, told_of
from smoothdistill_core.components import Part
from smoothdistill_core.errors import shown_lines
from smoothdistill_core.exports.text import meanings
from smoothdistill_core.formula import readable
from smoothdistill_core.preparation import SplitFacts
from smoothdistill_core.results import Outcome, Results, summarise
from smoothdistill_core.results.formula_choice import UNRELIABLE
from smoothdistill_core.store import FILE
from smoothdistill_core.wording.accuracy import accuracy_in_words
from smoothdistill_core.wording.constants import constants_in_words
from smoothdistill_core.wording.directions import proved_in_words
from smoothdistill_core.wording.failures import failures_in_words
from smoothdistill_core.wording.names import Names
from smoothdistill_core.wording.numbers import three_decimals
from smoothdistill_core.wording.origin import that_of
from smoothdistill_core.wording.rules import chosen_as, rules_of_refusal

RUNS = Path("runs")
"""Where runs lie unless the user says otherwise."""


MOST_NOTES = 100
"""So many notes of one thing are shown."""


def show_run(name: str, as_json: bool) -> None:
    """Show a run folder, given by its path or by its name under runs/."""
    results = Results.read(run_folder(name))
    if as_json:
        click.echo(json.dumps(plain(results), indent=2))
        return
    out = console()
    facts = {trial.dataset: trial.facts for trial in reversed(results.trials.values()) if trial.facts is not None}
    describe_data(dict(reversed(facts.items())), out)
    show_results(results, out)


def run_folder(name: str) -> Path:
    """Return the run folder that ``name`` stands for: a path, or the name of a run under runs/."""
    is_run = (Path(name) / FILE).is_file() or not (RUNS / name / FILE).is_file()
    return Path(name) if is_run else RUNS / name


def describe_data(facts: Mapping[str, SplitFacts], out: Console) -> None:
    """Say of each dataset what is predicted from what, and what was done to it."""
    for dataset, split in facts.items():
        parts: tuple[Part, ...] = ("train", "validation", "test")
        rows = ", ".join(f"{split.rows[part]} {part}" for part in parts if part in split.rows)
        inputs = len(split.scaling.features)
        out.print(f"{dataset}: {split.scaling.target!r} from {inputs} input{'s' * (inputs != 1)}; rows: {rows}")
        for note in first_of(split.notes):
            out.print(f"  {note}", style="dim")


def first_of(notes: Sequence[str]) -> Iterator[str]:
    """Yield as many notes as anybody reads, and how many there are besides; --json has them all."""
    yield from map(shown_lines, notes[:MOST_NOTES])
    if len(notes) > MOST_NOTES:
        yield f"and {len(notes) - MOST_NOTES:,} more"


def show_results(results: Results, out: Console) -> None:
    """Write the summary table, the best formulas, the failures and the place of the results."""
    lines, names = summarise(results), Names(results)
    if lines:
        tables, with_formulas = summary_tables(lines, results, names, out.width)
        for table in tables:
            out.print(table)
        if not with_formulas:
            for line in lines:
                label = " ".join(part for part in (line.dataset, line.penalty, strength_of(line)) if part)
                out.print(Text(f"{shown_lines(label)}: {line.formula}"))
        out.print(told_of(lines, results), style="dim")
    for dataset, answer in results.answers.items():
        outcome = answer.recommended
        out.print()
        out.print(Text.assemble((f"{shown_lines(dataset)}: ", "bold"), _origin(outcome, results, names)))
        out.print(Text(f"  {readable(outcome.scaling.shown)} = {outcome.text}"))
        proved = proved_in_words(results.choose)
        told = constants_in_words(outcome, results.standard_errors(outcome))
        for said in filter(None, (proved, told, *meanings(outcome.formula), *first_of(outcome.chosen.notes))):
            out.print(Text(f"  {said}", style="dim"))
        if len(answer.front) > 1:
            out.print(front_table(answer, results.choose))
    _tell_of_refusals(results, out)
    for failure in failures_in_words(results.failed, names.cell):
        out.print(f"failed: {failure}", style="red")
    for record in results.without_formula:
        reason = f"none of its formulas may be chosen: {results.refusal_of(record)}"
        out.print(
            Text(f"no formula: {names.cell(record)}: {reason}; see {rules_of_refusal(results.choose)}", style="red")
        )
    for note in first_of(results.notes):
        out.print(f"note: {note}", style="dim")
    if not results.complete:
        left = len(results.not_begun)
        open_work = [f"{left} of {len(results.cells)} cells are still to be run"] if left else []
        open_work += [f"{len(results.outdated)} cells are to be done anew"] if results.outdated else []
        open_work += [f"{len(results.unscored)} cells lack scores of a metric"] if results.unscored else []
        if results.to_judge and not open_work:
            datasets = dict.fromkeys(task.dataset for task in results.to_judge)
            open_work.append(f"the formulas of {', '.join(datasets)} are still to be judged together")
        out.print(f"{', and '.join(open_work)}; run the recipe again to go on.")
    if results.folder is not None:
        out.print(f"\nEverything lies in {results.folder}; see it again with: smoothdistill show {results.folder}")


def _tell_of_refusals(results: Results, out: Console) -> None:
    """Say where formulas were refused, and passed over, or have poles."""
    over = [outcome.passed_over_for(results.choose) for outcome in results.outcomes if outcome.passed_over is not None]
    if over:
        told = (
            f"\nFor {len(over)} of {len(results.outcomes)} students another formula of the front takes the place of a "
            f"better one ({rules_of_refusal(results.choose)}): {over[0]}."
        )
        out.print(Text(told, style="dim"))
    if results.choose.poles != "allow":
        for dataset, answer in results.answers.items():
            if pole := answer.recommended.chosen.pole:
                out.print(f"warning: {dataset}: {pole} {UNRELIABLE}")


def _origin(outcome: Outcome, results: Results, names: Names) -> str:
    accuracy = accuracy_in_words(outcome, "test", three_decimals)
    return f"{that_of(outcome, names)}, {chosen_as(results.choose)}; test {accuracy}"
