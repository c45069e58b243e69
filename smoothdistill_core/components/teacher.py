"""The teacher kind: a model trained on the data, which a student then imitates."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from smoothdistill_core.components.component import Component
from smoothdistill_core.components.deadline import Deadline
from smoothdistill_core.components.regularizer import NETWORK, Regularizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_core.scaling import Scaling

    Array = NDArray[np.float64]

Loss = Literal["squared", "logistic"]
"""What a teacher's training makes small: the mean squared error, or the mean binary cross-entropy of log-odds."""

SCHEDULE = "schedule"
"""What ``Teacher.offers`` calls that it follows a regularizer's schedule of strengths."""


@dataclass(frozen=True)
class TrainingJob:
    """One teacher to train: ``X`` (n, d) and ``y`` (n,), standardised, one penalty at one strength, one seed.

    Where ``y`` is (n, k), one model is trained on k > 1 targets together, and the ``scaling`` names the first of them;
    a teacher is given it that says `several_outputs`. ``threads`` says how many threads a call of `Teacher.train` may
    use; of several jobs, the largest counts. ``scaling`` is the way to the data's own units and columns, for models
    that were trained on those. ``path`` are the strengths that the same network is trained at before, from high to
    low: the job's teacher is that network as it is after its own ``strength``. ``validation`` are the X and y of other
    rows, for teachers that need them. ``weights`` (n,) say how much the error of each row counts, of mean 1; None where
    all count alike. Those of the validation rows, on the same scale, are the ``validation_weights``. ``deadline`` is
    when training has to end, and the same for all jobs of a call: a teacher asks it between its steps, and where it is
    over returns the models as they are by then. ``loss`` is what the penalty is added to. Where it is ``logistic``,
    ``y`` holds 0 and 1, not standardised, and the teacher predicts log-odds of 1; a teacher is given it that names it
    among its `Teacher.losses`.
    """

    X: Array
    y: Array
    regularizer: Regularizer
    strength: float
    seed: int
    threads: int = 1
    scaling: Scaling | None = None
    path: tuple[float, ...] = ()
    validation: tuple[Array, Array] | None = None
    weights: Array | None = None
    validation_weights: Array | None = None
    deadline: Deadline = field(default_factory=Deadline, compare=False)
    loss: Loss = "squared"

    def __post_init__(self) -> None:
        if self.y.ndim > 1 and (self.y.ndim > 2 or self.y.shape[1] < 2):
            raise ValueError(f"y has the shape {self.y.shape}; it is (n,) of one target, and (n, k) of k > 1")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns of ``X``: ``x0`` and on where there is no scaling."""
        return tuple(f"x{i}" for i in range(self.X.shape[1])) if self.scaling is None else tuple(self.scaling.names)


class TrainedTeacher(ABC):
    """A trained model. It may hold `gradient`, `spread`, `lipschitz_bound`, `activations`; others return None."""

    notes: tuple[str, ...] = ()
    """What the user should know of the training (a penalty that had to be looped, for instance)."""
    step: float = 1e-4
    """Half the distance of the finite differences that stand in for `gradient`, in standard deviations of an input."""

    @abstractmethod
    def predict(self, X: Array) -> Array:
        """Return the predictions (n,) for ``X`` (n, d), float64."""

    def gradient(self, X: Array) -> Array | None:
        """Return the exact input gradient (n, d) at ``X`` (n, d), or None."""
        return None

    def spread(self, X: Array) -> Array | None:
        """Return how far its members disagree (n,) at ``X`` (n, d), a standard deviation; None where it is one model.

        It is in standardised units of the target. Further inputs that a student is shown weigh less where it is large.
        """
        return None

    def outputs(self) -> Sequence[TrainedTeacher]:
        """Return the models of each of k targets that were trained together, each with predictions (n,)."""
        raise TypeError(f"{type(self).__name__} was trained on one target")

    def lipschitz_bound(self) -> float | None:
        """Return an upper bound of the gradient's norm over all inputs, or None."""
        return None

    def activations(self, X: Array) -> tuple[Array, ...] | None:
        """Return what each hidden layer gives at ``X`` (n, d), from the input on: (n, units) each; or None.

        None says that the model has no hidden layers to look into.
        """
        return None

    @abstractmethod
    def save(self) -> bytes:
        """Return the model as bytes that the teacher's `load` reads; never a pickle."""


class Teacher(Component):
    """Trains models on standardised data.

    A job's result depends on that job alone: never on the other jobs, nor on its place among them.
    """

    kind = "teacher"
    offers: ClassVar[frozenset[str]] = frozenset()
    """What regularizers may need of this teacher, in the words of ``Regularizer.needs``.

    A teacher that adds penalties to its loss names what its networks offer, one that smooths in another way names
    that way; ``schedule`` is that it asks `Regularizer.schedule` for the strength of each epoch. Empty: it takes no
    regularizer that has a strength.
    """
    needs_lags: ClassVar[bool] = False
    """Whether it looks at past values: a recipe then has to split by time, and to name ``prepare.lags``."""

    weighs_rows: ClassVar[bool] = False
    """Whether it counts rows by the ``weights`` of its jobs: else a recipe whose rows have weights refuses it.

    A finished model, which learns from no rows, may say True.
    """

    several_outputs: ClassVar[bool] = False
    """Whether it trains one model on several targets of the same rows, ``y`` (n, k): else it has one training each."""

    losses: ClassVar[frozenset[Loss]] = frozenset({"squared"})
    """The losses that it can train with; ``logistic`` is for targets of two values."""

    def accepts(self, regularizer: Regularizer) -> bool:
        """Say whether this teacher can train with ``regularizer``: it offers all that one needs.

        A recipe leaves out pairs that do not fit, and is refused where no pair is left.
        """
        if not regularizer.strengths:
            return True
        if regularizer.schedule() is not None and SCHEDULE not in self.offers:
            return False
        if regularizer.needs is None:  # a penalty that does not say may ask for all that a network has
            return regularizer.writes_penalty() and self.offers >= NETWORK
        return self.offers >= regularizer.needs

    @property
    def needs_validation(self) -> bool:
        """Whether it stops by the validation rows of its jobs, so that a recipe must set some apart."""
        return False

    def for_path(self, steps: int) -> Teacher | None:
        """Return the teacher that trains each of the ``steps`` of a path; None says that it knows no paths.

        A path trains one network at strength after strength. This divides what one training takes, so that all steps
        cost what one training does: a fifth of the epochs for five steps. What it returns is part of the identity of
        the cells. None: a recipe's path becomes a sweep of the same strengths, and that is said.
        """
        return None

    @abstractmethod
    def train(self, jobs: Sequence[TrainingJob]) -> Sequence[TrainedTeacher]:
        """Train all jobs, together where that is faster; one result a job, in the same order."""

    @abstractmethod
    def load(self, data: bytes) -> TrainedTeacher:
        """Read what `TrainedTeacher.save` wrote."""
