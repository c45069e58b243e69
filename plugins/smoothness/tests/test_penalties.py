"""The penalties: their values, and what recipes may say of them."""

import pytest
import torch
from pydantic import ValidationError

from smoothdistill_smoothness.penalties import L2, Jacobian, Lipschitz, Unregularized


class LinearNetwork:
    """f(x) = 3 x0 + 4 x1 as two layers, with what penalties may ask of a network."""

    outputs = 1
    linear_weights = (torch.tensor([[6.0, 8.0]]), torch.tensor([[0.5]]))
    parameters = (*linear_weights, torch.tensor([1.0]), torch.tensor([2.0]))

    def __call__(self, x):
        return x @ torch.tensor([3.0, 4.0])

    def jacobian(self, x):
        return torch.tensor([3.0, 4.0]).expand(len(x), 2)

    def spectral_norms(self):
        return tuple(torch.linalg.matrix_norm(weight, ord=2) for weight in self.linear_weights)


@pytest.mark.parametrize(
    ("regularizer", "value"),
    [
        (L2(), (36 + 64 + 0.25 + 1 + 4) / 2),
        (Jacobian(), 25.0),  # no factor 1/2
        (Lipschitz(), 5.0),
        (Lipschitz(norm="product"), 5.0),
        (Lipschitz(norm="sum"), 10.5),
    ],
    ids=str,
)
def test_values_of_a_known_network(regularizer, value):
    assert regularizer.penalty(LinearNetwork(), torch.zeros(7, 2)).item() == pytest.approx(value)


def test_none_has_neither_strength_nor_penalty():
    assert Unregularized.strengths == ()
    with pytest.raises(TypeError, match="'none' has no penalty"):
        Unregularized().penalty(LinearNetwork(), torch.zeros(7, 2))


def test_the_default_sweeps_are_the_papers_and_for_the_jacobian_a_wider_one():
    assert Lipschitz.strengths == (0.1, 0.3, 0.5, 0.7, 1.0)
    assert Jacobian.strengths == (0.001, 0.01, 0.03, 0.1, 0.3, 1.0)
    assert L2.strengths == (1e-4,)


@pytest.mark.parametrize(("regularizer", "options"), [(Lipschitz, {"norm": "max"}), (Jacobian, {"strength": 1.0})])
def test_an_unknown_option_is_refused(regularizer, options):
    with pytest.raises(ValidationError):
        regularizer(**options)
