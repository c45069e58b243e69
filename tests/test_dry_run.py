"""``run --dry-run``: the plan as a person meets it, also on the whole protocol of the paper."""

import json
import os
import subprocess
import sys

import pytest

MEASURE = (
    "import json, resource, subprocess, sys;"
    "out = subprocess.run(sys.argv[1:], check=True, capture_output=True, text=True).stdout;"
    "print(json.dumps([resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, out]))"
)


@pytest.mark.slow
def test_a_dry_run_tells_the_plan_before_and_after_and_writes_nothing(smoothdistill, small_recipe, tmp_path):
    first = smoothdistill("run", small_recipe, "--dry-run")
    assert first.returncode == 0
    assert "Nothing was measured yet of mlp, linear, gplearn." in first.stdout
    assert "nothing was written" in first.stdout
    assert not (tmp_path / "runs").exists()
    smoothdistill("run", small_recipe)
    assert "Nothing is left to run." in smoothdistill("run", small_recipe, "--dry-run").stdout
    more = smoothdistill("run", small_recipe, "--dry-run", "--workers", "2", "--set", "trials.seeds=3").stdout
    assert "changed since the last run: trials.seeds: 2 is now 3" in more
    assert "Expected time with 2 workers:" in more


def test_a_dry_run_is_plain_data_on_request(smoothdistill, small_recipe):
    found = json.loads(smoothdistill("run", small_recipe, "--dry-run", "--json").stdout)
    assert [(batch["who"].partition("(")[0], batch["to_run"]) for batch in found["batches"]] == [
        ("mlp", 8),
        ("linear", 2),
        ("gplearn", 10),
    ]
    assert found["seconds"] is None


@pytest.mark.slow
@pytest.mark.needs_data
def test_a_dry_run_of_the_whole_protocol_takes_little_memory(tmp_path):
    command = [sys.executable, "-m", "smoothdistill_core.cli", "run", "paper/table4", "--dry-run", "--json"]
    measured = subprocess.check_output([sys.executable, "-c", MEASURE, *command], cwd=tmp_path, env=os.environ)
    megabytes, out = json.loads(measured)
    assert sum(batch["planned"] for batch in json.loads(out)["batches"]) == 26_000
    assert megabytes < 500
