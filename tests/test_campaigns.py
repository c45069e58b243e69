"""Campaigns: a piece of each survives, cases are what their seed and number say, and what is lost is told."""

import json
import os
import runpy
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "campaigns"
PARTS = runpy.run_path(str(SCRIPT / "campaign.py"))
Campaign, LostError, MissedError = (PARTS[name] for name in ("Campaign", "LostError", "MissedError"))

pytestmark = pytest.mark.xdist_group("processes")


def campaign(*arguments, out):
    done = subprocess.run(
        [sys.executable, SCRIPT, *map(str, arguments), "--out", str(out)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=550,
    )
    return done.returncode, done.stdout


def cases(out):
    """Return what was done and what came of it, by number."""
    rows = map(json.loads, out.read_text().splitlines())
    return {row["number"]: (row["outcome"], row["what"]) for row in rows}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("kill", 1),
        ("faults", 1),
        ("flips", 20),
        ("recipes", 20),
        ("tables", 10),
        ("names", 2),
        ("plugins", 1),
    ],
)
def test_a_piece_of_each_campaign_loses_nothing(name, count, tmp_path):
    code, said = campaign(name, "--seed", 1, "--count", count, out=tmp_path / "out.jsonl")
    assert code == 0, said
    assert len(cases(tmp_path / "out.jsonl")) == count


@pytest.mark.slow
def test_pieces_add_up_to_the_whole(tmp_path):
    pieces, whole = tmp_path / "pieces.jsonl", tmp_path / "whole.jsonl"
    campaign("flips", "--seed", 2, "--first", 0, "--count", 3, out=pieces)
    campaign("flips", "--seed", 2, "--first", 3, "--count", 2, out=pieces)
    campaign("flips", "--seed", 2, "--count", 5, out=whole)
    assert cases(pieces) == cases(whole)
    code, said = campaign("total", out=pieces)
    assert code == 0
    assert "| flips | 2 | 5 | 5 | 0 | 0 |" in said


@pytest.mark.slow
def test_no_case_begins_once_the_budget_is_used_up(tmp_path):
    code, said = campaign("flips", "--count", 1000, "--budget", 0, out=tmp_path / "out.jsonl")
    assert code == 0
    assert "no time for 1000 cases; go on with --first 0" in said


class Harm(Campaign):
    """Does one thing after the other."""

    name = "harm"
    seconds = 0.2

    def prepare(self):
        """Need nothing."""

    def case(self, number):
        match number:
            case 0:
                return f"drew {self.drawn(number).random():.3f}"
            case 1:
                raise MissedError("nobody was there")
            case 2:
                raise LostError("a cell")
            case 3:
                time.sleep(60)
        return str(1 / 0)


def test_an_outcome_says_what_was_done_and_what_came_of_it(tmp_path):
    survived, missed, lost, late, broken = (Harm(tmp_path, 7).outcome(number) for number in range(5))
    assert (survived.outcome, missed.outcome, missed.what) == ("survived", "missed", "nobody was there")
    assert (lost.outcome, lost.what) == ("lost", "a cell")
    assert late.outcome == "lost"
    assert late.what.startswith("took longer than 0.2 s: ")
    assert late.seconds < 5
    assert broken.outcome == "lost"
    assert "ZeroDivisionError" in broken.what


def test_a_case_draws_the_same_again_and_another_seed_draws_otherwise(tmp_path):
    first, again, other = (Harm(tmp_path, seed).outcome(0).what for seed in (7, 7, 8))
    assert first == again != other
