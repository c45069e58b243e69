"""`TrainedEnsemble`: several networks that differ by their seeds alone; their mean is the teacher."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smoothdistill_core import TrainedTeacher

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_mlp.trained_mlp import TrainedMLP

    Array = NDArray[np.float64]


class TrainedEnsemble(TrainedTeacher):
    """The mean of its ``members`` (two or more), which is itself one wide network (Lakshminarayanan et al. 2017)."""

    def __init__(self, members: Sequence[TrainedMLP]) -> None:
        self.members = tuple(members)
        self.notes = tuple(dict.fromkeys(note for member in members for note in member.notes))

    def predict(self, X: Array) -> Array:
        """Return the mean predictions (n,) for ``X`` (n, d)."""
        mean: Array = self._predictions(X).mean(axis=0)
        return mean

    def spread(self, X: Array) -> Array:
        """Return the standard deviation (n,) of the members' predictions at ``X`` (n, d)."""
        spread: Array = self._predictions(X).std(axis=0, ddof=1)
        return spread

    def gradient(self, X: Array) -> Array:
        """Return the exact input gradient (n, d) of the mean at ``X`` (n, d)."""
        total = self.members[0].gradient(X)
        for member in self.members[1:]:
            total += member.gradient(X)
        return total / len(self.members)

    def activations(self, X: Array) -> tuple[Array, ...] | None:
        """Return what each hidden layer of all members gives, side by side, (n, members * units); None without any."""
        import numpy as np

        each = [layers for member in self.members if (layers := member.activations(X)) is not None]
        return tuple(np.concatenate(layers, axis=1) for layers in zip(*each, strict=True)) if each else None

    def lipschitz_bound(self) -> float:
        """Return the mean of the members' bounds, which bounds their mean."""
        return sum(member.lipschitz_bound() for member in self.members) / len(self.members)

    def outputs(self) -> tuple[TrainedEnsemble, ...]:
        """Return the ensemble of each output."""
        each = (member.outputs() for member in self.members)
        return tuple(TrainedEnsemble(members) for members in zip(*each, strict=True))

    def save(self) -> bytes:
        """Return the weights of all members in the safetensors format."""
        from safetensors.torch import save

        return save(
            {f"{place}.{key}": part for place, one in enumerate(self.members) for key, part in one.tensors().items()}
        )

    def _predictions(self, X: Array) -> Array:
        """Return those of each member (members, n)."""
        import numpy as np

        return np.stack([member.predict(X) for member in self.members])
