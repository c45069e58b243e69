"""`GplearnStudent`: genetic programming by gplearn; its options and the search."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Literal, Self

from pydantic import Field, model_validator

from smoothdistill_core import Candidate, DataError, DistillationTask, Student
from smoothdistill_core.components import untested_version

FunctionName = Literal[
    "add", "sub", "mul", "div", "sqrt", "log", "abs", "neg", "inv", "max", "min", "sin", "cos", "tan"
]

TESTED = ">=0.4.3,<0.5"
"""The versions of gplearn whose trees can be read; which of them search faster is a narrower list, in `search`."""


class GplearnStudent(Student):
    """Genetic programming by gplearn; one formula, the fittest of the last generation.

    The options are those of `gplearn.genetic.SymbolicRegressor`, with gplearn's names and defaults, but
    for the paper's 10 generations and its metric, the mean squared error (arXiv 2507.22767).
    """

    name = "gplearn"
    weighs_rows = True
    libraries = ("gplearn", "numpy", "scikit-learn")

    population_size: int = Field(default=1000, ge=2, description="programs in each generation")
    generations: int = Field(default=10, ge=1, description="generations to evolve")
    tournament_size: int = Field(default=20, ge=1, description="programs that compete to become a parent")
    stopping_criteria: float = Field(default=0.0, ge=0, description="value of the metric that ends the search early")
    const_range: tuple[float, float] | None = Field(
        default=(-1.0, 1.0), description="range of the constants; null for formulas without constants"
    )
    init_depth: tuple[int, int] = Field(
        default=(2, 6), description="smallest and largest depth of the first generation's programs"
    )
    init_method: Literal["half and half", "grow", "full"] = Field(
        default="half and half", description="how the first generation's programs are grown"
    )
    function_set: tuple[FunctionName, ...] = Field(
        default=("add", "sub", "mul", "div"), min_length=1, description="functions that a formula may use"
    )
    metric: Literal["mean absolute error", "mse", "rmse", "pearson", "spearman"] = Field(
        default="mse", description="fitness of a program"
    )
    parsimony_coefficient: float | Literal["auto"] = Field(
        default=0.001, description="penalty for each node of a program, or auto"
    )
    p_crossover: float = Field(default=0.9, ge=0, le=1, description="probability of crossover")
    p_subtree_mutation: float = Field(default=0.01, ge=0, le=1, description="probability of subtree mutation")
    p_hoist_mutation: float = Field(default=0.01, ge=0, le=1, description="probability of hoist mutation")
    p_point_mutation: float = Field(default=0.01, ge=0, le=1, description="probability of point mutation")
    p_point_replace: float = Field(
        default=0.05, ge=0, le=1, description="probability that point mutation replaces a node"
    )
    max_samples: float = Field(default=1.0, gt=0, le=1, description="share of the rows that each program is judged on")

    @model_validator(mode="after")
    def _check_that_gplearn_can_search(self) -> Self:
        if self.tournament_size > self.population_size:
            raise ValueError(
                f"tournament_size {self.tournament_size} is larger than population_size {self.population_size}"
            )
        if not 1 <= self.init_depth[0] <= self.init_depth[1]:
            raise ValueError(f"init_depth must be (smallest, largest), from 1 on, not {self.init_depth}")
        if self.const_range is not None and self.const_range[0] > self.const_range[1]:
            raise ValueError(f"const_range must be (lowest, highest), not {self.const_range}")
        # added up in gplearn's own order, so that both round alike
        total = self.p_crossover + self.p_subtree_mutation + self.p_hoist_mutation + self.p_point_mutation
        if total > 1:
            raise ValueError(
                "p_crossover, p_subtree_mutation, p_hoist_mutation and p_point_mutation must sum to at most 1 "
                f"(what is left of 1 copies a parent unchanged), not to {total:.17g}"
            )
        if self.metric in ("pearson", "spearman") and self.stopping_criteria == 0:
            raise ValueError(
                f"{self.metric} is best at 1, so a stopping_criteria of 0 ends the search in its first generation: "
                "set stopping_criteria to 1.0"
            )
        return self

    @classmethod
    def unavailable(cls) -> str | None:
        """Return that gplearn is missing, or of a version that was not tested, where it is."""
        if find_spec("gplearn") is None:
            return f"gplearn is not installed: pip install 'gplearn{TESTED}'"
        return untested_version("gplearn", TESTED)

    def warm_up(self) -> None:
        """Search a few rows without any time."""
        from smoothdistill_core.searching import rehearse

        rehearse(self)

    def distil(self, task: DistillationTask) -> Sequence[Candidate]:
        """Return the one formula that gplearn ends with: it keeps no Pareto front.

        Raises `DataError` for a task that `smoothdistill_core.searching.checked` refuses, and for so few rows that
        ``max_samples`` leaves none.
        """
        from smoothdistill_core.searching import checked
        from smoothdistill_gplearn.fitness import overflow_last
        from smoothdistill_gplearn.isolation import isolated
        from smoothdistill_gplearn.program import to_formula
        from smoothdistill_gplearn.search import FastSymbolicRegressor

        task = checked(task)
        rows = len(task.X)
        if int(self.max_samples * rows) == 0:
            raise DataError(f"max_samples {self.max_samples} of {rows} rows is less than one row; raise it")
        search = FastSymbolicRegressor(
            **{**self.model_dump(), "metric": overflow_last(self.metric)},
            low_memory=True,
            n_jobs=task.threads,
            random_state=task.seed % 2**32,  # as many bits as numpy's RandomState takes
        )
        with isolated():
            search.fit(task.X, task.y, sample_weight=task.weights, deadline=task.deadline)
        return [Candidate(to_formula(search._program.program), search.predict)]
