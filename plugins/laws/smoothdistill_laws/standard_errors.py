"""`StandardErrors`: whether a formula's constants are as far from a law's as the noise in their data explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smoothdistill_core.formula import constants, sensitivity
from smoothdistill_laws.nearest_fit import UNDETERMINED, NearestFit, moves_of

Array = NDArray[np.float64]

ROUNDING = 1e-12
"""Constants that differ by less than this share of their size are the same."""


@dataclass(frozen=True, eq=False)
class StandardErrors:
    """The rows ``X`` (n, d) and ``y`` (n,) that constants were fitted to, in the data's own units.

    A constant is right within ``tolerance``, relative, or within ``times`` its standard error if that is more.
    """

    X: Array
    y: Array
    tolerance: float
    times: float

    def allow(self, fit: NearestFit) -> bool:
        """Say whether each constant of the formula that was found is where the fitted one has it."""
        found, wanted = constants(fit.found), constants(fit.fitted)
        errors = self.of(fit)
        within = np.maximum(np.maximum(self.tolerance, ROUNDING) * np.abs(wanted), self.times * errors)
        return bool((np.abs(found - wanted) <= within).all())

    def of(self, fit: NearestFit) -> Array:
        """Return the standard errors (k,) of the constants of the formula that was found.

        They are those of least squares (Seber and Wild, Nonlinear Regression, 2003, section 2.1): the variance that
        the residuals have, times the inverse of J'J, where J are the slopes by the parameters that constants move with.
        What plays no part in the predictions has no error, nor does it move in a nearest fit. 0 where there are no
        more rows than parameters.
        """
        moves = moves_of(constants(fit.found), fit.parameters)
        with np.errstate(all="ignore"):
            slopes, left = sensitivity(fit.found, self.X) @ moves, self.y - fit.found.predict(self.X)
        usable = np.isfinite(slopes).all(axis=1) & np.isfinite(left)
        slopes, left = slopes[usable], left[usable]
        spare = len(left) - slopes.shape[1]
        if spare <= 0:
            return np.zeros(len(moves))
        inverse = np.linalg.pinv(slopes, rcond=UNDETERMINED[-1])
        errors: Array = np.linalg.norm(moves @ inverse, axis=1) * np.sqrt(left @ left / spare)
        return errors
