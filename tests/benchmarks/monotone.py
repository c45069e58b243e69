"""What it costs to demand directions of formulas, and whether a penalty that asks for them gives them: runs of
``recipes/monotone``.

    python tests/benchmarks/monotone.py RUN ... --csv FILE

Nothing is searched again. Each seed chooses by the run's own rule twice, once as the recipe demands and once among all
formulas: of all students, and of those alone that one kind of teacher taught, or none. A line counts the formulas of
their fronts, those that go against the demand somewhere, and those of which it is not proved that they do not; and the
seeds whose choice among all would not have been allowed, or is seen to go against it at random points. What is chosen
as the recipe demands is looked at in the same way, and none may be seen to. The test rows are read by no choice.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from smoothdistill_core import Results
from smoothdistill_core.components import Role, at_strength, without_options
from smoothdistill_core.recipe.defaults import ONE_INPUT
from smoothdistill_core.recipe.monotone import ANYTHING
from smoothdistill_core.results import Answer, Outcome
from smoothdistill_core.results.trends import WrongWay, wrong_way
from smoothdistill_core.store import CellRecord
from smoothdistill_core.trial import FrontEntry

EVERYTHING = "all"

POINTS = 20_000
"""From so many points a chosen formula is followed along each input that has a direction."""

ROUNDING = 1e-9
"""Less of the largest value is what numbers of the computer do."""


def lines_of(results: Results) -> Iterator[dict[str, object]]:
    """Yield a line for all students together, and one for each way in which they were taught."""
    groups: dict[str, list[CellRecord]] = {EVERYTHING: []}
    for record in results.cells:
        if record.cell.role is Role.TEACHER or record.state != "done":
            continue
        if record.cell.student != ONE_INPUT:
            groups[EVERYTHING].append(record)
        if record.cell.role is not Role.BASELINE:
            penalty = without_options(record.cell.regularizer)
            label = at_strength(penalty, record.cell.strength) or Role.DIRECT.value
            groups.setdefault(label, []).append(record)
    for label, records in groups.items():
        yield {"dataset": next(iter(results.trials.values())).dataset, "taught": label, **_line(records, results)}


def _line(records: list[CellRecord], results: Results) -> dict[str, object]:
    ways = [_way(entry, record.cell.trial, results) for record in records for entry in record.front]
    teachers = tuple(record for record in results.cells if record.cell.role is Role.TEACHER)
    among = {record.cell.trial for record in records}
    spare = tuple(r for r in results.cells if r.cell.student == ONE_INPUT and r.cell.trial in among)
    free = replace(
        results, cells=(*teachers, *records), choose=results.choose.model_copy(update={"monotone": ANYTHING})
    )
    demanded = replace(results, cells=(*teachers, *records, *spare))
    chosen, allowed = free.trial_answers, demanded.trial_answers
    wrong = [_way(answer.recommended.chosen, key, results) for key, answer in chosen.items()]
    if any(_is_seen(answer.recommended, results) for answer in allowed.values()):
        raise RuntimeError(f"{results.name}: a formula was chosen that does not go the demanded ways")
    return {
        "seeds": len(chosen),
        "formulas": len(ways),
        "against": sum(way is not None and way.slope.certain for way in ways),
        "not_proved": sum(way is not None and not way.slope.certain for way in ways),
        "chosen_against": sum(way is not None and way.slope.certain for way in wrong),
        "chosen_not_proved": sum(way is not None and not way.slope.certain for way in wrong),
        "chosen_seen": sum(_is_seen(answer.recommended, results) for answer in chosen.values()),
        **_scores(chosen, "free"),
        **_scores(allowed, "demanded"),
    }


def _way(entry: FrontEntry, trial: str, results: Results) -> WrongWay | None:
    facts = results.trials[trial].facts
    return None if facts is None else wrong_way(entry, results.choose.monotone, facts.scaling)


def _is_seen(outcome: Outcome, results: Results) -> bool:
    """Say whether a formula goes against the demand between two of many random points: nothing is proved here."""
    features, formula, rng = outcome.scaling.features, outcome.chosen.explained, np.random.default_rng(0)
    low, high = (np.array([getattr(feature, end) for feature in features]) for end in ("low", "high"))
    places = {feature.name: place for place, feature in enumerate(features)}
    for name, direction in results.choose.monotone.directions.items():
        X = low + (high - low) * rng.random((POINTS, len(features)))
        moved = X.copy()
        moved[:, places[name]] = X[:, places[name]] + (high - X)[:, places[name]] * rng.random(POINTS) ** 4
        before, after = formula.predict(X), formula.predict(moved)
        if (direction * (after - before) < -ROUNDING * np.abs(before).max()).any():
            return True
    return False


def _scores(answers: dict[str, Answer], which: str) -> dict[str, float]:
    """Return the means over the seeds of the recommended formulas."""
    taken = [answer.recommended for answer in answers.values()]
    return {
        f"validation_{which}": float(np.mean([outcome.score("r2", "validation") for outcome in taken])),
        f"test_{which}": float(np.mean([outcome.score("r2", "test") for outcome in taken])),
        f"nodes_{which}": float(np.mean([outcome.nodes for outcome in taken])),
    }


def main() -> None:
    """Print the table, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--csv", type=Path)
    given = parser.parse_args()
    table = pd.DataFrame(line for run in given.runs for line in lines_of(Results.read(run)))
    print(table.round(3).to_string(index=False))
    counts = table.groupby("taught", sort=False)[["formulas", "against", "not_proved"]].sum()
    print("\nformulas of all datasets\n" + counts.to_string())
    every = table[table["taught"] == EVERYTHING]
    for part in ("validation", "test"):
        print(f"{part} R2 lost by the demand: {(every[f'{part}_free'] - every[f'{part}_demanded']).mean():.4f}")
    if given.csv is not None:
        table.round(4).to_csv(given.csv, index=False)


if __name__ == "__main__":
    main()
