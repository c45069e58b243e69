"""`write_comparison`: several runs side by side: what their recipes differ in, and what each of them found."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from smoothdistill_core.components import MetricFacts
from smoothdistill_core.errors import ResultError
from smoothdistill_core.recipe.defaults import ACCURACY, COMPLEXITY, ERRORS, FIDELITY
from smoothdistill_core.report.figures import Picture, Sheet, by_dataset, drawing
from smoothdistill_core.report.html_page import write_page
from smoothdistill_core.report.tables import Column, Table, Value, table
from smoothdistill_core.results import Line, Results, summarise
from smoothdistill_core.results.answer import BEST
from smoothdistill_core.results.summary import CHOSEN, known_of
from smoothdistill_core.wording.accuracy import OF
from smoothdistill_core.wording.names import Names
from smoothdistill_core.wording.numbers import NOTHING, count, difference, number, quantity


def _further(metric: str, line: Line) -> float:
    return line.others.get(metric, math.nan)


@dataclass(frozen=True)
class Compared:
    """A score that is compared: its title, which value of a line it is, and how that is written."""

    title: str
    value: Callable[[Line], float]
    write: Callable[[float | None], str] = number


SCORES = {
    ACCURACY: Compared("R² of the formulas", lambda line: line.r2_of("target")),
    "r2_log": Compared("R² (log) of the formulas", lambda line: line.r2_of("log")),
    "teacher_r2": Compared("R² of the teachers", lambda line: line.teacher_r2_of("target")),
    "teacher_r2_log": Compared("R² (log) of the teachers", lambda line: line.teacher_r2_of("log")),
    "smoothness": Compared("Smoothness of the teachers, or of formulas without one", lambda line: line.smoothness),
    FIDELITY: Compared("Fidelity of the formulas to their teachers", lambda line: line.fidelity),
    COMPLEXITY: Compared("Nodes of the formulas", lambda line: line.nodes, count),
    **{
        metric: Compared(f"{name} of the formulas, in units of the target", partial(_further, metric), quantity)
        for metric, name in ERRORS.items()
    },
}
"""What is compared; log is log(1 + target), where that is fitted."""

Place = tuple[str, str, str]
"""A dataset, a method with its student and teacher, and a strength."""

MEANS = "runs or seeds"
"""What a number is the mean over: not the same in every run."""


def write_comparison(runs: Sequence[Results], path: Path | str) -> Path:
    """Write a page that sets runs side by side and return its path.

    Differences are to the first of them. Raises `ResultError` for fewer than two runs, `SmoothdistillError` where the
    file cannot be written.
    """
    if len(runs) < 2:
        raise ResultError(f"a comparison needs at least two runs, not {len(runs)}")
    labels = labels_of(runs)
    found = [_scores(results, runs[0].smoothness) for results in runs]
    places = list(dict.fromkeys(place for scores in found for place in scores))
    tables = [_score_table(field, labels, places, found) for field in SCORES]
    with drawing():
        pictures = _pictures(labels, places, found)
    return write_page(
        Path(path),
        "comparison.html",
        runs=list(zip(labels, runs, strict=True)),
        options=option_table(labels, runs),
        tables=[one for one in tables if one is not None],
        pictures=pictures,
        shared=len({place for place in places if all(place in scores for scores in found)}),
        places=len(places),
    )


def labels_of(runs: Sequence[Results]) -> list[str]:
    """Return a name for each run: its own, with its folder where names repeat."""
    names = Counter(results.name for results in runs)
    labels: list[str] = []
    for results in runs:
        label = results.name if names[results.name] == 1 else f"{results.name} ({results.folder or 'in memory'})"
        again = sum(label == other or other.startswith(f"{label} #") for other in labels)
        labels.append(f"{label} #{again + 1}" if again else label)
    return labels


def option_table(labels: Sequence[str], runs: Sequence[Results]) -> Table | None:
    """Return the options whose values differ between the recipes; None where none do.

    Of a component that some of the recipes lack only the name is told.
    """
    flat = [_flat(dict(results.content)) for results in runs]
    paths = dict.fromkeys(path for options in flat for path in options)
    rows = []
    for path in paths:
        values = [options.get(path, NOTHING) for options in flat]
        shared = all(any(other.startswith(_component(path)) for other in options) for options in flat)
        if len(set(values)) > 1 and shared:
            rows.append((path, *values))
    if not rows:
        return None
    columns = (Column("option", "option", formula=True), *(Column(label, label, formula=True) for label in labels))
    note = "All other options are the same, but for those of a component that is not in every recipe."
    return table("options", "What the recipes differ in", columns, rows, note)


def _component(path: str) -> str:
    """Return the beginning of the paths of the component that an option belongs to: ``student.gplearn.``."""
    kind, _, rest = path.partition(".")
    name, dot, _ = rest.rpartition(".")
    return f"{kind}.{name}{dot}" if dot else kind


def _flat(content: Any, path: str = "") -> dict[str, str]:
    """Return every value of a recipe by its path, as text; components go by their names, not by their places."""
    if isinstance(content, dict) and content:
        flat: dict[str, str] = {}
        for key, value in content.items():
            flat |= _flat(value, f"{path}.{key}" if path else str(key))
        return flat
    if isinstance(content, list) and content and all(isinstance(one, dict) and "name" in one for one in content):
        repeated = Counter(one["name"] for one in content)
        flat = {path: ", ".join(one["name"] for one in content)}
        for place, one in enumerate(content, 1):
            label = one["name"] if repeated[one["name"]] == 1 else f"{one['name']} #{place}"
            flat |= _flat({key: value for key, value in one.items() if key != "name"} or None, f"{path}.{label}")
        return {key: value for key, value in flat.items() if value != "None" or not key.startswith(f"{path}.")}
    return {path: str(content)}


def _scores(results: Results, smoothness: MetricFacts | None) -> dict[Place, Line]:
    """Return the lines of a run by their places; without smoothness where it is by another metric than this."""
    names, alike = Names(results), _label(results.smoothness) == _label(smoothness)
    scores = {}
    for line in summarise(results):
        method = names.labelled(line.penalty, line.student, line.teacher)
        strength = line.strength if isinstance(line.strength, str) else f"{line.strength:g}"
        scores[line.dataset, method, strength] = line if alike else replace(line, smoothness=math.nan)
    return scores


def _label(metric: MetricFacts | None) -> str:
    return "" if metric is None else metric.label


def _score_table(
    field: str, labels: Sequence[str], places: Sequence[Place], found: Sequence[dict[Place, Line]]
) -> Table | None:
    score = SCORES[field]
    rows: list[tuple[Value, ...]] = []
    for place in places:
        values = [score.value(scores[place]) if place in scores else math.nan for scores in found]
        if any(math.isfinite(value) for value in values):
            rows.append((*place, *values, *(value - values[0] for value in values[1:])))
    if not rows:
        return None
    columns = (
        Column("dataset", "dataset"),
        Column("method", "method"),
        Column("strength", "strength"),
        *(Column(label, label, score.write) for label in labels),
        *(Column(f"{label} - {labels[0]}", f"{label} − {labels[0]}", difference) for label in labels[1:]),
    )
    strong = [place for place, row in enumerate(rows) if row[2] == CHOSEN]
    note = "Means over the trials of each run, on the test part."
    return table(field, score.title, columns, rows, note, strong)


def _pictures(labels: Sequence[str], places: Sequence[Place], found: Sequence[dict[Place, Line]]) -> list[Picture]:
    """Draw R2 of the methods without a strength of their own; a mark is a run.

    One figure a method, a row a dataset; where there is a single dataset, one figure with a row a method.
    """
    by_run = dict(zip(labels, found, strict=True))
    of = known_of([line for lines in found for line in lines.values()])[0]
    axis = f"R²{OF[of]}"
    shown = [(d, m, s) for d, m, s in places if s in ("", CHOSEN)]
    datasets = list(dict.fromkeys(dataset for dataset, _, _ in shown))
    methods = {(f"{m}, chosen" if s and m != BEST else m): (m, s) for _, m, s in shown}

    def r2(dataset: str, method: str, label: str) -> float:
        line = by_run[label].get((dataset, *methods[method]))
        return math.nan if line is None else line.r2_of(of)

    if len(datasets) == 1:
        title = f"{axis} of the formulas on {datasets[0]}"
        drawn = [by_dataset(list(methods), labels, partial(r2, datasets[0]), MEANS, axis, "methods", title, Sheet())]
    else:
        drawn = [
            by_dataset(datasets, labels, value, MEANS, axis, f"method-{place}", f"{axis} of {method}", Sheet())
            for place, (method, value) in enumerate(((name, partial(_of_method, r2, name)) for name in methods), 1)
        ]
    return [one for one in drawn if one is not None]


def _of_method(r2: Callable[[str, str, str], float], method: str, dataset: str, label: str) -> float:
    return r2(dataset, method, label)
