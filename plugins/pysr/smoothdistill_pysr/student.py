"""`PySRStudent`: symbolic regression by PySR; its options and the search."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic.config import JsonDict

from smoothdistill_core import Candidate, DataError, DistillationTask, PluginError, RecipePath, Student
from smoothdistill_core.components import digest
from smoothdistill_core.errors import FormulaError
from smoothdistill_pysr.hall_of_fame import Entry
from smoothdistill_pysr.julia import missing
from smoothdistill_pysr.mappings import Complexities, Depths, Sizes
from smoothdistill_pysr.names import Binary, Ternary, Unary
from smoothdistill_pysr.options import RESERVED, MoreOptions

TOURNAMENT = 15
"""PySR's default of ``tournament_selection_n``."""

LOSS = (
    r"(L1DistLoss|L2DistLoss|LogitDistLoss)\(\)|(HuberLoss|L1EpsilonInsLoss|L2EpsilonInsLoss|PeriodicLoss|QuantileLoss)"
    r"\([0-9.]+\)|LPDistLoss\{[0-9.]+\}\(\)"
)
"""The losses of LossFunctions.jl for regression; PySR would run any other text as Julia code."""

EMPTY: JsonDict = {"default": {}}
"""What the JSON schema has for the default of a mapping."""

_log = logging.getLogger("smoothdistill")


class PySRStudent(Student):
    """Symbolic regression by PySR: evolving populations in Julia; every formula of the hall of fame is returned.

    The options are those of `pysr.PySRRegressor`, with PySR's names and defaults (Cranmer 2023, arXiv 2305.01582).
    A search runs in a process of its own, on one thread, and gives the same formulas for the same task.
    """

    name = "pysr"
    weighs_rows = True
    libraries = ("pysr",)

    niterations: int = Field(default=100, ge=1, description="iterations; populations exchange formulas after each")
    populations: int = Field(default=31, ge=1, description="how many populations evolve side by side")
    population_size: int = Field(default=27, ge=2, description="formulas in each population")
    ncycles_per_iteration: int = Field(
        default=380, ge=1, description="mutations in an iteration, for each 10 formulas of a population"
    )
    maxsize: int = Field(default=30, ge=7, description="largest complexity of a formula")
    maxdepth: int | None = Field(default=None, ge=1, description="largest depth of a formula; null for maxsize")
    binary_operators: tuple[Binary, ...] = Field(
        default=("+", "-", "/", "*"), min_length=1, description="operators of two arguments that a formula may use"
    )
    unary_operators: tuple[Unary, ...] = Field(
        default=(), description="operators of one argument that a formula may use"
    )
    ternary_operators: tuple[Ternary, ...] = Field(
        default=(), description="operators of three arguments that a formula may use (PySR's operators[3])"
    )
    constraints: Sizes = Field(
        default=(),
        json_schema_extra=EMPTY,
        description='largest complexity of the arguments of operators, -1 for any: {"^": [-1, 1], exp: 5}',
    )
    nested_constraints: Depths = Field(
        default=(),
        json_schema_extra=EMPTY,
        description="how often operators may stand inside an operator: {sin: {sin: 0, exp: 1}}",
    )
    complexity_of_operators: Complexities = Field(
        default=(),
        json_schema_extra=EMPTY,
        description="what a use of an operator adds to the complexity, where it is not 1: {exp: 3}",
    )
    parsimony: float = Field(default=0.0, ge=0, description="penalty for each unit of complexity")
    elementwise_loss: str | None = Field(
        default=None,
        pattern=rf"^({LOSS})$",
        description="a loss of LossFunctions.jl, as in L1DistLoss(), HuberLoss(0.5) or LPDistLoss{3}(); null for "
        "L2DistLoss(), the squared error",
    )
    precision: Literal[32, 64] = Field(
        default=32, description="bits of the numbers of the search; formulas are always evaluated with 64"
    )
    batching: bool | Literal["auto"] = Field(
        default="auto", description="compare formulas on batches of the rows; auto leaves it to PySR"
    )
    batch_size: int | None = Field(default=None, ge=1, description="rows in a batch; null leaves it to PySR")
    max_evals: int | None = Field(default=None, ge=1, description="end the search after this many evaluations")
    timeout_in_seconds: float | None = Field(
        default=None,
        gt=0,
        description="end the search after this time; what it finds then depends on the speed of the machine",
    )
    more: MoreOptions = Field(
        default=MoreOptions(), description="any other option of PySRRegressor, as in {topn: 20, weight_optimize: 0.001}"
    )
    run_directory: RecipePath | None = Field(
        default=None,
        description="folder that keeps the files of PySR, in one folder a search, so that a killed search goes on "
        "from its formulas; null for none",
    )

    @classmethod
    def unavailable(cls) -> str | None:
        """Say what PySR lacks on this machine."""
        return missing()

    @model_validator(mode="before")
    @classmethod
    def _name_what_belongs_elsewhere(cls, options: Any) -> Any:
        for name in options if isinstance(options, dict) else ():
            if name in RESERVED:
                raise ValueError(f"PySR's {name!r} is not for recipes, because {RESERVED[name]}; remove it")
            if name in MoreOptions.model_fields:
                raise ValueError(f"PySR's {name!r} is one of the options below `more`; write more: {{{name}: ...}}")
        return options

    @field_validator("binary_operators", "unary_operators", "ternary_operators", mode="before")
    @classmethod
    def _refuse_julia_code(cls, operators: Any) -> Any:
        for operator in operators if isinstance(operators, tuple) else ():
            if isinstance(operator, str) and any(sign in operator for sign in "(="):
                raise ValueError(
                    f"the operator {operator!r} is a definition in Julia, which smoothdistill could neither read nor "
                    "run safely; give names of PySR's own operators"
                )
        return operators

    @field_validator("constraints", "nested_constraints", "complexity_of_operators")
    @classmethod
    def _name_operators_of_the_search(cls, pairs: Any, info: ValidationInfo) -> Any:
        arities = _arities(info.data)
        if arities is None:  # the operators themselves are wrong, which is said
            return pairs
        named = [name for name, _ in pairs]
        if info.field_name == "nested_constraints":
            named += [inner for _, inside in pairs for inner, _ in inside]
        for name in named:
            if name not in arities:
                raise ValueError(
                    f"{info.field_name} names {name!r}, which the search does not use; add it to the "
                    "operators, or remove it"
                )
        if info.field_name == "constraints":
            for name, sizes in pairs:
                _check_sizes(name, sizes, arities[name])
        return pairs

    @model_validator(mode="after")
    def _check_that_pysr_can_search(self) -> Self:
        if (self.more.tournament_selection_n or TOURNAMENT) > self.population_size:
            raise ValueError(
                f"a tournament of {self.more.tournament_selection_n or TOURNAMENT} needs as many formulas, and "
                f"population_size is {self.population_size}; raise it, or lower tournament_selection_n below more"
            )
        return self

    def identity(self) -> dict[str, Any]:
        """Return all that decides the results: not where the files are kept."""
        identity = super().identity()
        del identity["options"]["run_directory"]
        return identity

    def distil(self, task: DistillationTask) -> Sequence[Candidate]:
        """Return PySR's whole front, the simplest formula first.

        At the task's deadline it is the front by then, or the mean where there is none. Raises `PluginError` where PySR
        or Julia is missing, and `DataError` for a task that `smoothdistill_core.searching.checked` refuses.
        """
        from smoothdistill_core.searching import checked

        if reason := self.unavailable():
            raise PluginError(f"the student 'pysr' is unavailable: {reason}")
        task = checked(task)
        arguments = self.arguments(task.seed)
        if self.run_directory is None:
            with tempfile.TemporaryDirectory(prefix="smoothdistill-pysr-", ignore_cleanup_errors=True) as kept:
                return self._searched(arguments, _new(Path(kept) / "run"), task)
        from filelock import FileLock

        folder = _new(self.run_directory.resolve() / self._key(task))
        with FileLock(folder / "lock"):
            return self._searched(arguments, folder, task)

    def _searched(self, arguments: dict[str, Any], folder: Path, task: DistillationTask) -> list[Candidate]:
        from smoothdistill_core.searching import best_constant
        from smoothdistill_pysr.search import run

        front = run(arguments, folder, task.X, task.y, task.weights, task.deadline)
        return _candidates(front, task) if front else [best_constant(task).candidate]

    def arguments(self, seed: int) -> dict[str, Any]:
        """Return what ``PySRRegressor`` is built with, as plain JSON data."""
        own = self.model_dump(mode="json", exclude={"more", "run_directory", "ternary_operators"})
        arguments = {name: value for name, value in own.items() if value not in (None, [], {}, "auto")}
        if self.ternary_operators:
            operators = {"1": self.unary_operators, "2": self.binary_operators, "3": self.ternary_operators}
            arguments["operators"] = {arity: list(names) for arity, names in operators.items() if names}
            for name in ("unary_operators", "binary_operators"):
                arguments.pop(name, None)
        return {
            **arguments,
            **self.more.given(),
            "random_state": seed % 2**32,  # as many bits as numpy's RandomState takes
            "deterministic": True,
            "parallelism": "serial",
            "progress": False,
            "input_stream": "devnull",
        }

    def _key(self, task: DistillationTask) -> str:
        """Return the name of the folder of one search: it stands for all that decides what is found."""
        import numpy as np

        arrays = [None if a is None else np.ascontiguousarray(a, dtype=float) for a in (task.X, task.y, task.weights)]
        seen = [None if a is None else [list(a.shape), hashlib.sha256(a.tobytes()).hexdigest()] for a in arrays]
        return digest({"student": self.identity(), "seed": task.seed, "data": seen})


def _arities(given: dict[str, Any]) -> dict[str, int] | None:
    """Return the number of arguments of each operator of a search, or None where some are not valid."""
    fields = ("unary_operators", "binary_operators", "ternary_operators")
    if not all(field in given for field in fields):
        return None
    return {name: arity for arity, field in enumerate(fields, start=1) for name in given[field]}


def _check_sizes(name: str, sizes: int | tuple[int, ...], arity: int) -> None:
    """Raise ValueError unless there is one size for each argument of an operator."""
    if arity == 1 and not isinstance(sizes, int):
        raise ValueError(f"constraints of {name!r} concern its one argument; write one whole number")
    if arity > 1 and (isinstance(sizes, int) or len(sizes) != arity):
        raise ValueError(f"constraints of {name!r} concern its {arity} arguments; write a list of {arity}")
    if name in ("+", "plus", "-", "sub") and isinstance(sizes, tuple) and sizes[0] != sizes[1]:
        raise ValueError(f"constraints of {name!r} must be the same for both arguments; write {list(sizes[:1] * 2)}")


def _candidates(front: Sequence[Entry], task: DistillationTask) -> list[Candidate]:
    """Turn a front into candidates; an equation with a constant that is not finite is left out, and that is said."""
    from smoothdistill_pysr.equation import to_formula
    from smoothdistill_pysr.prediction import Prediction

    candidates, inputs = [], task.X.shape[1]
    for entry in front:
        try:
            formula = to_formula(entry.equation, inputs)
        except FormulaError as error:
            _log.warning("pysr: a formula of the front is left out: %s", error)
            continue
        candidates.append(Candidate(formula, Prediction(entry.equation)))
    if not candidates:
        raise DataError("PySR found no formula that can be used; choose other operators")
    return candidates


def _new(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
