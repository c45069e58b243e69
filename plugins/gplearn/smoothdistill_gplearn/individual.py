"""A program as gplearn's users meet it: gplearn's own, written out when it is looked at."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from gplearn._program import _Program

from smoothdistill_gplearn.generation import Generation
from smoothdistill_gplearn.samples import Samples

SETTINGS = (
    "function_set",
    "arities",
    "init_method",
    "const_range",
    "p_point_replace",
    "parsimony_coefficient",
    "feature_names",
)
"""Parameters of a search that each of its programs is told."""


def settings(params: dict[str, Any], rows: int, features: int, max_samples: int) -> dict[str, Any]:
    """Return what all programs of a search have in common, by the names of gplearn's attributes."""
    low, high = params["init_depth"]
    return {
        **{name: params[name] for name in SETTINGS},
        "init_depth": (low, high + 1),
        "n_features": features,
        "metric": params["_metric"],
        "transformer": params["_transformer"],
        "raw_fitness_": None,
        "fitness_": None,
        "_n_samples": rows,
        "_max_samples": max_samples,
    }


class Individual(_Program):  # type: ignore[misc]
    """Program number ``index`` of a generation."""

    def __init__(self, generation: Generation, index: int, shared: dict[str, Any]) -> None:
        self.__dict__.update(shared)
        self.generation, self.index = generation, index

    @cached_property
    def program(self) -> list[Any]:
        """The functions, numbers of columns and constants, in prefix order."""
        return self.generation.program(self.index)

    @cached_property
    def parents(self) -> dict[str, Any] | None:
        """How the program came to be, as gplearn notes it."""
        return self.generation.parents(self.index)

    @property
    def length_(self) -> int:
        """The number of nodes."""
        return self.generation.lengths[self.index]

    def fitness(self, parsimony_coefficient: Any = None) -> Any:
        """Return the raw fitness less the penalty of the length."""
        if parsimony_coefficient is None:
            parsimony_coefficient = self.parsimony_coefficient
        penalty = parsimony_coefficient * self.length_ * self.metric.sign
        return self.raw_fitness_ - penalty

    def get_all_indices(
        self, n_samples: int | None = None, max_samples: int | None = None, random_state: Any = None
    ) -> tuple[Any, Any]:
        """Return the rows in the sample and those left out."""
        return self.sample(Samples(self._n_samples, self._max_samples))

    def sample(self, samples: Samples) -> tuple[Any, Any]:
        """Return what ``samples`` gives this program."""
        programs = self.generation.programs
        return samples(int(self.generation.seeds[self.index]), int(programs.words[self.index]))
