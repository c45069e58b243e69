"""`Gaussian`: smoothing by averaging a trained model over Gaussian perturbations of its inputs."""

from __future__ import annotations

from smoothdistill_core import Regularizer

AVERAGE = "gaussian_average"
"""What it needs of a teacher: the mean prediction over Gaussian perturbations whose width is the strength."""


class Gaussian(Regularizer):
    """Averages a tree ensemble over Gaussian perturbations of its inputs, after the training.

    The strength is their width: the standard deviation of the perturbation of each input, in standard
    deviations of that input. There is no penalty, so that teachers which train by one do not accept it: it needs
    a teacher that offers `AVERAGE`.
    """

    name = "gaussian"
    strengths = (0.05, 0.1, 0.2, 0.5, 1.0)
    needs = frozenset({AVERAGE})
