"""`Surrogate`: a smooth model of few rows with exact gradients: Gaussian kernels, width and ridge by leave-one-out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WIDTHS = (0.4, 0.8, 1.5, 3.0, 6.0, 12.0)
"""Widths of the kernels to choose from, in units of the root of the number of inputs."""

RIDGES = (1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1e-1)
"""Ridges to choose from, for kernels of height 1 and targets of standard deviation 1."""


class Surrogate:
    """A sum of Gaussian kernels at the rows of ``Z`` (n, d), fitted to ``t`` (n,).

    Squared errors of a row count ``importance`` (n,) squared times. ``left_out`` is their mean at a row that is
    left out of the fit, in the units of ``t`` times importance. With ``parts``, columns of ``Z`` that stand together,
    it is a sum of functions of each part alone.
    """

    def __init__(
        self,
        Z: Array,
        t: Array,
        importance: Array,
        parts: Sequence[Sequence[int]] | None = None,
        widths: Sequence[float] = WIDTHS,
    ) -> None:
        usual = _size(importance) or 1.0
        scales = importance / usual
        self._mean, self._scale = Z.mean(axis=0), np.where(Z.std(axis=0) > 0, Z.std(axis=0), 1.0)
        self._offset = float(np.average(t, weights=scales**2))
        self._height = _size(scales * (t - self._offset)) or 1.0
        self._Z = (Z - self._mean) / self._scale
        u = scales * (t - self._offset) / self._height
        self._parts = [list(part) for part in parts or [range(Z.shape[1])]]
        distances = [_squared_distances(self._Z[:, part], self._Z[:, part]) for part in self._parts]
        best = np.inf
        for width in widths:
            kernel = sum(np.exp(-its / (2.0 * Z.shape[1] * width**2)) for its in distances)
            values, vectors = np.linalg.eigh(scales[:, None] * kernel * scales)
            projected, squares = vectors.T @ u, vectors**2
            for ridge in RIDGES:
                inverse = 1.0 / (np.maximum(values, 0.0) + ridge)
                weights = vectors @ (inverse * projected)
                error = float(np.mean((weights / (squares @ inverse)) ** 2))
                if error < best:
                    best, self.width, self._weights = error, width, weights * scales
        self.left_out = best * (self._height * usual) ** 2

    def predict_and_gradient(self, Z: Array) -> tuple[Array, Array]:
        """Return the prediction (m,) and its gradient (m, d) at rows ``Z`` (m, d)."""
        Z = (Z - self._mean) / self._scale
        narrow = 1.0 / (Z.shape[1] * self.width**2)
        kernels = np.exp(-0.5 * narrow * _squared_distances(Z, self._Z)) * self._weights
        value = kernels.sum(axis=1)
        gradient = -narrow * (Z * value[:, None] - kernels @ self._Z)
        return value * self._height + self._offset, gradient * self._height / self._scale

    def predict(self, Z: Array) -> Array:
        """Return the prediction (m,) at rows ``Z`` (m, d)."""
        return np.asarray(self.predict_parts(Z).sum(axis=1) + self._offset)

    def predict_parts(self, Z: Array) -> Array:
        """Return what each part adds (m, parts) at rows ``Z`` (m, d); they and a constant are the prediction."""
        Z = (Z - self._mean) / self._scale
        narrow = 1.0 / (Z.shape[1] * self.width**2)
        kernels = (np.exp(-0.5 * narrow * _squared_distances(Z[:, part], self._Z[:, part])) for part in self._parts)
        return np.column_stack([kernel @ self._weights for kernel in kernels]) * self._height


def _size(values: Array) -> float:
    """Return the root mean square of numbers whose squares may be too large or too small to be told."""
    exponent = np.frexp(np.abs(values).max())[1]
    return float(np.ldexp(np.sqrt(np.mean(np.ldexp(values, -exponent) ** 2)), exponent))


def _squared_distances(A: Array, B: Array) -> Array:
    distances: Array = (A * A).sum(axis=1)[:, None] + (B * B).sum(axis=1) - 2.0 * A @ B.T
    return np.maximum(distances, 0.0)
