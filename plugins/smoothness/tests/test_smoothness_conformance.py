"""All built-in penalties keep every contract of regularizers."""

from smoothdistill_core.testing import parametrize_with_regularizer_checks
from smoothdistill_smoothness.curvature import Curvature
from smoothdistill_smoothness.few_inputs import GradientL1, InputGroup
from smoothdistill_smoothness.monotone import Monotone
from smoothdistill_smoothness.penalties import L2, Jacobian, Lipschitz, Unregularized


@parametrize_with_regularizer_checks(
    [
        Unregularized(),
        L2(),
        Jacobian(),
        Lipschitz(norm="product"),
        Lipschitz(norm="sum"),
        Curvature(),
        Curvature(directions=3),
        GradientL1(),
        InputGroup(),
        Monotone(rising=["a"], falling=["c"]),
    ]
)
def test_the_built_in_penalties_keep_their_contracts(component, check):
    check(component)
