"""What this plugin adds to smoothdistill: the teacher ``mlp``."""

from smoothdistill_core import hookimpl
from smoothdistill_mlp.teacher import MLP


@hookimpl
def smoothdistill_teachers() -> list[type[MLP]]:
    """Return the multilayer perceptron."""
    return [MLP]
