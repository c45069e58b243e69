"""The checks of teachers that take penalties: each fails for its broken twin, and only for that."""

from typing import ClassVar

import pytest
import torch

from smoothdistill_core import PenaltyContext, Teacher
from stand_ins.teacher import Sound


class Line:
    """What penalties see of a linear model: slopes and intercept in one tensor."""

    def __init__(self, parameters):
        self.parameters = (parameters,)

    def __call__(self, x):
        return x @ self.parameters[0][:-1] + self.parameters[0][-1]

    def jacobian(self, x):
        return self.parameters[0][:-1].expand(x.shape)


class Penalised(Sound):
    """A linear model that descends on its error plus a penalty."""

    offers = frozenset({"predictions", "jacobian", "parameters"})
    net: ClassVar[type] = Line

    def accepts(self, regularizer):
        return Teacher.accepts(self, regularizer)

    def known(self, job, y):
        return PenaltyContext(job.names, y, job.scaling)

    def fit(self, job, place):
        X, y = (torch.as_tensor(part, dtype=torch.float64) for part in (job.X.copy(), job.y.copy()))
        parameters = torch.zeros(X.shape[1] + 1, dtype=torch.float64, requires_grad=True)
        for _ in range(20):
            net = self.net(parameters)
            loss = ((net(X) - y) ** 2).mean()
            if job.regularizer.strengths:
                loss = loss + job.strength * job.regularizer.evaluate(net, X, self.known(job, y))
            (slope,) = torch.autograd.grad(loss, parameters)
            parameters = (parameters - 0.1 * slope).detach().requires_grad_()
        *slopes, intercept = parameters.tolist()
        return self.trained(slopes, intercept)


class Shuffling(Penalised):
    """Gives penalties the targets of other rows."""

    def known(self, job, y):
        return PenaltyContext(job.names, y.flip(0), job.scaling)


class Nameless(Penalised):
    """Gives penalties no names."""

    def known(self, job, y):
        return PenaltyContext((), y, job.scaling)


class Promising(Penalised):
    """Offers what its networks do not have."""

    offers = frozenset({"jacobian", "spectral_norms"})


class CutLine(Line):
    """Computes its Jacobian from plain numbers."""

    def jacobian(self, x):
        return self.parameters[0][:-1] + 0 * torch.from_numpy(x.numpy())


class Cut(Penalised):
    """Has a Jacobian that cannot be differentiated."""

    net = CutLine


def test_a_teacher_that_takes_penalties_passes_all(broken):
    assert broken(Penalised()) == {}


@pytest.mark.parametrize(
    ("component", "check", "found", "remedy"),
    [
        (Promising, "check_offers_are_kept", "has no attribute 'spectral_norms'", "take it out of `offers`"),
        (Shuffling, "check_penalties_know_their_batch", "not those of the rows beside them", "x and y are of one"),
        (Nameless, "check_penalties_know_their_batch", "it gets 0 names and targets of shape (96,)", "evaluate(net, x"),
        (Cut, "check_penalties_may_measure_curvature", "raised RuntimeError", "without x.detach()"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_broken_twin_fails_its_check_only(only_broken, component, check, found, remedy):
    only_broken(component(), check, found, remedy)
