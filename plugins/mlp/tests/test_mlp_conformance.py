"""The perceptron teacher keeps every contract of teachers, with each activation and both engines."""

from smoothdistill_core.testing import parametrize_with_teacher_checks
from smoothdistill_mlp.teacher import MLP

FAST = {"epochs": 8, "batch_size": 32, "learning_rate": 0.01}


@parametrize_with_teacher_checks(
    [
        MLP(hidden=(16, 8), **FAST),
        MLP(hidden=(16, 8), engine="torch", **FAST),
        MLP(hidden=(9,), activation="tanh", engine="compiled", **FAST),
        MLP(hidden=(7, 6, 5), activation="silu", epochs=8, batch_size=20, learning_rate=0.01),
        MLP(hidden=(), engine="torch", epochs=8, batch_size=32, learning_rate=0.1),
    ]
)
def test_the_perceptron_keeps_the_contracts_of_teachers(component, check):
    check(component)
