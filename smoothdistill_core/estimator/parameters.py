"""`Parameters`: what a distiller is told; stored as it is, set option by option, cloned, pickled."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

from sklearn.base import BaseEstimator

if TYPE_CHECKING:
    from smoothdistill_core.components import Component
    from smoothdistill_core.estimator.columns import Missing
    from smoothdistill_core.registry import Registry
    from smoothdistill_core.scaling import TargetTransform
    from smoothdistill_core.study import Progress

Entry: TypeAlias = "str | Component | Mapping[str, Any]"
"""A component: its name, an instance, or a mapping with its ``name`` and its options, as in a recipe."""

HOLD_OPTIONS = ("teacher", "regularizer", "student", "metric", "distil", "choose")
"""Parameters whose options can be set one by one: ``student__max_length=10``."""

LENT = ("model", "registry", "progress")
"""Parameters that a clone shares with its original: a model that was fitted must not be fitted anew."""


class Parameters(BaseEstimator):  # type: ignore[misc]
    """The parameters of `SymbolicDistiller`, which tells what they mean."""

    def __init__(
        self,
        teacher: Entry | Sequence[Entry] | None = None,
        regularizer: Entry | Sequence[Entry] | None = None,
        student: Entry | Sequence[Entry] | None = None,
        metric: Entry | Sequence[Entry] | None = None,
        *,
        strength: float | Sequence[float] | Mapping[str, Any] | None = None,
        choice: str | None = None,
        model: Any = None,
        validation: float = 0.2,
        target: TargetTransform = "none",
        missing: Missing = "error",
        categorical: str | Sequence[str] = (),
        units: Mapping[str, str] | None = None,
        max_rows: int | None = None,
        split: Literal["random", "time", "group"] = "random",
        by: str | None = None,
        screen: int | None = None,
        distil: Mapping[str, Any] | None = None,
        choose: Mapping[str, Any] | None = None,
        seconds: float | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
        verbose: bool = False,
        progress: Callable[[Progress], None] | None = None,
        registry: Registry | None = None,
    ) -> None:
        self.teacher = teacher
        self.regularizer = regularizer
        self.student = student
        self.metric = metric
        self.strength = strength
        self.choice = choice
        self.model = model
        self.validation = validation
        self.target = target
        self.missing = missing
        self.categorical = categorical
        self.units = units
        self.max_rows = max_rows
        self.split = split
        self.by = by
        self.screen = screen
        self.distil = distil
        self.choose = choose
        self.seconds = seconds
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.progress = progress
        self.registry = registry

    def set_params(self, **params: Any) -> Self:
        """Set parameters, and options of components and sections: ``set_params(teacher__epochs=50)``."""
        from smoothdistill_core.estimator.as_recipe import with_option
        from smoothdistill_core.recipe.defaults import defaults_of

        options = {key: value for key, value in params.items() if key.partition("__")[0::2] != (key, "")}
        options = {key: value for key, value in options.items() if key.partition("__")[0] in HOLD_OPTIONS}
        super().set_params(**{key: value for key, value in params.items() if key not in options})
        defaults = defaults_of({"prepare": {"validation": self.validation}}, ()) if options else {}
        for key, value in options.items():
            parameter, _, option = key.partition("__")
            held = getattr(self, parameter)
            held = defaults.get(parameter) if held is None else held  # options of what a recipe gets by itself
            setattr(self, parameter, with_option(held, option, value))
        return self

    def __sklearn_clone__(self) -> Self:
        bare = copy.copy(self)
        lent = [parameter for parameter in LENT if hasattr(self, parameter)]
        for parameter in lent:
            setattr(bare, parameter, None)
        clone: Self = super(Parameters, bare).__sklearn_clone__()
        for parameter in lent:
            setattr(clone, parameter, getattr(self, parameter))
        return clone

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "registry": None}  # it holds modules, which cannot be pickled
