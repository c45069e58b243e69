"""`in_plain_words`: what predicts what, how well, what other sizes cost, how sure that is, and where it holds."""

from __future__ import annotations

import math

from smoothdistill_core.formula import readable
from smoothdistill_core.recipe.defaults import (
    ABSOLUTE_ERROR,
    AREA,
    CORRECT,
    EXPLAINED_LOG_LOSS,
    LOG_LOSS,
    ORIGINAL_ACCURACY,
)
from smoothdistill_core.report.answer.shown import Shown
from smoothdistill_core.results import Outcome
from smoothdistill_core.scaling import Scaling
from smoothdistill_core.wording.directions import proved_in_words
from smoothdistill_core.wording.lists import listed
from smoothdistill_core.wording.numbers import number, plural, quantity, share
from smoothdistill_core.wording.rules import judged_by

MOST_COLUMNS = 6
"""A sentence names so many inputs."""

NORMAL = 1.96
"""So many standard errors on each side make an interval of 95 %."""

SCALE_OF_R2 = "1 is exact, 0 no better than the mean"

FEW_ROWS = 10
"""Fewer rows than this tell little of others, and nothing of how little."""


def in_plain_words(shown: Shown) -> tuple[str, str]:
    """Return the two paragraphs that a page on one dataset begins with: the answer, and how far it can be relied on."""
    answer = (_what(shown), _what_matters(shown), _how_well(shown), _other_sizes(shown))
    trust = (_how_sure(shown), _where(shown), _which_ways(shown))
    return " ".join(filter(None, answer)), " ".join(filter(None, trust))


def columns_of(shown: Shown) -> list[str]:
    """Return the columns that the recommended formula uses; those that matter most first, where that is known."""
    recommended = shown.answer.recommended
    features = recommended.scaling.features
    used = list(dict.fromkeys(features[place].column for place in sorted(recommended.chosen.rounded.inputs)))
    portrayed = shown.portrayed(recommended)
    known = {} if portrayed is None else portrayed.shares
    known = {column: value for column, value in known.items() if math.isfinite(value)}
    return sorted(used, key=lambda column: -known.get(column, 0.0))


def _what(shown: Shown) -> str:
    columns = columns_of(shown)
    target = readable(shown.target)
    every = len({feature.column for feature in shown.answer.recommended.scaling.features})
    if not columns:
        return (
            f"No formula that uses any of the {plural(every, 'input')} predicts {target} better than a constant does."
        )
    named = [readable(column) for column in columns[:MOST_COLUMNS]]
    if len(columns) > MOST_COLUMNS:
        named.append(f"{len(columns) - MOST_COLUMNS} more")
    of = f", {len(columns)} of the {plural(every, 'input')}" if len(columns) < every else ""
    return f"This formula predicts {target} from {listed(named)}{of}."


def _what_matters(shown: Shown) -> str:
    """Say which inputs move the predictions most, where that is known of several."""
    portrayed = shown.portrayed(shown.answer.recommended)
    known = {} if portrayed is None else portrayed.shares
    parts = [(readable(c), known[c]) for c in columns_of(shown) if math.isfinite(known.get(c, math.nan))]
    if len(parts) < 2:
        return ""
    (first, most), *others = parts[:MOST_COLUMNS]
    then = listed([f"{column} ({share(part)})" for column, part in others])
    return f"What moves its predictions most is {first} ({share(most)}), then {then}."


def _how_well(shown: Shown) -> str:
    outcome, target = shown.answer.recommended, readable(shown.target)
    error, mae, spread = shown.error(outcome), outcome.score(ABSOLUTE_ERROR, shown.part), spread_of(shown)
    r2, on_log = shown.r2(outcome), outcome.scaling.transform == "log1p"
    rows = f"On the {plural(shown.rows, f'{shown.part} row')}" if shown.rows else f"On the {shown.part} part"
    if shown.has_classes:
        return f"{rows} {_as_probability(shown, outcome)}"
    of_target = outcome.score(ORIGINAL_ACCURACY, shown.part) if on_log else r2
    explained = f"R² is {number(of_target)} ({SCALE_OF_R2})" if math.isfinite(of_target) else ""
    if on_log and math.isfinite(r2):
        explained += f"{' and ' if explained else ''}R² of its logarithm, which is what was fitted, {number(r2)}"
    if not math.isfinite(error):
        return f"{rows}, {explained}." if explained else ""
    average = f"; MAE, the mean of the misses, {shown.amount(mae)}" if math.isfinite(mae) else ""
    beside = f", where {target} itself spreads by {shown.amount(spread)} (standard deviation)" if spread else ""
    misses = f"{rows} it misses {target} by {shown.amount(error)} (RMSE{average}){beside}"
    return f"{misses}. {explained}." if explained else f"{misses}."


def _as_probability(shown: Shown, outcome: Outcome) -> str:
    """Say how good probabilities are, of which the squared error alone tells little."""

    def score(metric: str) -> float:
        return outcome.score(metric, shown.part)

    said = [
        f"its log-loss is {number(score(LOG_LOSS))}",
        f"which explains {share(score(EXPLAINED_LOG_LOSS))} of what the bare share of both classes leaves",
        f"the more probable class is right in {share(score(CORRECT))} of the rows",
        f"of two rows, one of each class, the right one has the larger probability in {share(score(AREA))} (AUC)",
    ]
    metrics = (LOG_LOSS, EXPLAINED_LOG_LOSS, CORRECT, AREA)
    return listed([text for text, metric in zip(said, metrics, strict=True) if math.isfinite(score(metric))]) + "."


def _other_sizes(shown: Shown) -> str:
    """Say what a shorter formula costs, and what the longest one gains."""
    front, recommended = shown.answer.front, shown.answer.recommended
    place = next(number for number, one in enumerate(front) if one is recommended)
    if not recommended.formula.inputs:
        return ""
    below = [number for number in range(place) if front[number].formula.inputs]
    talk = min(shown.choices)
    said = []
    if below:
        shorter = front[talk if talk in below else below[-1]]
        said.append(f"a shorter one, of {shorter.nodes}, {_misses(shown, shorter)}")
    else:
        said.append("no shorter one uses an input")
    if place < len(front) - 1:
        said.append(f"the longest on offer, of {front[-1].nodes}, {_misses(shown, front[-1])}")
    return f"It has {plural(recommended.nodes, 'node')} (numbers, inputs and operations); {' and '.join(said)}."


def _misses(shown: Shown, outcome: Outcome) -> str:
    error = shown.error(outcome)
    if shown.has_classes:
        return f"has a log-loss of {number(error)}"
    return f"misses by {shown.amount(error)}" if math.isfinite(error) else f"has an R² of {number(shown.r2(outcome))}"


def spread_of(shown: Shown) -> float | None:
    """Return the standard deviation of the target on the part that is shown, in its own unit; None if not known."""
    outcome = shown.answer.recommended
    error, on_log = shown.error(outcome), outcome.scaling.transform == "log1p"
    r2 = outcome.score(ORIGINAL_ACCURACY, shown.part) if on_log else shown.r2(outcome)
    if math.isfinite(error) and error > 0 and r2 < 1.0:
        return error / math.sqrt(1.0 - r2)  # that is what R2 says
    if shown.portrait is not None and len(actual := shown.portrait.actual) > 1:
        middle = sum(actual) / len(actual)
        return math.sqrt(sum((value - middle) ** 2 for value in actual) / len(actual))
    return None if on_log else outcome.scaling.scale


def _how_sure(shown: Shown) -> str:
    interval = _interval(shown)
    chance = f" With so many rows, the RMSE on others like them is expected between {interval}." if interval else ""
    if shown.portrait is not None and len(shown.portrait.actual) < FEW_ROWS:
        chance = " So few rows tell little of others: there the RMSE may be quite another."
    by = judged_by(shown.results.choose)
    if shown.part == "test" and any(part == "test" for part, _ in shown.answer.recommended.scores):
        return f"The test rows took part in no choice: the formula was chosen by its {by} on {shown.judged}.{chance}"
    return (
        f"There is no test part that no choice saw; the formula was chosen by its {by} on {shown.judged}, so expect "
        f"somewhat larger errors on new rows.{chance}"
    )


def _interval(shown: Shown) -> str:
    """Return where RMSE lies, by the spread of the squared errors of the rows; empty where these are not known.

    It takes each row for a draw of its own, which rows of a group, or of times that follow each other, are not.
    """
    outcome, portrait = shown.answer.recommended, shown.portrait
    portrayed = shown.portrayed(outcome)
    if shown.results.content.get("prepare", {}).get("split", "random") != "random":
        return ""
    if portrait is None or portrayed is None or len(portrait.actual) < FEW_ROWS or shown.has_classes:
        return ""
    squares = [(was - said) ** 2 for was, said in zip(portrait.actual, portrayed.predicted, strict=True)]
    mean = sum(squares) / len(squares)
    variance = sum((square - mean) ** 2 for square in squares) / (len(squares) - 1)
    if not mean or not math.isfinite(variance):
        return ""
    apart = NORMAL * math.sqrt(variance / max(shown.rows, len(squares))) / mean
    error = shown.error(outcome)
    low, high = (error * math.sqrt(max(1.0 + side * apart, 0.0)) for side in (-1, 1))
    return f"{quantity(low)} and {shown.amount(high)} (95 %)"


def _where(shown: Shown) -> str:
    columns, scaling = columns_of(shown), shown.answer.recommended.scaling
    if not columns:
        return ""
    ranges = [range_of(column, scaling) for column in columns[:MOST_COLUMNS]]
    if len(columns) > MOST_COLUMNS:
        ranges.append("the others within their range in the data")
    return f"It holds for {listed(ranges)}; beyond that it was never tried."


def _which_ways(shown: Shown) -> str:
    """Say which directions of the formula are proved, where any are demanded."""
    proved = proved_in_words(shown.results.choose)
    return f"{proved[0].upper()}{proved[1:]}." if proved else ""


def range_of(column: str, scaling: Scaling) -> str:
    """Return the values that a column has in the training part."""
    features = [feature for feature in scaling.features if feature.column == column]
    first = features[0]
    if first.category is None:
        return f"{readable(column)} from {plain(first.low)} to {plain(first.high)}"
    categories = [str(feature.category) for feature in features]
    categories += [] if first.reference is None else [first.reference]
    if len(categories) > MOST_COLUMNS:
        return f"the {len(categories)} categories of {readable(column)} in the data"
    either = f"{', '.join(categories[:-1])} or " if len(categories) > 1 else ""
    return f"{readable(column)} {either}{categories[-1]}"


def plain(value: float | None) -> str:
    """Write a value of a column as a table has it: years have no comma; a dash where there is none.

    >>> plain(2013.0), plain(121.75), plain(-0.0123456), plain(1234567.0)
    ('2013', '121.8', '−0.01235', '1234567')
    """
    if value is None or not math.isfinite(value):
        return number(value)
    text = f"{value:.0f}" if value == round(value) and abs(value) < 1e9 else f"{value:.4g}"
    return text.replace("-", "−")
