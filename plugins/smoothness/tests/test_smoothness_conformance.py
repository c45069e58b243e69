"""All built-in penalties keep every contract of regularizers."""

from smoothdistill_core.testing import parametrize_with_regularizer_checks
from smoothdistill_smoothness.penalties import L2, Jacobian, Lipschitz, Unregularized


@parametrize_with_regularizer_checks(
    [Unregularized(), L2(), Jacobian(), Lipschitz(norm="product"), Lipschitz(norm="sum")]
)
def test_the_built_in_penalties_keep_their_contracts(component, check):
    check(component)
