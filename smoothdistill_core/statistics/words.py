"""Findings in plain words, with their numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from smoothdistill_core.results import Method
from smoothdistill_core.statistics.comparison import Comparison
from smoothdistill_core.statistics.signed_rank import PAIRS_NEEDED, pairs_needed


def verdict(comparison: Comparison) -> str:
    """Return one comparison as a sentence; on which dataset is left to the reader's context."""
    method, other = comparison.method, comparison.against
    over = f"over the means of {len(comparison.pairs)} datasets, " if comparison.dataset is None else ""
    if comparison.finding == "no verdict":
        left_out = comparison.planned - len(comparison.pairs)
        incomplete = f"; {left_out} of {comparison.planned} {comparison.unit} are incomplete" if left_out else ""
        return f"{over}{method} against {other}: no verdict is possible: {comparison.test.why_no_verdict}{incomplete}"
    said = {
        "better": f"{method} beats {other}",
        "worse": f"{method} loses to {other}",
        "no difference shown": f"{method} against {other}: no difference is shown",
    }[comparison.finding]
    return f"{over}{said}: {_numbers(comparison)}"


def in_words(comparisons: Sequence[Comparison]) -> list[str]:
    """Return a sentence for every two methods that were compared, over all their datasets."""
    groups: dict[tuple[Method, Method], list[Comparison]] = defaultdict(list)
    for comparison in comparisons:
        groups[comparison.method, comparison.against].append(comparison)
    students = {method.student for method, _ in groups}
    teachers = {_teacher(*couple) for couple in groups} - {""}
    told = []
    for (method, other), group in groups.items():
        on_datasets = [comparison for comparison in group if comparison.dataset is not None]
        overall = [comparison for comparison in group if comparison.dataset is None]
        parts = [_over_datasets(on_datasets)] if len(on_datasets) > 1 else [verdict(c) for c in on_datasets]
        parts += [verdict(c) for c in overall]
        names = [method.student] * (len(students) > 1) + [_teacher(method, other)] * (len(teachers) > 1)
        surroundings = " on ".join(filter(None, names))
        told.append((f"{surroundings}: " if surroundings else "") + "; ".join(parts) + ".")
    return told


def _teacher(method: Method, other: Method) -> str:
    """Return the teacher of two methods; the sweet spot of several has none, and is compared with that of the other."""
    return method.teacher or other.teacher


def _over_datasets(comparisons: Sequence[Comparison]) -> str:
    """Return how two methods compare on several datasets, each for itself."""
    first = comparisons[0]
    method, other = first.method, first.against
    found = Counter(comparison.finding for comparison in comparisons)
    undecided = found["no verdict"]
    differing = max(comparison.test.differing for comparison in comparisons)
    if undecided == len(comparisons):
        return (
            f"{method} against {other}: no verdict is possible on any of {len(comparisons)} datasets: "
            f"{f'at most {differing}' if differing else 'no'} {first.unit} differ, {PAIRS_NEEDED} are needed"
        )
    others = {
        f"loses on {found['worse']}": found["worse"],
        f"no difference is shown on {found['no difference shown']}": found["no difference shown"],
        f"no verdict is possible on {undecided}": undecided,
    }
    if differing < pairs_needed(first.family):  # then no p-value can get through the correction
        others[f"which {differing} pairs cannot change: {pairs_needed(first.family)} are needed"] = differing
    counts = [f"beats {other} on {found['better']} of {len(comparisons)} datasets", *filter(others.get, others)]
    return f"{method} {', '.join(counts)} (5 % level, Holm-corrected over {first.family}, pairs are {first.unit})"


def _numbers(comparison: Comparison) -> str:
    effect, test = comparison.effect, comparison.test
    interval = effect.mean.interval
    between = f", 95 % interval {interval.low:.3g} to {interval.high:.3g}" if interval else ""
    corrected = f", Holm-corrected {comparison.corrected_p:.2g}" if comparison.family > 1 else ""
    return (
        f"mean gain {effect.mean.value:.3g} {comparison.metric}{between}, better in {effect.wins.wins} of "
        f"{test.pairs} {comparison.unit} (p = {test.p:.2g}{corrected})"
    )
