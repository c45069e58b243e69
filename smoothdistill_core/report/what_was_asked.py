"""What was asked: the recipe in words, and as YAML."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from smoothdistill_core.components import Role
from smoothdistill_core.recipe.defaults import ACCURACY, UNPENALISED
from smoothdistill_core.results import Results
from smoothdistill_core.store import Cell
from smoothdistill_core.wording.lists import listed
from smoothdistill_core.wording.names import Names
from smoothdistill_core.wording.numbers import plural

ORDER = ("dataset", "prepare", "teacher", "regularizer", "student", "metric", "distil", "choose", "trials")
"""The keys of a recipe in the order in which people write them."""

TESTED = "All scores below are of the test part, which no choice saw."


def asked_in_words(results: Results, names: Names) -> str:
    """Return the recipe as a few sentences; its plan is enough for that."""
    datasets = list(dict.fromkeys(trial.dataset for trial in results.trials.values()))
    if not datasets:
        return "The plan is empty."
    data = listed(datasets) if len(datasets) <= 6 else plural(len(datasets), "dataset")
    text = f"On {data}, with {_how_often(results)}"
    students = listed([names.short(student) for student in names.students])
    each = "each " if len(names.students) > 1 else ""
    if names.teachers:
        teachers = listed([names.short(teacher) for teacher in names.teachers])
        was = "was" if len(names.teachers) == 1 else "were each"
        text += f", {teachers} {was} trained {listed(_penalties(results))}."
        if _only_the_best(results):
            text += (
                f" {students[:1].upper()}{students[1:]} {each}searched a formula that imitates the "
                f"{listed(names.taught_by)}, as judged by R² {_on_part(results)}, and one straight on the data "
                "(direct)."
            )
        elif results.content.get("distil", {}).get("teachers") == "each":
            text += (
                " Of the strengths of each penalty only the most accurate teacher was distilled, by its own R² "
                f"{_on_part(results)}: {students} {each}searched a formula that imitates it, and one straight on the "
                "data (direct)."
            )
        else:
            text += (
                f" For each of these teachers {students} {each}searched a formula that imitates it, and one straight "
                "on the data (direct)."
            )
        if results.left_out:
            text += " Teachers and penalties that do not fit each other are left out, as the notes say."
    elif students:
        text += f", {students} {each}searched a formula straight on the data (direct)."
    found = _baselines(results, names)
    if found:
        baselines, one = listed(found), len(found) == 1
        beside = f" Beside {'them' if names.teachers or each else 'it'} stand{'s' * one} {baselines}."
        text += beside if students else f", {baselines} {'was' if one else 'were'} fitted to the data."
    return f"{text} {_choice(results)}"


def _how_often(results: Results) -> str:
    datasets = {trial.dataset for trial in results.trials.values()}
    runs = {(trial.dataset, trial.run) for trial in results.trials.values()}
    a_dataset, a_run = len(runs) // len(datasets), plural(len(results.trials) // len(runs), "seed")
    often = f"{plural(a_dataset, 'run')} of {a_run}" if a_dataset > 1 else a_run
    return f"{often} each" if len(datasets) > 1 else often


def _baselines(results: Results, names: Names) -> list[str]:
    found = (record.cell.student for record in results.cells if record.cell.role is Role.BASELINE)
    return [names.short(student) for student in dict.fromkeys(found)]


def _penalties(results: Results) -> list[str]:
    strengths: dict[str, set[float]] = defaultdict(set)
    for record in results.cells:
        if record.cell.role is Role.TEACHER:
            strengths[record.cell.regularizer].add(record.cell.strength)
    said = []
    for penalty, found in strengths.items():
        numbers = [f"{strength:g}" for strength in sorted(found) if strength > 0]
        if penalty == UNPENALISED:
            said.append("without a penalty")
        elif len(numbers) > 3:
            said.append(f"with {penalty} at {len(numbers)} strengths from {numbers[0]} to {numbers[-1]}")
        elif numbers:
            said.append(f"with {penalty} at strength{'s' * (len(numbers) > 1)} {listed(numbers)}")
        else:
            said.append(f"with {penalty}")
    return said


def _choice(results: Results) -> str:
    choose = results.choose
    if not any(cell.strength > 0 for cell in _taught(results)):
        return f"Formulas were compared {_judged(results)}.{_of_few(results)} {TESTED}"
    if choose.rule == "sweet_spot":
        rule = (
            "Each trial chose, of the teachers that beat direct in accuracy and smoothness, that with the best formula"
        )
    else:
        rule = "Of each penalty’s strengths, each trial chose the one with the best formula"
    return f"{rule}, {_judged(results)}.{_of_few(results)} {TESTED}"


def _of_few(results: Results) -> str:
    """Say by what else the formula to take was chosen, where there are few validation rows; else nothing."""
    if not any(map(results.is_cross_validated, results.trials.values())):
        return ""
    return (
        " That part has few rows, so the formula to take was chosen by cross-validation on the training and validation "
        "rows together."
    )


def _only_the_best(results: Results) -> bool:
    """Say whether students imitated the best teacher of each trial, so that no strength was chosen."""
    taught = _taught(results)
    return bool(taught) and not any(cell.regularizer for cell in taught)


def _taught(results: Results) -> list[Cell]:
    return [record.cell for record in results.cells if record.cell.role is Role.TAUGHT]


def _judged(results: Results) -> str:
    """Say by which score, and on which rows."""
    choose = results.choose
    by = "R²" if choose.score == ACCURACY else "fidelity to the teacher"
    return f"by {by} {_on_part(results)}"


def _on_part(results: Results) -> str:
    return f"on the {'training' if results.choose.part == 'train' else 'validation'} part"


def asked_as_yaml(results: Results) -> str:
    """Return the recipe with every default filled in, ready to run again; empty where it is not known."""
    import yaml

    if not results.content:
        return ""
    content: dict[str, Any] = {"name": results.name}
    asked = {**results.content, "dataset": _by_targets(results.content.get("dataset", []))}
    content |= {key: _short(asked[key]) for key in ORDER if key in results.content}
    content |= {key: value for key, value in results.content.items() if key not in content and value is not None}
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, default_flow_style=None, width=100)


def _by_targets(datasets: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return each dataset once, as the recipe has it: one of several targets is made into one a target."""
    found: dict[str, Mapping[str, Any]] = {}
    for dataset in datasets:
        targets = sorted([str(dataset.get("target")), *map(str, dataset.get("more_targets") or ())])
        found.setdefault(json.dumps({**dataset, "target": targets, "more_targets": None}, default=str), dataset)
    return list(found.values())


def _short(value: Any) -> Any:
    """Return a list of components as people write it: no list for one, no mapping for a mere name, no empty options.

    A component's name comes first and its strengths last; strength 0 alone is that of a regularizer which takes none.
    """
    if isinstance(value, list):
        short = [_short(one) for one in value]
        return short[0] if len(short) == 1 else short
    if not isinstance(value, dict):
        return value
    options = {key: option for key, option in value.items() if option is not None and key not in ("name", "strength")}
    name = {"name": value["name"]} if "name" in value else {}
    strength = {"strength": value["strength"]} if value.get("strength", [0.0]) != [0.0] else {}
    return value["name"] if name and not (options or strength) else {**name, **options, **strength}
