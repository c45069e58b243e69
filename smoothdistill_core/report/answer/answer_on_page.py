"""`AnswerOnPage`: what the page shows of one dataset first: the answer in words, its formula and its pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from smoothdistill_core.report.answer.paragraph import columns_of, in_plain_words
from smoothdistill_core.report.answer.shown import Shown
from smoothdistill_core.report.answer.size_on_page import SizeOnPage, sizes_on_page
from smoothdistill_core.report.answer.worst_rows import worst_rows
from smoothdistill_core.report.dataset_section import about
from smoothdistill_core.report.figures import (
    Picture,
    calibration,
    common_limits,
    effect_of,
    error_by_size,
    predicted_against_actual,
    residuals,
    shares_of_inputs,
    where_to_trust,
)
from smoothdistill_core.report.formula_on_page import FormulaOnPage, on_page
from smoothdistill_core.report.run_page import RunPage
from smoothdistill_core.report.tables.table import Table
from smoothdistill_core.results.answer import BEST
from smoothdistill_core.wording.numbers import plural, share
from smoothdistill_core.wording.rules import judged_by

MOST_EFFECTS = 9
"""So many inputs have a picture of how they move the answer."""


@dataclass(frozen=True)
class AnswerOnPage:
    """The answer on one dataset: ``formula`` is None where there is none yet; what is not known yet is empty.

    ``first`` are the pictures beside the formula, ``effects`` those of the inputs, ``more`` those that follow.
    ``three`` and ``sizes`` are formulas of the front, the shortest first.
    """

    key: str
    name: str
    about: str
    words: Sequence[str] = ()
    formula: FormulaOnPage | None = None
    first: Sequence[Picture] = ()
    effects: Sequence[Picture] = ()
    has_teacher: bool = False
    more: Sequence[Picture] = ()
    worst: Table | None = None
    about_three: str = ""
    three: Sequence[SizeOnPage] = ()
    sizes: Sequence[SizeOnPage] = ()
    recommended: int = 0


def answer_on_page(key: str, dataset: str, page: RunPage) -> AnswerOnPage:
    """Return what there is of the answer on a dataset; ``key`` begins every address and file of it."""
    said = about(dataset, page.results)
    shown = Shown.of(dataset, page.results)
    if shown is None:
        return AnswerOnPage(key, dataset, said)
    sizes = sizes_on_page(shown, key, page)
    taken = shown.answer.recommended
    recommended = next(place for place, one in enumerate(shown.answer.front) if one is taken)
    return AnswerOnPage(
        key,
        dataset,
        said,
        in_plain_words(shown),
        on_page(taken, BEST, page.names, shown.part, page.results.standard_errors(taken)),
        _first(shown, key, page),
        _effects(shown, key, page),
        shown.portrait is not None and shown.portrait.taught is not None,
        _more(shown, key, page),
        page.filed(f"{key}-worst", worst_rows(shown, key)),
        _about_three(shown),
        [size for place, size in enumerate(sizes) if place in shown.choices],
        sizes,
        recommended,
    )


def _about_three(shown: Shown) -> str:
    """Say on which rows the sizes were chosen, and why their errors may not fall where they are others."""
    chosen = f"They were chosen by their {judged_by(shown.results.choose)} on {shown.judged}."
    if shown.part != "test":
        return chosen
    return (
        f"{chosen} The errors beside them are those on the "
        f"{plural(shown.rows, 'test row')}, where by chance a longer formula may do worse than a shorter one."
    )


def _first(shown: Shown, key: str, page: RunPage) -> list[Picture]:
    drawn: list[Picture | None] = []
    portrait, portrayed = shown.portrait, shown.portrayed(shown.answer.recommended)
    if portrait is not None and portrayed is not None:
        what = (portrait.actual, portrayed.predicted, shown.target, shown.rows_in_words)
        if shown.has_classes:
            drawn.append(calibration(*what, f"{key}-predicted", "Predicted against what came", page.sheet))
        else:
            drawn.append(predicted_against_actual(*what, f"{key}-predicted", "Predicted against actual", page.sheet))
    of = shown.error if shown.has_errors else shown.r2
    points = [(outcome.nodes, of(outcome)) for outcome in shown.answer.front]
    title = "Error by size" if shown.has_errors else "Accuracy by size"
    drawn.append(error_by_size(points, shown.choices, shown.axis, shown.judged, f"{key}-sizes", title, page.sheet))
    return [one for one in drawn if one is not None]


def _effects(shown: Shown, key: str, page: RunPage) -> list[Picture]:
    portrait, portrayed = shown.portrait, shown.portrayed(shown.answer.recommended)
    if portrait is None or portrayed is None:
        return []
    columns = [column for column in columns_of(shown) if column in portrayed.effects][:MOST_EFFECTS]
    limits = common_limits([portrayed.effects[column] for column in columns])
    drawn = []
    for number, column in enumerate(columns, 1):
        part = portrayed.shares.get(column, math.nan)
        title = f"{column} ({share(part)})" if math.isfinite(part) else column
        what = (column, portrayed.effects[column], portrait.inputs.get(column, ()), shown.target, limits)
        drawn.append(effect_of(*what, f"{key}-effect-{number}", title, page.sheet))
    return drawn


def _more(shown: Shown, key: str, page: RunPage) -> list[Picture]:
    portrait, portrayed = shown.portrait, shown.portrayed(shown.answer.recommended)
    if portrait is None or portrayed is None:
        return []
    shares = shares_of_inputs(portrayed.shares, f"{key}-shares", "Which inputs matter", page.sheet)
    left = (portrait.actual, portrayed.predicted, shown.target, f"{key}-residuals", "What the formula leaves")
    drawn = [shares] if shown.has_classes else [shares, residuals(*left, page.sheet)]
    if portrait.spread is not None:
        said = (portrait.actual, portrayed.predicted, portrait.spread, shown.target)
        drawn.append(where_to_trust(*said, f"{key}-trust", "Where the formula may be trusted", page.sheet))
    return [one for one in drawn if one is not None]
