"""How much do the tests notice? ``python tests/mutation`` changes the code in small ways and runs the tests on each.

It draws mutants of some rooms of the core by a seed, runs on each the tests of its room that reach the changed function
until one fails, and lists the mutants that none noticed. What it found is kept in ``build/mutation.jsonl``: killed and
started again it goes on, and after a change of code or tests it runs anew, the test that noticed a mutant before first.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tree
from mutants import Mutant, mutants_of
from testing import Clean, clean_run, verdict, warmed

ROOMS = ["formula", "results", "statistics"]
FOUND = Path("build", "mutation.jsonl")
EQUIVALENT = Path("tests", "mutation", "equivalent.toml")


def main() -> None:
    """Draw mutants, run what is not known yet, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python tests/mutation", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="draws the mutants (default: 0)")
    parser.add_argument("--count", type=int, default=300, help="how many; more of a seed include fewer (default: 300)")
    parser.add_argument("--rooms", nargs="+", default=ROOMS, help=f"of the core (default: {' '.join(ROOMS)})")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)), help="default: one a core")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    root = Path.cwd()
    everything = [m for room in options.rooms for file in tree.sources(root, room) for m in _mutants(root, file)]
    if not everything:
        parser.error(f"{root} has no code of {', '.join(options.rooms)}: run it at the top of a checkout")
    drawn = _drawn(everything, options.seed, options.count)
    equivalent = _equivalent(root / EQUIVALENT, everything)
    asked = [mutant for mutant in drawn if mutant.key not in equivalent]
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        known = _tested(root, Path(os.path.realpath(folder)), asked, options.rooms, options.workers)
    print(_summary(drawn, equivalent, known))


def _mutants(root: Path, file: str) -> list[Mutant]:
    return mutants_of(file, (root / file).read_bytes())


def _drawn(mutants: list[Mutant], seed: int, count: int) -> list[Mutant]:
    """Draw mutants; a change elsewhere in the code does not change which."""
    return sorted(mutants, key=lambda mutant: hashlib.sha256(f"{seed} {mutant.key}".encode()).digest())[:count]


def _equivalent(path: Path, mutants: list[Mutant]) -> dict[str, str]:
    """Return why no test can notice some mutants, by their keys; says which entries are of no mutant any more."""
    entries = tomllib.loads(path.read_text())["equivalent"] if path.exists() else []
    reasons = {}
    for entry in entries:
        place = (entry["file"], entry["function"], entry["line"])
        for change in entry["changes"]:
            keys = [m.key for m in mutants if (m.file, m.function, m.text) == place and m.change == change]
            reasons.update(dict.fromkeys(keys, entry["reason"]))
            if not keys and any(m.file == entry["file"] for m in mutants):
                print(f"{path.name} lists what is no mutant any more: {', '.join(place)}: {change}")
    return reasons


def _tested(root: Path, folder: Path, mutants: list[Mutant], rooms: list[str], workers: int) -> dict[str, Any]:
    """Run the mutants whose outcome is not known; return all outcomes by key."""
    files = {room: tree.tests(root, room, [*dict.fromkeys([*ROOMS, *rooms])]) for room in rooms}
    digests = {room: tree.digest(root, files[room]) for room in rooms}
    known = {row["mutant"]: row for row in _rows(root / FOUND)}
    open_ = [m for m in mutants if known.get(m.key, {}).get("digest") != digests[_room(m)]]
    print(f"{len(mutants)} mutants, {len(mutants) - len(open_)} of them known from before", flush=True)
    if not open_:
        return known
    pristine = folder / "pristine"
    tree.copy(root, pristine)
    tree.compiled(pristine)
    cleans = {}
    for room in dict.fromkeys(map(_room, open_)):
        cleans[room] = _clean(root, pristine, room, files[room], digests[room])
    warmed(sorted({module for clean in cleans.values() for module in clean.modules}))
    (root / FOUND).parent.mkdir(exist_ok=True)
    context = multiprocessing.get_context("fork")
    with (
        (root / FOUND).open("a") as file,
        ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(pristine, folder, cleans)) as pool,
    ):
        tasks = {pool.submit(_verdict, mutant, known.get(mutant.key, {}).get("by", "")): mutant for mutant in open_}
        try:
            for number, task in enumerate(as_completed(tasks), 1):
                mutant = tasks[task]
                known[mutant.key] = {"mutant": mutant.key, "digest": digests[_room(mutant)], **task.result()}
                print(json.dumps(known[mutant.key]), file=file, flush=True)
                print(f"{number}/{len(open_)} {known[mutant.key]['outcome']:9} {_line(mutant)}", flush=True)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return known


def _clean(root: Path, pristine: Path, room: str, files: list[str], digest: str) -> Clean:
    """Return what the tests of a room do on the code as it is, from before where nothing has changed."""
    path = root / FOUND.parent / f"mutation-{room}.json"
    if path.exists():
        clean = Clean(**json.loads(path.read_text()))
        if clean.digest == digest:
            return clean
    clean = clean_run(pristine, files, digest)
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(asdict(clean)))
    print(f"{room}: {len(clean.seconds)} tests pass on the code as it is, in {sum(clean.seconds.values()):.0f} s")
    return clean


_OWN: dict[str, Any] = {}
"""What a worker works with: its own ``tree`` and the ``cleans`` of the rooms."""


def _begin(pristine: Path, folder: Path, cleans: dict[str, Clean]) -> None:
    own = folder / f"worker-{os.getpid()}"
    shutil.copytree(pristine, own)
    _OWN.update(tree=own, cleans=cleans)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _verdict(mutant: Mutant, first: str) -> dict[str, Any]:
    return verdict(_OWN["tree"], mutant, _OWN["cleans"][_room(mutant)], first)


def _room(mutant: Mutant) -> str:
    return Path(mutant.file).parts[1]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the outcomes of a file, whose last line may be torn."""
    for line in path.read_text().splitlines() if path.exists() else ():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            continue


def _summary(drawn: list[Mutant], equivalent: dict[str, str], known: dict[str, Any]) -> str:
    """Write the score of each room, and what survived."""
    outcomes = {m.key: "equivalent" if m.key in equivalent else known[m.key]["outcome"] for m in drawn}
    survivors = [m for m in drawn if outcomes[m.key] in ("survived", "unreached")]
    lines = [f"{outcomes[m.key]}: {_line(m)}" for m in sorted(survivors, key=lambda m: (m.file, m.line, m.change))]
    rooms = sorted(set(map(_room, drawn)))
    lines += [f"{room:12} {_score(outcomes[m.key] for m in drawn if _room(m) == room)}" for room in rooms]
    lines.append(f"{'all':12} {_score(outcomes.values())}")
    return "\n".join(lines)


def _score(outcomes: Iterable[str]) -> str:
    counts = Counter(outcomes)
    noticed, equivalent = counts["killed"] + counts["timeout"], counts["equivalent"]
    asked = counts.total() - equivalent
    return f"{noticed} of {asked} killed ({noticed / asked:.1%}), {equivalent} equivalent" if asked else "none to kill"


def _line(mutant: Mutant) -> str:
    return f"{mutant.file}:{mutant.line} in {mutant.function or 'the module'}: {mutant.change}"


if __name__ == "__main__":
    main()
