"""Makes the lists that pretraining must not see: ``python tests/benchmarks/equate_lists.py``, once and before it.

``laws.json`` holds hashes of the laws of all benchmarks; ``held_out.txt`` 2,000 random skeletons by a seed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "shared"))

from benchmark_laws import benchmark_laws, within_the_grammar  # noqa: E402
from smoothdistill_equate.canonical import GRAMMAR  # noqa: E402
from smoothdistill_equate.expression import order, tokens  # noqa: E402
from smoothdistill_equate.generating import data_for  # noqa: E402
from smoothdistill_equate.kinship import Kin, in_least_order  # noqa: E402
from smoothdistill_equate.prior import Prior  # noqa: E402

LISTS = ROOT / "plugins" / "equate" / "smoothdistill_equate" / "lists"
SEED = 2000
COUNT = 2000
LEAST_TOKENS = 7


def main() -> None:
    """Write both lists."""
    kin = Kin.of(form for _, formula in benchmark_laws() for form in within_the_grammar(formula))
    lists = {"grammar": GRAMMAR, "shapes": sorted(kin.shapes), "skeletons": sorted(kin.skeletons)}
    (LISTS / "laws.json").write_text(json.dumps(lists, indent=0) + "\n")
    rng = np.random.default_rng(SEED)
    prior = Prior(rng)
    found = set()
    while len(found) < COUNT:
        skeleton = in_least_order(prior.draw())
        if len(tokens(skeleton)) >= LEAST_TOKENS and skeleton not in kin and data_for(skeleton, rng, 64):
            found.add(skeleton)
    (LISTS / "held_out.txt").write_text("".join(" ".join(tokens(one)) + "\n" for one in sorted(found, key=order)))


if __name__ == "__main__":
    main()
