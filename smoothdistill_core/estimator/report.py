"""The report of a fit: what was chosen, from what, and what else there was, as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from smoothdistill_core.components import Part, at_strength
from smoothdistill_core.formula import readable
from smoothdistill_core.recipe.defaults import ACCURACY, FIDELITY, OF_PROBABILITIES, ORIGINAL_ACCURACY
from smoothdistill_core.results import Outcome, Results
from smoothdistill_core.results.formula_choice import UNRELIABLE
from smoothdistill_core.store import CellRecord
from smoothdistill_core.wording.accuracy import HEADINGS, accuracy_in_words, errors_in_words, of_fitted
from smoothdistill_core.wording.constants import constants_in_words
from smoothdistill_core.wording.directions import proved_in_words
from smoothdistill_core.wording.failures import failures_in_words
from smoothdistill_core.wording.names import Names, short_names
from smoothdistill_core.wording.numbers import plural, three_decimals, three_digits
from smoothdistill_core.wording.origin import origin

if TYPE_CHECKING:
    import pandas as pd


def report_of(results: Results, outcome: Outcome) -> str:
    """Return the report: the data, the chosen formula, a line for each student, and what was noted."""
    part = results.choose.part
    facts = outcome.trial.facts
    lines = [
        f"{readable(outcome.scaling.shown)} = {outcome.text}",
        constants_in_words(outcome, results.standard_errors(outcome)),
        "",
    ]
    lines = lines if lines[1] else [lines[0], ""]
    accuracy = accuracy_in_words(outcome, part, three_decimals)
    errors = errors_in_words(outcome, part, three_digits)
    accuracy += f", {errors}," if errors else ""
    lines.append(f"found by {origin(outcome, Names(results))}; {accuracy} on the {part} part")
    lines += list(filter(None, [proved_in_words(results.choose)]))
    lines += [f"note: {note}" for note in outcome.chosen.notes]
    if facts is not None:
        rows = ", ".join(f"{facts.rows[name]} {name}" for name in get_args(Part) if name in facts.rows)
        inputs = plural(len(facts.scaling.features), "input")
        lines.append(f"{facts.scaling.target!r} from {inputs}; rows: {rows}")
        lines += facts.notes
    short = short_names(text for outcome in results.outcomes for text in (outcome.student, outcome.teacher))
    summary = summary_of(results).replace({"teacher": short, "student": short})
    lines += ["", f"On the {part} part:", summary.to_string(index=False, na_rep="-", float_format="%.3f")]
    if over := outcome.passed_over_for(results.choose):
        lines += ["", f"A better formula was passed over: {over}."]
    if outcome.chosen.pole:
        lines += ["", f"warning: {outcome.chosen.pole} {UNRELIABLE}"]
    lines += [f"failed: {failure}" for failure in failures_in_words(results.failed, named)]
    lines += [
        f"no formula: {named(record)}: none may be chosen: {results.refusal_of(record)}"
        for record in results.without_formula
    ]
    lines += [f"note: {note}" for note in results.notes]
    return "\n".join(lines)


def summary_of(results: Results) -> pd.DataFrame:
    """Return a line for each student that found a formula: its teacher and its scores on the part judged on."""
    import pandas as pd

    return pd.DataFrame(_line(outcome, results.choose.part) for outcome in results.outcomes)


def _line(outcome: Outcome, part: Part) -> dict[str, object]:
    """Return a line; what was not measured has no column."""
    accuracies = {f"R2{of_fitted(outcome.scaling)}": ACCURACY}
    if (part, ORIGINAL_ACCURACY) in outcome.scores:
        accuracies = {"R2": ORIGINAL_ACCURACY, **accuracies}
    return {
        "teacher": outcome.teacher,
        "penalty": outcome.penalty,
        "strength": f"{outcome.strength:g}" if outcome.strength > 0 else "",
        **{f"teacher {heading}": outcome.teacher_score(metric, part) for heading, metric in accuracies.items()},
        "student": outcome.student,
        **{heading: outcome.score(metric, part) for heading, metric in accuracies.items()},
        **{
            heading: outcome.score(metric, part)
            for metric, heading in OF_PROBABILITIES.items()
            if (part, metric) in outcome.scores
        },
        FIDELITY: outcome.score(FIDELITY, part),
        "nodes": outcome.nodes,
        **{
            heading: three_digits(outcome.score(metric, part))
            for metric, heading in HEADINGS.items()
            if (part, metric) in outcome.scores
        },
    }


def named(record: CellRecord) -> str:
    """Say in a few words which piece of work a record is of."""
    cell = record.cell
    penalty = at_strength(cell.regularizer, cell.strength)
    return " ".join(part for part in (cell.student, cell.teacher, penalty) if part)
