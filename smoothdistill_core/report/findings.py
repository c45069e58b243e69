"""What was found: one paragraph of plain words with numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from smoothdistill_core.components import Part, Role
from smoothdistill_core.report.answer.shown import Shown
from smoothdistill_core.report.run_page import RunPage
from smoothdistill_core.report.scoreboard import Scoreboard
from smoothdistill_core.results import Method, Outcome, Results
from smoothdistill_core.statistics import PAIRS_NEEDED, Comparison, pairs_needed
from smoothdistill_core.wording.accuracy import accuracy_in_words, errors_in_words
from smoothdistill_core.wording.lists import listed
from smoothdistill_core.wording.names import Names
from smoothdistill_core.wording.numbers import difference, number, p_equals, plural, quantity
from smoothdistill_core.wording.origin import that_of

FEW = 4
"""With more penalties than this, the paragraph leaves the verdicts to the table."""


def found_in_words(page: RunPage) -> str:
    """Return the findings: how much was done, which formula to take, the mean scores, and the verdicts."""
    sentences = [_progress(page.results)]
    if not page.best:
        return f"{sentences[0]} There is no formula yet."
    sentences.append(_recommended(page.best, page.results, page.names))
    sentences += [_means(page.board, page.names), *_verdicts(page.board, page.names)]
    return " ".join(sentence for sentence in sentences if sentence)


def _progress(results: Results) -> str:
    planned = sum(record.state == "planned" for record in results.cells)
    failed = sum(record.state == "failed" for record in results.cells)
    trials = plural(len(results.trials), "trial")
    formulas = plural(len(results.outcomes), "formula")
    if not planned and not failed:
        return f"{trials} gave {formulas}; nothing failed."
    failures = f"{plural(failed, 'cell')} of {len(results.cells):,} failed" if failed else "nothing failed"
    rest = f", and {plural(planned, 'cell')} of {len(results.cells):,} are still to be run" if planned else ""
    return f"{trials} gave {formulas}; {failures}{rest}."


def _recommended(best: Mapping[str, Outcome], results: Results, names: Names) -> str:
    """Say which formula to take, and how often that is a baseline's."""
    text = ""
    if len(best) == 1:
        ((dataset, outcome),) = best.items()
        shown = Shown.of(dataset, results)
        part: Part = "test" if shown is None else shown.part
        errors = errors_in_words(outcome, part, quantity)
        text = (
            f"The formula to take is {that_of(outcome, names)}: {plural(outcome.nodes, 'node')}, "
            f"{accuracy_in_words(outcome, part, number, 'R²')}{f', {errors},' * bool(errors)} on the {part} part. "
        )
    taken = results.recommended
    alone = [outcome.penalty for outcome in taken if outcome.role is Role.BASELINE]
    if not alone:
        return text
    where = f"In {len(alone):,} of {plural(len(taken), 'trial')} no" if len(taken) > 1 else "No"
    baselines = listed(list(dict.fromkeys(alone)))
    return f"{text}{where} searched formula is as short and as good as the baseline ({baselines})."


def _means(board: Scoreboard, names: Names) -> str:
    """Say the mean R2 of each method, over the datasets on which all have one."""
    methods = board.methods
    complete = [d for d in board.datasets if all(math.isfinite(board.mean(d, method)) for method in methods)]
    if not complete or len(methods) < 2:
        return ""
    means: dict[Method, float] = {m: sum(board.mean(d, m) for d in complete) / len(complete) for m in methods}
    ranked = sorted(means.items(), key=lambda item: -item[1])
    said = listed([f"{number(value)} for {names.method(method)}" for method, value in ranked])
    said += f", {board.remark}" if board.remark else ""
    if len(board.datasets) == 1:
        most = max(len(board.values(complete[0], method)) for method in methods)
        times = f"Over {most} {board.unit} the formulas reach a mean" if most > 1 else "The formulas reach an"
        return f"{times} R² of {said}; that is on the test part, which chose none of them."
    over = "all" if len(complete) == len(board.datasets) else f"{len(complete)} of the"
    return f"Averaged over {over} {len(board.datasets)} datasets, the formulas reach an R² of {said}."


def _verdicts(board: Scoreboard, names: Names) -> list[str]:
    penalties = board.penalties
    if len(penalties) > FEW:
        return ["The table of comparisons has the verdict on each method."]
    wanted = [
        comparison
        for comparison in board.comparisons
        if comparison.method in penalties and not comparison.against.is_baseline  # the table of comparisons has these
    ]
    if not wanted:
        return []
    if board.unit == "splits" and len(board.datasets) == 1:
        return ["Whether any of them is better than another cannot be told: all trials have the same split."]
    if all(comparison.finding == "no verdict" for comparison in wanted):
        most = max(comparison.test.differing for comparison in wanted)
        return [
            f"Whether any of them is better than another cannot be told: at least {PAIRS_NEEDED} {board.unit} that "
            f"differ are needed, and there {'is' if most == 1 else 'are'} {most}."
        ]
    couples: dict[tuple[Method, Method], list[Comparison]] = {}
    for comparison in wanted:
        couples.setdefault((comparison.method, comparison.against), []).append(comparison)
    said = [_verdict(found, names) for found in couples.values()]
    overall = [comparison for comparison in wanted if comparison.dataset is None]
    if overall and not _decided(overall):
        said.append(
            f"Over the means of {plural(len(board.datasets), 'dataset')} no verdict is possible: "
            f"{PAIRS_NEEDED} are needed."
        )
    return [*said, "Findings are at the 5 % level, corrected by Holm’s method."]


def _decided(comparisons: Sequence[Comparison]) -> list[Comparison]:
    return [comparison for comparison in comparisons if comparison.finding != "no verdict"]


def _verdict(found: Sequence[Comparison], names: Names) -> str:
    """Return what is to be said of two methods: on a single dataset, or on each of several and over all of them."""
    first = found[0]
    method, other = names.method(first.method), names.method(first.against)
    on_datasets = [comparison for comparison in found if comparison.dataset is not None]
    if len(on_datasets) == 1:
        return f"{_capital(method)} against {other}: {_finding(first)}."
    counts = Counter(comparison.finding for comparison in on_datasets)
    times = [f"better on {counts['better']} of {len(on_datasets)} datasets"]
    times += [f"worse on {counts['worse']}"] if counts["worse"] else []
    text = f"{_capital(method)} is shown to be {' and '.join(times)} than {other}"
    needed, most = pairs_needed(first.family), max(comparison.test.differing for comparison in on_datasets)
    if most < needed:
        text += f" ({first.unit} that differ: at most {most}, where {needed} are needed for any finding)"
    overall = _decided([comparison for comparison in found if comparison.dataset is None])
    return f"{text}; over their means {_finding(overall[0])}." if overall else f"{text}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _finding(comparison: Comparison) -> str:
    if comparison.finding == "no verdict":
        return f"no verdict is possible ({comparison.test.why_no_verdict})"
    mean = comparison.effect.mean
    between = f", 95 % interval {number(mean.interval.low)} to {number(mean.interval.high)}" if mean.interval else ""
    numbers = f"{difference(mean.value)} R²{between}, {p_equals(comparison.corrected_p)}"
    said = {"better": "the gain is", "worse": "the loss is", "no difference shown": "no difference is shown:"}
    most, needed = comparison.test.differing, pairs_needed(comparison.family)
    why = f" ({most} {comparison.unit} that differ show none, {needed} are needed)" if most < needed else ""
    return f"{said[comparison.finding]} {numbers}{why}"
