"""What a regularizer promises: a finite scalar whose gradient is right, for one network or for many."""

from __future__ import annotations

import inspect
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from smoothdistill_core.components import Epoch, PenaltyContext, Regularizer
from smoothdistill_core.components.regularizer import NETWORK
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.testing import options
from smoothdistill_core.testing.contracts import Check, Contract
from smoothdistill_core.testing.network import ReferenceNetwork, WatchedNetwork, together
from smoothdistill_core.testing.surroundings import changes_made_by, shaken

if TYPE_CHECKING:
    import torch
    from torch import Tensor

ROWS = 12
SCALING = Scaling(
    tuple(Feature(column, None, mean=1.0, scale=2.0, low=-3.0, high=5.0) for column in "abc"), "y", "none", 1.0, 2.0
)
"""That of the context which a penalty gets here: the inputs are the columns ``a``, ``b`` and ``c``."""
STEP = 1e-5
"""Half the distance of finite differences in the weights."""

STRENGTHS = Contract(
    "strengths are what a recipe sweeps by default; a penalty needs some",
    "set `strengths = (0.1, 1.0)` for instance, or write no penalty",
)
UNSEEN = Contract(
    "the penalty never sees the strength: the loss is error + strength * penalty, and the teacher multiplies",
    "write `def penalty(self, net, x)`, or `penalty(self, net, x, context)`, and return the bare penalty",
)
SCHEDULE = Contract(
    "a schedule returns the strength of the next epoch, a number from 0 on, and the same whenever it is asked",
    "write `def after(strength, epoch)` without memory, use validation_error only where needs_validation is True, and "
    "keep division away from 0",
)
NEEDS = Contract(
    "needs names all that the penalty asks of a network (or is None)",
    "name each in `needs = frozenset({...})`: predictions for net(x), and jacobian, linear_weights, parameters, "
    "spectral_norms or noise",
)
SCALAR = Contract(
    "penalty(net, x) returns a scalar tensor",
    "reduce over the batch and the inputs with .mean() or .sum(), and return a tensor of shape ()",
)
FINITE = Contract(
    "penalty and gradient are finite, also where the network is flat and for a batch of one row",
    "keep sqrt, log and division away from 0: torch.linalg.vector_norm has a gradient at 0, sqrt has none",
)
DIFFERENTIABLE = Contract(
    "the gradient of the penalty reaches the weights of the network",
    "compute in torch on what `net` offers, without .detach(), .item(), .data, numpy or torch.no_grad()",
)
RIGHT_GRADIENT = Contract(
    "the gradient in the weights is that of the penalty's value (finite differences, float64)",
    "detach no factor of the penalty, and differentiate no step by hand",
)
DETERMINISTIC = Contract(
    "the same network and batch give the same penalty; randomness comes only from net.noise(shape)",
    "draw with net.noise(shape) instead of torch.randn, and keep nothing from one call to the next",
)
VECTORISED = Contract(
    "many networks together (torch.vmap) give the penalties that each gives alone, or raise RuntimeError",
    "write plain torch for one network without looking at values in Python, and catch no error of torch's",
)
PRECISIONS = Contract(
    "the penalty works on the CPU in float32 and in float64, and has the network's own dtype",
    "make tensors with dtype=x.dtype and device=x.device",
)
INPUTS = Contract("the penalty changes neither the network nor the batch", "use no in-place operation (names in _)")
ALONE = Contract(
    "a penalty leaves the process as it was: no global random state, no setting, no printing",
    "draw with net.noise(shape) instead of torch.randn, and set nothing that is global",
)


def check_strengths(component: Regularizer) -> None:
    """Check that there is a default sweep for a penalty."""
    if component.writes_penalty() and not component.strengths:
        raise STRENGTHS.broken(component, "strengths is empty, so that its penalty would never be called")


def check_strength_is_not_seen(component: Regularizer) -> None:
    """Check that the penalty takes a network, a batch and perhaps the context, and nothing else."""
    arguments = list(inspect.signature(component.penalty).parameters)
    if len(arguments) != 2 and arguments[2:] != ["context"]:
        raise UNSEEN.broken(
            component, f"penalty takes {', '.join(arguments)}, where it gets a network, a batch and perhaps a context"
        )


EPOCHS = (
    Epoch(1, 200, 0.9, 2.0, 1.0, 0.5, validation_error=0.95, lowest_validation_error=0.95, agreement=0.3),
    Epoch(90, 200, 0.1, 5.0, 0.2, 1.5, validation_error=0.4, lowest_validation_error=0.3, agreement=-0.7),
    Epoch(200, 200, 0.0, 0.0, 0.0, 0.0, validation_error=0.0, lowest_validation_error=0.0, agreement=0.0),
)
"""What a schedule is shown: a beginning, a network that overfits, and one that has neither error nor penalty."""


def check_schedule(component: Regularizer) -> None:
    """Check that a schedule, where there is one, gives numbers that are strengths."""
    schedule = component.schedule()
    if schedule is None:
        return
    alone = [replace(each, validation_error=None, lowest_validation_error=None, agreement=None) for each in EPOCHS]
    for epoch in (*EPOCHS, *([] if component.needs_validation else alone)):
        with SCHEDULE.kept_by(component, "its schedule"):
            first, second = (schedule(0.1, epoch) for _ in range(2))
        if not isinstance(first, (int, float)) or not 0 <= first < math.inf:
            raise SCHEDULE.broken(component, f"after epoch {epoch.number} it gives {first!r}")
        if first != second:
            raise SCHEDULE.broken(component, f"after the same epoch it gives {first!r}, and then {second!r}")


def check_needs_are_named(component: Regularizer) -> None:
    """Check that the penalty asks a network for nothing but what it says it needs."""
    if component.needs is None:
        return
    if strange := sorted(component.needs - NETWORK):
        raise NEEDS.broken(component, f"no network offers {strange[0]!r}")
    net = WatchedNetwork(ReferenceNetwork.random())
    _penalty(component, NEEDS, net)
    if hidden := sorted(net.asked - component.needs):
        raise NEEDS.broken(
            component, f"the penalty asks for {', '.join(hidden)}, and needs names {', '.join(sorted(component.needs))}"
        )


def check_penalty_is_a_scalar(component: Regularizer) -> None:
    """Check that the penalty is a tensor of shape ()."""
    value = _penalty(component, SCALAR, ReferenceNetwork.random())
    if value.shape != ():
        raise SCALAR.broken(component, f"it returned a tensor of shape {tuple(value.shape)}")


def check_penalty_is_finite(component: Regularizer) -> None:
    """Check that value and gradient are finite for ordinary and for flat networks, and for one row."""
    import torch

    for scale, what in ((1.0, "an ordinary network"), (0.0, "a network whose weights are all 0")):
        for rows in (ROWS, 1):
            net = ReferenceNetwork.random(scale=scale)
            value = _penalty(component, FINITE, net, _batch(rows))
            for name, found in (("penalty", [value]), ("gradient", _gradient(component, FINITE, value, net))):
                if not all(torch.isfinite(part).all() for part in found):
                    raise FINITE.broken(component, f"for {what} and {rows} rows the {name} is not finite")


def check_gradient_reaches_the_weights(component: Regularizer) -> None:
    """Check that some weight has a gradient that is not 0."""
    net = ReferenceNetwork.random()
    value = _penalty(component, DIFFERENTIABLE, net)
    if not value.requires_grad:
        raise DIFFERENTIABLE.broken(component, "the penalty is cut off from the weights (requires_grad is False)")
    if not any(part.any() for part in _gradient(component, DIFFERENTIABLE, value, net)):
        raise DIFFERENTIABLE.broken(component, "the gradient is 0 in all weights, so that it changes no training")


def check_gradient_equals_finite_differences(component: Regularizer) -> None:
    """Check the gradient against the slope of the penalty along random directions in the weights."""
    import torch

    for seed in range(3):
        net = ReferenceNetwork.random(seed)
        gradient = _gradient(component, RIGHT_GRADIENT, _penalty(component, RIGHT_GRADIENT, net), net)
        if not any(part.any() for part in gradient):
            return  # check_gradient_reaches_the_weights says so
        stream = torch.Generator().manual_seed(seed)
        direction = [torch.randn(part.shape, generator=stream, dtype=torch.float64) for part in gradient]
        claimed = sum(float((part * toward).sum()) for part, toward in zip(gradient, direction, strict=True))
        above, below = (_penalty(component, RIGHT_GRADIENT, _moved(seed, direction, step)) for step in (STEP, -STEP))
        slope = float((above - below).detach().sum()) / (2 * STEP)
        if not math.isclose(claimed, slope, rel_tol=1e-4, abs_tol=1e-6):
            raise RIGHT_GRADIENT.broken(
                component, f"its gradient says the slope {claimed:.6g}, finite differences {slope:.6g}"
            )


def check_is_deterministic(component: Regularizer) -> None:
    """Check that equal networks with equal streams of noise have equal penalties."""
    found = []
    for global_seed in (1, 2):
        with shaken(global_seed):
            found.append(_penalty(component, DETERMINISTIC, ReferenceNetwork.random()).tolist())
    if found[0] != found[1]:
        raise DETERMINISTIC.broken(component, f"the first time it is {found[0]}, the second time {found[1]}")


def check_together_as_alone(component: Regularizer) -> None:
    """Check that three networks in one `torch.vmap` have the penalties that they have alone."""
    import torch

    x = torch.stack([_batch(), 2 * _batch(), -_batch()])
    y = torch.stack([_target(_batch()), _target(-_batch()), 3 * _target(_batch())])
    networks = [ReferenceNetwork.random(seed) for seed in range(len(x))]
    alone = torch.stack([_penalty(component, VECTORISED, *batch) for batch in zip(networks, x, y, strict=True)])

    def penalty(net: ReferenceNetwork, rows: Tensor, target: Tensor) -> Tensor:
        return component.evaluate(net, rows, replace(_context(_batch()), y=target))

    with VECTORISED.kept_by(component, "the penalty under torch.vmap"):
        try:
            vectorised = together(penalty, [ReferenceNetwork.random(seed) for seed in range(len(x))], x, y)
        except RuntimeError:
            return  # it is looped, and works alone
    if vectorised.shape != alone.shape or not torch.allclose(vectorised, alone, rtol=1e-8, atol=1e-10):
        raise VECTORISED.broken(component, f"together they are {vectorised.tolist()}, alone {alone.tolist()}")


def check_works_in_both_precisions(component: Regularizer) -> None:
    """Check that in float32 the penalty is what it is in float64, but for rounding."""
    import torch

    values = []
    for dtype in (torch.float64, torch.float32):
        net = ReferenceNetwork.random(dtype=dtype)
        value = _penalty(component, PRECISIONS, net, _batch(dtype=dtype))
        if value.dtype != dtype:
            raise PRECISIONS.broken(component, f"a network in {dtype} gets a penalty in {value.dtype}")
        _gradient(component, PRECISIONS, value, net)
        values.append(float(value.detach().sum()))
    if not math.isclose(*values, rel_tol=1e-3, abs_tol=1e-5):
        raise PRECISIONS.broken(component, f"it is {values[0]:.6g} in float64, and {values[1]:.6g} in float32")


def check_leaves_its_inputs_alone(component: Regularizer) -> None:
    """Check that weights and batch are as before."""
    net, x = ReferenceNetwork.random(), _batch()
    before = [part.detach().clone() for part in (*net.parameters, x)]
    _penalty(component, INPUTS, net, x)
    if not all(bool((part == old).all()) for part, old in zip((*net.parameters, x), before, strict=True)):
        raise INPUTS.broken(component, "the penalty changed numbers of the network or of the batch")


def check_leaves_the_process_alone(component: Regularizer) -> None:
    """Check that no global state or random state is touched, and nothing printed."""
    changed = changes_made_by(lambda: _penalty(component, ALONE, ReferenceNetwork.random()))
    if changed:
        raise ALONE.broken(component, f"penalty changed {', '.join(changed)}")


WITHOUT_PENALTY: tuple[Check, ...] = (*options.CHECKS, check_strengths)
CHECKS: tuple[Check, ...] = (
    *WITHOUT_PENALTY,
    check_strength_is_not_seen,
    check_schedule,
    check_needs_are_named,
    check_penalty_is_a_scalar,
    check_penalty_is_finite,
    check_gradient_reaches_the_weights,
    check_gradient_equals_finite_differences,
    check_is_deterministic,
    check_together_as_alone,
    check_works_in_both_precisions,
    check_leaves_its_inputs_alone,
    check_leaves_the_process_alone,
)
"""All checks of regularizers."""


def _batch(rows: int = ROWS, dtype: torch.dtype | None = None) -> Tensor:
    import torch

    return torch.as_tensor(np.random.default_rng(0).normal(size=(rows, 3)), dtype=dtype or torch.float64)


def _target(x: Tensor) -> Tensor:
    """Return the targets (n,) of a batch (n, d)."""
    return x[:, 0] - x[:, 2]


def _context(x: Tensor) -> PenaltyContext:
    return PenaltyContext(tuple(SCALING.names), _target(x), SCALING)


def _penalty(
    component: Regularizer,
    contract: Contract,
    net: ReferenceNetwork | WatchedNetwork,
    x: Tensor | None = None,
    y: Tensor | None = None,
) -> Tensor:
    import torch

    x = _batch() if x is None else x
    context = _context(x) if y is None else replace(_context(x), y=y)
    with contract.kept_by(component, "penalty"):
        value: Any = component.evaluate(net, x, context)
    if not isinstance(value, torch.Tensor):
        raise SCALAR.broken(component, f"it returned {value!r}, which is no tensor")
    return value


def _gradient(component: Regularizer, contract: Contract, value: Tensor, net: ReferenceNetwork) -> list[Tensor]:
    """Return the gradient of the penalty in all parameters, 0 where it does not depend on one."""
    import torch

    if not value.requires_grad:
        return [torch.zeros_like(parameter) for parameter in net.parameters]
    with contract.kept_by(component, "differentiating the penalty"):
        found = torch.autograd.grad(value.sum(), net.parameters, allow_unused=True)
    return [torch.zeros_like(p) if g is None else g for g, p in zip(found, net.parameters, strict=True)]


def _moved(seed: int, direction: Sequence[Tensor], step: float) -> ReferenceNetwork:
    """Return network ``seed`` with its parameters moved along ``direction``."""
    import torch

    net = ReferenceNetwork.random(seed)
    with torch.no_grad():
        for parameter, toward in zip(net.parameters, direction, strict=True):
            parameter += step * toward
    return net
