"""The checks of regularizers: each fails for its broken twin, and only for that."""

import pytest
import torch

from smoothdistill_core import Regularizer
from smoothdistill_core.testing import ReferenceNetwork, checks_of, regularizers, tiny


class Sound(Regularizer):
    """Sensitivity to noise on the inputs, and the steepest row of the batch."""

    name = "sound"

    def penalty(self, net, x):
        shaken = net(x + 0.1 * net.noise(tuple(x.shape))) - net(x)
        return (shaken**2).mean() + 0.1 * self.slopes(net, x).mean() + net.spectral_norms()[0]

    def slopes(self, net, x):
        return (net.jacobian(x) ** 2).sum(dim=1)


class Branching(Sound):
    """Looks at a value in Python: it cannot be vectorised, and is looped."""

    def penalty(self, net, x):
        value = super().penalty(net, x)
        return 2 * value if value.item() > 1e9 else value


class InContext(Sound):
    """Is steep where the target and a named input are large; says what it needs."""

    needs = frozenset({"jacobian"})

    def penalty(self, net, x, context):
        place = context.names.index("b")
        there = context.scaling.features[place].scale * x[:, place] + context.y
        return (there**2 * self.slopes(net, x)).mean()


class Curved(Sound):
    """Differentiates the Jacobian in the batch."""

    needs = frozenset({"jacobian", "noise"})

    def penalty(self, net, x):
        return (torch.func.jvp(net.jacobian, (x,), (net.noise(tuple(x.shape)),))[1] ** 2).sum(dim=1).mean()


class Sparing(Sound):
    """Names less than it asks for."""

    needs = frozenset({"jacobian", "noise"})


class Dreaming(Sound):
    """Asks for what no network has."""

    needs = frozenset({"hessian"})


class Adaptive(Sound):
    """Sets its strength anew, by the validation error."""

    needs_validation = property(lambda self: True)

    def schedule(self):
        return lambda strength, epoch: strength / (1 + epoch.validation_error)


SOUND = [Adaptive(), Sound(), Branching(), InContext(), Curved(), tiny.Steepness(), tiny.Plain()]


class NoSweep(Sound):
    """Has a penalty that no recipe would call."""

    strengths = ()


class SmoothsAfterwards(Regularizer):
    """Has strengths and no penalty: its teachers smooth in a way of their own."""

    name = "smooths_afterwards"


class WantsStrength(Sound):
    """Asks for the strength."""

    def penalty(self, net, x, strength=1.0):
        return strength * super().penalty(net, x)


class Vector(Sound):
    """Forgets to reduce over the batch."""

    def penalty(self, net, x):
        return self.slopes(net, x)


class PlainNumber(Sound):
    """Leaves torch."""

    def penalty(self, net, x):
        return super().penalty(net, x).item()


class SquareRoot(Sound):
    """Takes a root that has no slope at 0."""

    def penalty(self, net, x):
        return self.slopes(net, x).sqrt().mean()


class Detached(Sound):
    """Computes outside of the graph."""

    def penalty(self, net, x):
        return super().penalty(net, x).detach()


class Unconcerned(Sound):
    """Is the same for every network."""

    def penalty(self, net, x):
        return 1.0 + 0.0 * super().penalty(net, x)


class HalfDetached(Sound):
    """Takes one factor as given."""

    def penalty(self, net, x):
        return self.slopes(net, x).mean() * net.spectral_norms()[0].detach()


class FromTheClock(Sound):
    """Has another value with each call."""

    def penalty(self, net, x):
        CALLS.append(1)
        return super().penalty(net, x) + 1e-9 * len(CALLS)


CALLS: list[int] = []


class CatchesErrors(Sound):
    """Scales by a value where it can look at it, and does something else where it cannot."""

    def penalty(self, net, x):
        value = super().penalty(net, x)
        try:
            return value * (2.0 if value.item() > 0 else 1.0)
        except RuntimeError:
            return value


class Unvectorisable(Sound):
    """Fails under torch.vmap in a way that teachers do not expect."""

    def penalty(self, net, x):
        value = super().penalty(net, x)
        if torch._C._functorch.is_batchedtensor(value):
            raise TypeError("cannot do this")
        return value


class DoublePrecision(Sound):
    """Brings numbers in float64."""

    def penalty(self, net, x):
        return (self.slopes(net, x) * torch.ones(len(x), dtype=torch.float64)).mean()


class SinglePrecision(Sound):
    """Expects a batch in float32."""

    def penalty(self, net, x):
        if x.dtype == torch.float32:
            raise ValueError("float32 is not supported")
        return super().penalty(net, x)


class InPlace(Sound):
    """Scales the batch that it was lent."""

    def penalty(self, net, x):
        value = self.slopes(net, x).mean()
        x.data.add_(1e-9)
        return value


class Negative(Sound):
    """Its schedule gives what is no strength."""

    def schedule(self):
        return lambda strength, epoch: strength - epoch.penalty


class Blind(Adaptive):
    """Looks at the validation error without saying so."""

    needs_validation = property(lambda self: False)


class Remembers(Sound):
    """Its schedule gives something else each time it is asked."""

    def schedule(self):
        asked = []

        def after(strength, epoch):
            asked.append(epoch)
            return strength / len(asked)

        return after


class GlobalNoise(Sound):
    """Moves torch's global random state."""

    def penalty(self, net, x):
        torch.manual_seed(0)
        return super().penalty(net, x)


@pytest.mark.parametrize("regularizer", SOUND, ids=lambda one: type(one).__name__)
def test_a_sound_regularizer_passes_all(broken, regularizer):
    assert broken(regularizer) == {}


@pytest.mark.parametrize(
    ("component", "check", "found", "remedy"),
    [
        (NoSweep, "check_strengths", "strengths is empty", "strengths = (0.1, 1.0)"),
        (WantsStrength, "check_strength_is_not_seen", "penalty takes net, x, strength", "def penalty(self, net, x)"),
        (Negative, "check_schedule", "after epoch 1 it gives -1.9", "without memory"),
        (Blind, "check_schedule", "its schedule", "needs_validation"),
        (Remembers, "check_schedule", "after the same epoch it gives 0.1, and then 0.05", "without memory"),
        (Sparing, "check_needs_are_named", "asks for predictions, spectral_norms, and needs", "predictions for net(x)"),
        (Dreaming, "check_needs_are_named", "no network offers 'hessian'", "jacobian, linear_weights"),
        (SquareRoot, "check_penalty_is_finite", "weights are all 0 and 12 rows the gradient", "sqrt"),
        (Detached, "check_gradient_reaches_the_weights", "requires_grad is False", "without .detach()"),
        (Unconcerned, "check_gradient_reaches_the_weights", "the gradient is 0 in all weights", ".item()"),
        (HalfDetached, "check_gradient_equals_finite_differences", "finite differences", "detach no factor"),
        (CatchesErrors, "check_together_as_alone", "together they are", "catch no error of torch's"),
        (Unvectorisable, "check_together_as_alone", "TypeError: cannot do this", "write plain torch"),
        (DoublePrecision, "check_works_in_both_precisions", "torch.float32 gets a penalty in torch.float64", "x.dtype"),
        (SinglePrecision, "check_works_in_both_precisions", "float32 is not supported", "x.dtype"),
        (InPlace, "check_leaves_its_inputs_alone", "changed numbers", "no in-place operation"),
        (GlobalNoise, "check_leaves_the_process_alone", "torch's global random state", "net.noise(shape)"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_broken_twin_fails_its_check_only(only_broken, component, check, found, remedy):
    only_broken(component(), check, found, remedy)


def test_a_penalty_that_is_no_scalar_is_found_out():
    with pytest.raises(AssertionError, match=r"a tensor of shape \(12,\)(.|\n)*reduce over the batch"):
        regularizers.check_penalty_is_a_scalar(Vector())


def test_a_penalty_that_is_no_tensor_is_told_so_whatever_is_checked(broken):
    messages = broken(PlainNumber())
    assert set(messages) == {check.__name__ for check in regularizers.CHECKS[8:]} | {"check_penalty_is_a_scalar"}
    assert all("which is no tensor" in message for message in messages.values())


def test_a_penalty_that_changes_from_call_to_call_is_found_out():
    with pytest.raises(AssertionError, match=r"the first time it is(.|\n)*keep nothing from one call to the next"):
        regularizers.check_is_deterministic(FromTheClock())


def test_a_regularizer_without_a_penalty_gets_no_checks_of_one():
    assert checks_of(tiny.Plain()) == regularizers.WITHOUT_PENALTY
    assert checks_of(SmoothsAfterwards()) == regularizers.WITHOUT_PENALTY
    for check in regularizers.WITHOUT_PENALTY:
        check(SmoothsAfterwards())
    assert set(checks_of(tiny.Steepness())) > set(regularizers.WITHOUT_PENALTY)


def test_the_jacobian_of_the_reference_network_may_be_differentiated_in_the_batch():
    net, x = ReferenceNetwork.random(), torch.randn(7, 3, dtype=torch.float64)
    hessians = torch.stack([torch.func.hessian(lambda row: net(row.unsqueeze(0))[0])(row) for row in x])
    along = torch.randn(7, 3, dtype=torch.float64)
    expected = (hessians @ along.unsqueeze(2)).squeeze(2)
    torch.testing.assert_close(torch.func.jvp(net.jacobian, (x,), (along,))[1], expected)
    x.requires_grad_()
    torch.testing.assert_close(torch.autograd.grad((net.jacobian(x) * along).sum(), x)[0], expected)


def test_the_reference_network_offers_what_penalties_may_ask_for():
    net, x = ReferenceNetwork.random(), torch.randn(7, 3, dtype=torch.float64)
    assert net(x).shape == (7,)
    rows = torch.stack([torch.func.jacrev(lambda row: net(row.unsqueeze(0))[0])(row) for row in x])
    torch.testing.assert_close(net.jacobian(x), rows)
    norms = [torch.linalg.svdvals(weight)[0] for weight in net.linear_weights]
    torch.testing.assert_close(list(net.spectral_norms()), norms)
    assert [part.shape for part in net.parameters[3:]] == [(5,), (4,), (1,)]
    assert torch.equal(net.noise((2, 3)), ReferenceNetwork.random().noise((2, 3)))
