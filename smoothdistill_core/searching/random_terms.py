"""`random_terms`: what a program computes with inner constants that are drawn, so that each part of it matters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.searching.program import Program


def random_terms(program: Program, X: NDArray[np.float64], seed: int) -> NDArray[np.float64] | None:
    """Return the terms (k, n) of a program on X (n, d), its inner constants drawn by ``seed`` as a fit draws its starts.

    None where a row has no value, or a function hardly bends. The same arguments give the same terms.
    """
    from smoothdistill_core.searching.compiled_program import draw

    found, terms = draw(
        program.code, np.ascontiguousarray(X.T), program.depth, program.inner, program.terms, seed
    )
    return terms if found else None
