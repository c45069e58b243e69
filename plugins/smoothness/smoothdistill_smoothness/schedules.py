"""Schedules of the strength: ways to find it within one training, without a grid."""

from __future__ import annotations

import math

from smoothdistill_core import Epoch, Schedule

RATE = 0.1
"""The most that the strength changes in an epoch, as a share of itself (of its logarithm: e^0.1)."""

SHARE = 0.5
"""With `balance` the penalty pulls at the weights half as hard as the error does."""

BOUNDS = 1e-5, 10.0
"""Between these the strength stays: below it does nothing, above nothing is left but a constant."""


def hypergradient(strength: float, epoch: Epoch) -> float:
    """Descend on the validation error: more of the penalty where less penalty goes with less validation error.

    A step of training moves the weights against strength * (gradient of the penalty). To first order the validation
    error falls with the strength where the two gradients point the same way (one-step hypergradient: Luketina et
    al. 2016; Baydin et al. 2018). Their cosine is the step, so that no scale of the penalty matters.
    """
    return _moved(strength, epoch.agreement or 0.0)


def constrained(strength: float, epoch: Epoch) -> float:
    """Be as smooth as the accuracy allows: the training error may be what the lowest validation error was.

    The multiplier of an accuracy constraint (Rezende and Viola 2018, GECO), seen from the penalty's side. It is the
    training error that is held against the bound: a network that overfits has a low one, and its penalty grows, where
    a bound on the validation error would take overfitting for too much smoothness. While the validation error still
    falls the bound is not known yet, and the strength falls with it.
    """
    allowed = epoch.lowest_validation_error
    if not allowed or not epoch.error:
        return strength
    still_falls = epoch.validation_error == allowed
    return _moved(strength, -1.0 if still_falls else math.log(allowed / epoch.error))


def balance(strength: float, epoch: Epoch) -> float:
    """Let the penalty pull at the weights with half the force of the error: a running mean of the norms' ratio.

    After the balancing of gradient norms of Wang, Teng and Perdikaris (2021). It needs no validation rows.
    """
    if not epoch.penalty_slope:
        return strength
    return _bounded(strength + RATE * (SHARE * epoch.error_slope / epoch.penalty_slope - strength))


SCHEDULES: dict[str, Schedule] = {"hypergradient": hypergradient, "constrained": constrained, "balance": balance}
"""Each by its name in recipes."""

JUDGED_ON_VALIDATION = frozenset({"hypergradient", "constrained"})
"""Those that look at the validation rows."""


def _moved(strength: float, step: float) -> float:
    """Return the strength after a step of its logarithm, of which more than 1 either way counts as 1."""
    return _bounded(strength * math.exp(RATE * min(max(step, -1.0), 1.0)))


def _bounded(strength: float) -> float:
    return min(max(strength, BOUNDS[0]), BOUNDS[1])
