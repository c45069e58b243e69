"""How long a fit of constants takes: ``python tests/benchmarks/fit_of_constants.py``; ms a fit, on one core.

It fits skeletons with and without functions, each to noisy data of another structure, so that no fit ends early.
"""

from __future__ import annotations

import time

import numpy as np

from smoothdistill_core.searching import fitted
from smoothdistill_equate.expression import parsed
from smoothdistill_equate.program_of import program_of

SKELETONS = (
    "mul x0 mul x1 inv x2",
    "add x0 add x1 sq x2",
    "mul x0 inv add C x1",
    "sqrt add C add sq x0 sq x1",
    "mul x2 exp add x0 x1",
    "add x3 sin mul x0 x1",
    "mul x0 log add C add x1 x2",
    "add x0 tanh add x1 mul x2 x3",
    "mul inv add x0 x1 inv add C sq x2",
    "add sin x0 add sin x1 mul x2 exp x3",
)
ROWS = (64, 150)
SETS = 30


def main() -> None:
    """Print the mean and the 95th percentile for each number of rows, and the slowest skeleton."""
    programs = [program_of(parsed(text.split())) for text in SKELETONS]
    for rows in ROWS:
        seconds = np.empty((SETS, len(programs)))
        for k in range(SETS):
            rng = np.random.default_rng(k)
            X = rng.uniform(0.1, 1.0, (rows, 5))
            y = np.cos(4 * X @ rng.normal(size=5)) + rng.normal(0, 0.1, rows)
            for i, program in enumerate(programs):
                fitted(program, X, y, steps=1)
                begin = time.process_time()
                fitted(program, X, y, seed=k)
                seconds[k, i] = time.process_time() - begin
        each = 1e3 * seconds.mean(axis=0)
        told = f"mean {each.mean():.2f} ms, 95 % below {1e3 * np.quantile(seconds, 0.95):.2f} ms"
        print(f"{rows} rows: {told}; slowest {each.max():.2f} ms: {SKELETONS[int(each.argmax())]}")


if __name__ == "__main__":
    main()
