"""The ``smoothdistill`` command: its subcommands, its options and its exit codes."""

from __future__ import annotations

import io
import math
import sys
from typing import TYPE_CHECKING, Any

import click

from smoothdistill_core.cli.exit_codes import BAD_FOLDER, BAD_INPUT, INTERRUPTED, NO_WORKERS
from smoothdistill_core.cli.standard_output import plugins_on_stderr
from smoothdistill_core.errors import ExecutorError, SmoothdistillError, StoreError
from smoothdistill_core.kinds import KINDS, Kind

if TYPE_CHECKING:
    from smoothdistill_core.registry import Registry

EPILOG = """\b
Exit codes:
  0    everything was done, or all that there was time for
  1    the run ended, and some of its cells failed (the reasons are shown)
  2    the command line, the recipe or its data are wrong
  3    the run folder cannot be used (another recipe's, in use, disk full)
  4    the workers or the Dask cluster cannot be reached, or went away; the same command goes on
  130  stopped by Ctrl-C; the same command goes on where it stopped
"""


class _Command(click.Group):
    """Turns our errors into messages and exit codes; other errors are bugs and show their traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows a question mark
        try:
            return super().invoke(ctx)
        except SmoothdistillError as error:
            click.echo(str(error), err=True)
            codes = {StoreError: BAD_FOLDER, ExecutorError: NO_WORKERS}
            sys.exit(next((code for kind, code in codes.items() if isinstance(error, kind)), BAD_INPUT))
        except KeyboardInterrupt:
            click.echo("\nStopped.", err=True)
            sys.exit(INTERRUPTED)


def discovered(block: tuple[str, ...] = ()) -> Registry:
    """Return the registry of what is installed; what plugins print meanwhile goes to standard error."""
    from smoothdistill_core.registry import Registry

    with plugins_on_stderr():
        return Registry(block=block)


block_option = click.option(
    "--block", multiple=True, metavar="NAME", help="Leave a plugin out; may be given several times."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON to standard output.")
set_option = click.option(
    "--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a value: --set teacher.epochs=50."
)


@click.group(cls=_Command, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="smoothdistill")
def main() -> None:
    """Train smooth networks, distil them into formulas, and see whether smoothness helped."""


def _positive(_ctx: click.Context, _param: click.Parameter, value: float | None) -> float | None:
    if value is not None and not 0.0 < value < math.inf:  # nan, too, compares as nothing
        raise click.BadParameter(f"{value:g} is no time; give a number above 0, for example 2 or 0.5")
    return value


def _size(_ctx: click.Context, _param: click.Parameter, value: str | None) -> int | None:
    from smoothdistill_core.executors.memory import bytes_of

    try:
        return None if value is None else bytes_of(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


minutes_option = click.option(
    "--minutes",
    type=float,
    callback=_positive,
    metavar="M",
    help="Give the answer after M minutes, with what was found by then; a further run goes on from there.",
)
no_lock_option = click.option(
    "--no-lock",
    is_flag=True,
    help="Use a folder whose file system has no locks. Two commands at a time then lose results.",
)
target_option = click.option(
    "--target",
    "targets",
    required=True,
    multiple=True,
    metavar="COLUMN",
    help="The column to predict. Several may be named: each has a formula of its own, and none is an input.",
)
known_option = click.option(
    "--set", "given", multiple=True, metavar="OPTION=VALUE", help="How the table is read: --set decimal=, for example."
)
weights_option = click.option("--weights", metavar="COLUMN", help="The column with the weight of each row.")
force_option = click.option("--force", is_flag=True, help="Overwrite the recipe that is there.")


@main.command()
@click.argument("file")
@target_option
@click.option("--out", type=click.Path(dir_okay=False), metavar="RECIPE", help="The recipe; FILE.yaml if left out.")
@weights_option
@known_option
@force_option
@block_option
def init(
    file: str,
    targets: tuple[str, ...],
    out: str | None,
    weights: str | None,
    given: tuple[str, ...],
    force: bool,
    block: tuple[str, ...],
) -> None:
    """Look at FILE, a table, and write a recipe that says how it is read; - is standard input."""
    from smoothdistill_core.cli.beginning import init_recipe

    init_recipe(file, targets, weights, given, out, force, discovered(block))


@main.command()
@click.argument("file")
@target_option
@click.option("--out", type=click.Path(), metavar="DIR", help="The run folder; runs/FILE if left out.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Processes at a time; one a core if left out.")
@minutes_option
@click.option(
    "--rising", multiple=True, metavar="INPUT", help="Choose a formula that is proved never to fall as INPUT rises."
)
@click.option(
    "--falling", multiple=True, metavar="INPUT", help="One that never rises; both may be given several times."
)
@no_lock_option
@weights_option
@known_option
@force_option
@block_option
@json_option
def fit(
    file: str,
    targets: tuple[str, ...],
    out: str | None,
    workers: int | None,
    minutes: float | None,
    rising: tuple[str, ...],
    falling: tuple[str, ...],
    no_lock: bool,
    weights: str | None,
    given: tuple[str, ...],
    force: bool,
    block: tuple[str, ...],
    as_json: bool,
) -> None:
    """Find a formula for a column of FILE: `init` and `run` in one; the recipe is kept in the run folder."""
    from smoothdistill_core.cli.beginning import fit_table

    demanded, lock = {"rising": rising, "falling": falling}, not no_lock
    chosen = (file, targets, weights, given, demanded, out, force, workers, minutes, as_json, discovered(block))
    sys.exit(fit_table(*chosen, lock=lock))


@main.command()
@click.argument("recipe")
@click.option("--out", type=click.Path(), metavar="DIR", help="The run folder; runs/NAME if left out.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Processes at a time; one a core if left out.")
@minutes_option
@click.option("--memory", callback=_size, metavar="SIZE", help="End a process that holds more than, say, 4GB.")
@click.option("--dask", metavar="ADDRESS", help="Work on the Dask cluster whose scheduler is at ADDRESS.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and how long it takes, and write nothing.")
@click.option("--no-report", is_flag=True, help="Draw no report: one of hundreds of datasets takes minutes.")
@no_lock_option
@set_option
@block_option
@json_option
def run(
    recipe: str,
    out: str | None,
    workers: int | None,
    minutes: float | None,
    memory: int | None,
    dask: str | None,
    dry_run: bool,
    no_report: bool,
    no_lock: bool,
    overrides: tuple[str, ...],
    block: tuple[str, ...],
    as_json: bool,
) -> None:
    """Run RECIPE, a file, - for standard input, or the name of a shipped recipe; run it again to resume."""
    from smoothdistill_core.cli.running import run_recipe

    registry = discovered(block)
    chosen = (recipe, registry, out, workers, minutes, dask, dry_run, overrides, as_json)
    sys.exit(run_recipe(*chosen, report=not no_report, lock=not no_lock, memory=memory))


@main.command()
@click.argument("recipe")
@set_option
@block_option
def validate(recipe: str, overrides: tuple[str, ...], block: tuple[str, ...]) -> None:
    """Check RECIPE and its data without running anything."""
    from smoothdistill_core.cli.running import validate_recipe

    validate_recipe(recipe, discovered(block), overrides)


@main.command()
@click.argument("run_folder", metavar="RUN")
@json_option
def show(run_folder: str, as_json: bool) -> None:
    """Show the results of RUN, a run folder or the name of a run under runs/."""
    from smoothdistill_core.cli.showing import show_run

    show_run(run_folder, as_json)


dataset_option = click.option("--dataset", metavar="D", help="The dataset, where the run has several.")
choice_option = click.option(
    "--choice",
    default="best",
    show_default=True,
    metavar="C",
    help='Which formula: best, direct, linear, "best teacher", or a penalty ("jacobian", "jacobian 0.3").',
)
size_option = click.option(
    "--size", type=click.IntRange(min=1), metavar="N", help="The best formula of at most N nodes, of all; see `show`."
)
out_option = click.option("--out", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file.")


@main.command()
@click.argument("run_folder", metavar="RUN")
@click.option(
    "--format",
    "format_",
    required=True,
    metavar="F",
    help="text, json, sympy, latex, mathml, python ...; `plugins` lists all.",
)
@dataset_option
@choice_option
@size_option
@click.option("--simplify", is_flag=True, help="Shorten the formula first, where that changes no value.")
@out_option
def export(
    run_folder: str,
    format_: str,
    dataset: str | None,
    choice: str,
    size: int | None,
    simplify: bool,
    out: str | None,
) -> None:
    """Write a formula of RUN for other programs, in the data's own units."""
    from smoothdistill_core.cli.taking import export_formula

    export_formula(discovered(), run_folder, format_, dataset, choice, size, simplify, out)


@main.command()
@click.argument("run_folder", metavar="RUN")
@click.argument("file", type=click.Path(dir_okay=False))
@dataset_option
@choice_option
@size_option
@click.option("--separator", metavar="S", help="What stands between the columns; as the recipe says if left out.")
@click.option(
    "--interval",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="P",
    help="Add an interval that holds a share P of such rows, 0.9 for example.",
)
@out_option
def predict(
    run_folder: str,
    file: str,
    dataset: str | None,
    choice: str,
    size: int | None,
    separator: str | None,
    interval: float | None,
    out: str | None,
) -> None:
    """Predict the rows of FILE, read as the recipe reads its own, with a formula of RUN; writes them as CSV.

    A column says which inputs of a row lie outside of the range of the training rows. A row that lacks what the formula
    reads has no prediction.
    """
    from smoothdistill_core.cli.predicting import predict_rows

    predict_rows(discovered(), run_folder, file, dataset, choice, size, separator, interval, out)


@main.command()
@click.argument("run_folder", metavar="RUN")
@click.option(
    "--out", type=click.Path(dir_okay=False), metavar="FILE", help="The page; report.html in RUN if left out."
)
@click.option(
    "--reference", type=click.Path(dir_okay=False), metavar="CSV", help="A table of other numbers to stand beside ours."
)
@click.option(
    "--figures",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Also write figures as PDF and PNG, tables as CSV.",
)
@block_option
def report(
    run_folder: str, out: str | None, reference: str | None, figures: str | None, block: tuple[str, ...]
) -> None:
    """Write the results of RUN as one HTML file to read: words, formulas, figures and tables."""
    from smoothdistill_core.cli.reporting import report_run

    report_run(discovered(block), run_folder, out, reference, figures)


@main.command()
@click.argument("run_folders", metavar="RUN RUN...", nargs=-1, required=True)
@click.option("--out", type=click.Path(dir_okay=False), metavar="FILE", help="The page; comparison.html if left out.")
def compare(run_folders: tuple[str, ...], out: str | None) -> None:
    """Set runs side by side on one page: what their recipes differ in, and what each found."""
    from smoothdistill_core.cli.reporting import compare_runs

    compare_runs(run_folders, out)


@main.command()
@block_option
@json_option
def plugins(block: tuple[str, ...], as_json: bool) -> None:
    """List the plugins, where they come from, and what is wrong with any of them."""
    from smoothdistill_core.cli.listing import list_plugins

    list_plugins(discovered(block), as_json)


@main.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name", required=False)
@json_option
def describe(kind: Kind, name: str | None, as_json: bool) -> None:
    """Describe a component: what it does, its options, and where it comes from. Without NAME: what there is."""
    from smoothdistill_core.cli.describing import describe_component, list_components

    if name is None:
        list_components(discovered(), kind, as_json)
    else:
        describe_component(discovered(), kind, name, as_json)


@main.command()
def schema() -> None:
    """Write the JSON schema of recipes, for completion in editors."""
    import json

    from smoothdistill_core.recipe import recipe_schema

    click.echo(json.dumps(recipe_schema(discovered()), indent=2))


@main.command()
def recipes() -> None:
    """List the recipes that come with smoothdistill; `run` takes their names."""
    from smoothdistill_core.cli.listing import list_recipes

    list_recipes()


@main.command("new-plugin")
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="The kind of the component that it adds.")
@click.option("--out", type=click.Path(), metavar="DIR", help="The new folder; smoothdistill-NAME if left out.")
def new_plugin(name: str, kind: Kind, out: str | None) -> None:
    """Write a plugin package called NAME, with a worked example and its tests."""
    import shlex
    from pathlib import Path

    from smoothdistill_core.template import new_plugin

    folder = new_plugin(name, kind, discovered(), None if out is None else Path(out))
    click.echo(f"Wrote {folder}. Install it and run its tests:\n")
    click.echo(f'  cd {shlex.quote(str(folder))}\n  pip install -e ".[test]"\n  pytest')
