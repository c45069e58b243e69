"""`OperonStudent`: genetic programming by Operon; its options, and from a task to candidates."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Literal, Self

from pydantic import Field, model_validator

from smoothdistill_core import Candidate, DistillationTask, Student
from smoothdistill_core.components import untested_version
from smoothdistill_operon.versions import INSTALL, TESTED

OperatorName = Literal[
    "add", "sub", "mul", "div", "analytic_quotient", "pow", "pow_abs", "square", "sqrt", "protected_sqrt", "cbrt",
    "abs", "exp", "log", "log_abs", "log1p", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
]  # fmt: skip


class OperonStudent(Student):
    """Genetic programming by Operon; the whole Pareto front of complexity and error, the simplest formula first.

    The student for people: it fits constants while it searches, and so is accurate at short lengths.
    """

    name = "operon"
    revision = 2
    weighs_rows = True
    libraries = ("pyoperon", "numpy", "scikit-learn")

    max_length: int = Field(
        default=25,
        ge=2,
        le=1000,
        description="nodes of a formula at most, as Operon counts them: an input with its factor is one",
    )
    max_depth: int = Field(default=10, ge=1, le=1000, description="depth of a formula at most")
    inputs: Literal["auto", "scaled", "standardised"] = Field(
        default="auto",
        description="what the search sees: scaled, inputs that are 0 where those of the data are, so that their "
        "products are products in the data's own units; standardised, deviations from the means; auto, scaled, and "
        "where an input keeps one sign both, one after the other",
    )
    operators: tuple[OperatorName, ...] = Field(
        default=("add", "sub", "mul", "div", "analytic_quotient", "tanh"),
        min_length=1,
        description="operators that a formula may use; of the default ones only div can have poles",
    )
    population_size: int = Field(default=300, ge=2, description="formulas in each generation")
    generations: int = Field(default=64, ge=1, description="generations to evolve, of all searches together")
    local_iterations: int = Field(
        default=10, ge=0, description="steps (L-BFGS) in which the constants of a new formula are fitted; 0 for no fit"
    )
    local_probability: float = Field(
        default=1.0, ge=0, le=1, description="probability that the constants of a new formula are fitted"
    )
    tournament_size: int = Field(default=5, ge=1, description="formulas that compete to become a parent")
    crossover_probability: float = Field(default=1.0, ge=0, le=1, description="probability of crossover")
    mutation_probability: float = Field(default=0.25, ge=0, le=1, description="probability of mutation")
    epsilon: float = Field(
        default=1e-6, ge=0, description="formulas of one length whose R2 differ by less than this count as the same"
    )
    search_rows: int = Field(
        default=500,
        ge=1,
        description="rows that the search sees at most, drawn by the seed; what it finds is fitted on up to 10,000",
    )

    @model_validator(mode="after")
    def _check_that_operon_can_search(self) -> Self:
        if self.tournament_size > self.population_size:
            raise ValueError(
                f"tournament_size {self.tournament_size} is larger than population_size {self.population_size}"
            )
        if len(set(self.operators)) < len(self.operators):
            raise ValueError(f"operators names one twice: {', '.join(self.operators)}")
        return self

    @classmethod
    def unavailable(cls) -> str | None:
        """Return that pyoperon is missing, or of a version that was not tested, where it is."""
        if find_spec("pyoperon") is None:
            return f"pyoperon is not installed: {INSTALL}, on Linux (x86-64) or macOS 15 (Apple silicon)"
        return untested_version("pyoperon", TESTED)

    def warm_up(self) -> None:
        """Search a few rows for one generation."""
        from smoothdistill_core.searching import rehearse

        rehearse(self.model_copy(update={"generations": 1}))

    def distil(self, task: DistillationTask) -> Sequence[Candidate]:
        """Return the Pareto front of complexity and error: first the best constant, then ever longer formulas.

        Where the best formula of a complexity may have a pole, the best without one is there as well. Raises
        `DataError` for a task that `smoothdistill_core.searching.checked` refuses, and for inputs that are not finite
        in single precision.
        """
        from smoothdistill_operon.candidates import candidates

        return candidates(task, self)
