"""The file that outcomes are kept in, a line each, and the table of all of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from campaign import Outcome

HEADINGS = ("campaign", "seeds", "tried", "survived", "missed", "lost", "longest (s)")


def keep(outcome: Outcome, path: Path) -> None:
    """Add an outcome to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        print(json.dumps(asdict(outcome)), file=file)


def kept(path: Path) -> list[Outcome]:
    """Return the outcomes of a file; of a case that was run again, the last."""
    found: dict[tuple[str, int, int], Outcome] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        outcome = Outcome(**json.loads(line))
        found[outcome.campaign, outcome.seed, outcome.number] = outcome
    return list(found.values())


def table(outcomes: Iterable[Outcome]) -> str:
    """Write how many cases of each campaign were tried, and what came of them, as Markdown."""
    by_campaign: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_campaign[outcome.campaign].append(outcome)
    rows = [HEADINGS, ("---",) * len(HEADINGS)]
    for campaign, found in by_campaign.items():
        counts = [sum(one.outcome == what for one in found) for what in ("survived", "missed", "lost")]
        seeds = ", ".join(str(seed) for seed in sorted({one.seed for one in found}))
        rows.append((campaign, seeds, *map(str, (len(found), *counts)), f"{max(one.seconds for one in found):.1f}"))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
