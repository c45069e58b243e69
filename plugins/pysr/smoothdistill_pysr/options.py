"""`MoreOptions`: the options of ``PySRRegressor`` that few recipes need; and those that none can give, and why."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator

JULIA_CODE = "it would run Julia code out of a recipe"
PYTHON_OBJECT = "it takes a Python object, which no recipe can hold"
ONE_THREAD = "a search runs on one thread, so that the same task gives the same formulas"
FILES = "run_directory says where the files of a run are kept"
QUIET = "progress goes to the logger 'smoothdistill'"
NO_EXPORT = "formulas are exported by smoothdistill"
NO_UNITS = "the inputs have no units: they are standardised"

RESERVED = {
    "model_selection": "the whole front is kept, and `choose` of the recipe picks from it",
    "operators": "give binary_operators, unary_operators and ternary_operators",
    "random_state": "it comes from the seed of the trial",
    "deterministic": ONE_THREAD,
    "parallelism": ONE_THREAD,
    "procs": ONE_THREAD,
    "cluster_manager": ONE_THREAD,
    "heap_size_hint_in_bytes": ONE_THREAD,
    "worker_timeout": ONE_THREAD,
    "worker_imports": ONE_THREAD,
    "loss_function": JULIA_CODE,
    "loss_function_expression": JULIA_CODE,
    "complexity_mapping": JULIA_CODE,
    "expression_spec": PYTHON_OBJECT,
    "type_spec": PYTHON_OBJECT,
    "mutations": PYTHON_OBJECT,
    "default_mutations": PYTHON_OBJECT,
    "plugins": PYTHON_OBJECT,
    "default_plugins": PYTHON_OBJECT,
    "logger_spec": PYTHON_OBJECT,
    "extra_sympy_mappings": PYTHON_OBJECT,
    "extra_torch_mappings": PYTHON_OBJECT,
    "extra_jax_mappings": PYTHON_OBJECT,
    "dimensional_constraint_penalty": NO_UNITS,
    "dimensionless_constants_only": NO_UNITS,
    "warm_start": "a killed search goes on by itself where run_directory keeps its files",
    "guesses": "a killed search goes on by itself where run_directory keeps its files",
    "output_directory": FILES,
    "run_id": FILES,
    "temp_equation_file": FILES,
    "tempdir": FILES,
    "delete_tempfiles": FILES,
    "tracing_file": FILES,
    "input_stream": QUIET,
    "progress": QUIET,
    "update_verbosity": QUIET,
    "output_jax_format": NO_EXPORT,
    "output_torch_format": NO_EXPORT,
    "update": "packages are not updated by a search",
}
"""The options of `PySRRegressor` that the plugin sets itself or refuses, with the reason."""

Share = Field(default=None, ge=0, le=1)
Weight = Field(default=None, ge=0)
Count = Field(default=None, ge=1)


class MoreOptions(BaseModel):
    """Every other option of `PySRRegressor` that plain data can give; what is left out is left to PySR."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    warmup_maxsize_by: float | None = Share
    loss_scale: Literal["log", "linear"] | None = None
    complexity_of_constants: float | None = Weight
    complexity_of_variables: float | None = Weight
    use_frequency: bool | None = None
    use_frequency_in_tournament: bool | None = None
    adaptive_parsimony_scaling: float | None = Weight
    alpha: float | None = Weight
    annealing: bool | None = None
    early_stop_condition: float | None = Weight
    fraction_replaced: float | None = Share
    fraction_replaced_hof: float | None = Share
    fraction_replaced_guesses: float | None = Share
    weight_add_node: float | None = Weight
    weight_insert_node: float | None = Weight
    weight_delete_node: float | None = Weight
    weight_do_nothing: float | None = Weight
    weight_mutate_constant: float | None = Weight
    weight_mutate_operator: float | None = Weight
    weight_mutate_feature: float | None = Weight
    weight_swap_operands: float | None = Weight
    weight_rotate_tree: float | None = Weight
    weight_randomize: float | None = Weight
    weight_simplify: float | None = Weight
    weight_optimize: float | None = Weight
    weight_backsolve: float | None = Weight
    crossover_probability: float | None = Share
    skip_mutation_failures: bool | None = None
    migration: bool | None = None
    hof_migration: bool | None = None
    topn: int | None = Count
    should_simplify: bool | None = None
    should_optimize_constants: bool | None = None
    optimizer_algorithm: Literal["BFGS", "NelderMead"] | None = None
    optimizer_nrestarts: int | None = Field(default=None, ge=0)
    optimizer_f_calls_limit: int | None = Count
    optimize_probability: float | None = Share
    optimizer_iterations: int | None = Count
    perturbation_factor: float | None = Weight
    probability_negate_constant: float | None = Share
    tournament_selection_n: int | None = Count
    tournament_selection_p: float | None = Share
    fast_cycle: bool | None = None
    turbo: bool | None = None
    bumper: bool | None = None
    autodiff_backend: Literal["Zygote", "Mooncake", "Enzyme"] | None = None
    verbosity: int | None = Field(default=None, ge=0)
    print_precision: int | None = Count
    use_tracing: bool | None = None
    denoise: bool | None = None
    select_k_features: int | None = Count

    @model_validator(mode="before")
    @classmethod
    def _name_what_is_reserved(cls, options: Any) -> Any:
        for name in options if isinstance(options, dict) else ():
            if name in RESERVED:
                raise ValueError(f"PySR's {name!r} is not for recipes, because {RESERVED[name]}; remove it")
        return options

    @model_serializer(mode="plain")
    def given(self) -> dict[str, Any]:
        """Return the options that were given."""
        return {name: value for name, value in self if value is not None}
