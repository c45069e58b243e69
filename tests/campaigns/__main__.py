"""What does a run survive? ``python tests/campaigns kill --count 1000`` tries one kind of harm again and again.

Case K of a seed is the same whichever others run: ``--first K --count N`` runs a piece, and pieces add up in one file,
a line a case. ``python tests/campaigns total`` adds them up as a table. Ends with 1 where something was lost.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from campaign import Campaign
from kinds import CAMPAIGNS
from tally import keep, kept, table


def main() -> None:
    """Run a piece of a campaign, or add up all pieces."""
    parser = argparse.ArgumentParser(prog="python tests/campaigns", description=__doc__)
    parser.add_argument("campaign", choices=[*CAMPAIGNS, "total"])
    parser.add_argument("--seed", type=int, default=0, help="draws the cases (default: 0)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first case (default: 0)")
    parser.add_argument("--count", type=int, default=10, help="how many cases (default: 10)")
    parser.add_argument("--budget", type=float, help="begin no case after so many seconds")
    parser.add_argument("--out", type=Path, default=Path("build", "campaigns.jsonl"), help="default: %(default)s")
    options = parser.parse_args()
    if options.campaign == "total":
        print(table(kept(options.out)))
        return
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        campaign = CAMPAIGNS[options.campaign](Path(folder).resolve(), options.seed)
        lost = _run(campaign, range(options.first, options.first + options.count), options.budget, options.out)
    sys.exit(1 if lost else 0)


def _run(campaign: Campaign, numbers: range, budget: float | None, out: Path) -> int:
    """Do cases, keep what came of each, and return how many lost something."""
    began, found = time.monotonic(), []
    campaign.prepare()
    for number in numbers:
        if budget is not None and time.monotonic() - began > budget:
            print(f"no time for {numbers.stop - number} cases; go on with --first {number}")
            break
        outcome = campaign.outcome(number)
        keep(outcome, out)
        found.append(outcome)
        if outcome.outcome == "lost":
            print(
                f"lost: {campaign.name}, --seed {campaign.seed} --first {number} --count 1: {outcome.what}", flush=True
            )
    print(table(found))
    return sum(outcome.outcome == "lost" for outcome in found)


if __name__ == "__main__":
    main()
