"""Runs the benchmark of laws in slices: a noise level and a seed each, in a run folder of its own.

    python tests/benchmarks/laws/run.py feynman [--noise 0 0.01] [--seed 0 1] [--minutes 9] [--set dataset.half=odd]

What is done already is left out, what was stopped goes on: start it again until it says that all is done. ``--minutes``
ends it, after which what is finished is kept. `table.py` makes the tables, also of what there is so far.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from smoothdistill_core import Results
from smoothdistill_core.errors import StoreError

FRESH = Path(__file__).resolve().parent / "fresh.csv"

NOISES = (0, 0.001, 0.01, 0.05, 0.1)
"""Shares of the target's standard deviation."""

SEEDS = (0, 1, 2)
FIVE_SEEDS = (0, 1, 2, 3, 4)

GRACE = 30.0
"""Seconds that a run has to end once it is told to."""


@dataclass(frozen=True)
class Benchmark:
    """A recipe, the noise levels and seeds at which it is run, and what is changed in it."""

    recipe: str
    noises: tuple[float, ...]
    seeds: tuple[int, ...]
    changes: tuple[str, ...] = ()


BENCHMARKS = {
    "feynman": Benchmark("laws/feynman", NOISES, SEEDS),
    "strogatz": Benchmark("laws/strogatz", NOISES, SEEDS),
    "fresh": Benchmark("laws/feynman", NOISES, SEEDS, (f"dataset.suite={FRESH}",)),
    "feynman_units": Benchmark("laws/feynman", (0, 0.05), SEEDS, ("dataset.units=true",)),
    "feynman_default": Benchmark("laws/feynman_default", (0,), (0,)),
    "feynman_others": Benchmark("laws/feynman_others", (0, 0.01), (0,)),
    "strogatz_others": Benchmark(
        "laws/feynman_others", (0, 0.01), (0,), ("dataset.suite=strogatz", "dataset.rows=400", "dataset.sample=14")
    ),
    "feynman_teachers": Benchmark("laws/feynman_teachers", NOISES, (0,)),
    "feynman_small": Benchmark("equate", (0, 0.05), FIVE_SEEDS),
    "feynman_ablation": Benchmark("equate_ablation", (0, 0.05), FIVE_SEEDS),
    "fresh_small": Benchmark("equate", (0, 0.05), FIVE_SEEDS, (f"dataset.suite={FRESH}", "dataset.only=[]")),
    "strogatz_small": Benchmark(
        "equate", (0,), FIVE_SEEDS, ("dataset.suite=strogatz", "dataset.only=[]", "dataset.rows=332")
    ),
}
"""What there is to run, by name, which is also that of the folder of its runs."""


@dataclass(frozen=True)
class Slice:
    """One run: a benchmark at one noise level with one seed of rows, noise and split."""

    name: str
    noise: float
    seed: int

    def folder(self, out: Path) -> Path:
        """Return the run folder."""
        return out / self.name / f"noise-{self.noise:g}-seed-{self.seed}"

    def command(self, out: Path, workers: int | None = None, changes: Sequence[str] = ()) -> list[str]:
        """Return the command that runs it, or goes on with it."""
        benchmark = BENCHMARKS[self.name]
        own = [f"dataset.noise={self.noise:g}", f"dataset.seed={self.seed}", f"trials.first_seed={self.seed}"]
        settings = [word for each in (*own, *benchmark.changes, *changes) for word in ("--set", each)]
        places = ["--out", str(self.folder(out)), "--no-report", *(["--workers", str(workers)] if workers else [])]
        return [sys.executable, "-m", "smoothdistill_core.cli", "run", benchmark.recipe, *settings, *places]


def slices(name: str, noises: Sequence[float] = (), seeds: Sequence[int] = ()) -> Iterator[Slice]:
    """Yield the runs of a benchmark, of some noise levels and seeds or of all: one seed of all levels first."""
    benchmark = BENCHMARKS[name]
    for seed in benchmark.seeds:
        for noise in benchmark.noises:
            if (not noises or noise in noises) and (not seeds or seed in seeds):
                yield Slice(name, noise, seed)


def is_done(folder: Path) -> bool:
    """Say whether a run folder has all results of its plan."""
    try:
        return Results.read(folder).complete
    except StoreError:
        return False


def run(command: list[str], seconds: float | None) -> int:
    """Run a command, and end it as Ctrl-C would where it takes longer; return its exit code."""
    with subprocess.Popen(command) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
        try:
            return process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def main() -> int:
    """Run what is left."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", choices=BENCHMARKS)
    parser.add_argument("--noise", nargs="+", type=float, default=(), help="these levels alone")
    parser.add_argument("--seed", nargs="+", type=int, default=(), help="these seeds alone")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="change a value of the recipe")
    parser.add_argument("--out", type=Path, default=Path("runs/laws"))
    parser.add_argument("--workers", type=int)
    parser.add_argument("--minutes", type=float, help="stop after so many")
    given = parser.parse_args()
    ends = None if given.minutes is None else time.monotonic() + 60.0 * given.minutes
    todo = [each for name in given.names for each in slices(name, given.noise, given.seed)]
    for place, each in enumerate(todo):
        if is_done(each.folder(given.out)):
            continue
        left = None if ends is None else ends - time.monotonic()
        if left is not None and left <= 0:
            print(f"{len(todo) - place} of {len(todo)} runs are left; start it again to go on")
            return 1
        run(each.command(given.out, given.workers, given.set), left)
    left_over = [each for each in todo if not is_done(each.folder(given.out))]
    print(f"{len(left_over)} of {len(todo)} runs are left" if left_over else f"all {len(todo)} runs are done")
    return int(bool(left_over))


if __name__ == "__main__":
    sys.exit(main())
