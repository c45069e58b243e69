"""Run all benchmarks, one after the other: ``python tests/benchmarks/run.py [FOLDER for JSON files]``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHMARKS = ("teacher_sweep", "gplearn_student", "default_search", "memory", "whole")


def main() -> None:
    """Run each benchmark in a process of its own."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    for name in BENCHMARKS:
        print(f"\n== {name}", flush=True)
        script = Path(__file__).with_name(f"{name}.py")
        wanted = [] if folder is None else ["--json", str(folder / f"{name}.json")]
        subprocess.run([sys.executable, str(script), *wanted], check=True)


if __name__ == "__main__":
    main()
