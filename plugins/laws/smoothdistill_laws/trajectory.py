"""`Trajectory`: the states of a system along its ways through time, and how fast one of them changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationInfo, WithJsonSchema, field_validator

from smoothdistill_core import DataError, Dataset, Table
from smoothdistill_core.errors import did_you_mean
from smoothdistill_laws.law import formula_over
from smoothdistill_laws.law_table import law_table
from smoothdistill_laws.options import Noise, Seed, Title
from smoothdistill_laws.ranges import Ranges

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smoothdistill_core import Formula

TOLERANCE = 1e-10
"""The error that a step of the integration may make, relative to the state, and to the width of its range."""

MOST_EVALUATIONS = 100_000
"""So often the derivatives are asked for at most: a system that takes more is too stiff, or runs away."""


def _pairs(given: Any) -> Any:
    """Take a mapping for pairs, which are immutable."""
    if not isinstance(given, Mapping):
        return given
    for state, expression in given.items():
        if not isinstance(expression, str):
            raise DataError(f"the derivative of {state!r} is {expression!r}; write an expression, as text")
    return tuple(given.items())


System = Annotated[
    tuple[tuple[str, str], ...],
    BeforeValidator(_pairs),
    PlainSerializer(dict),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1}),
]
"""The derivative of each state, by name and in their order: a mapping in recipes."""


class Trajectory(Dataset):
    """States of a system of differential equations along a few trajectories; the target is the derivative of one."""

    name = "trajectory"
    system: System = Field(description="the derivative of each state by time, as {name: expression}", min_length=1)
    state: str = Field(description="the state whose derivative is the target")
    ranges: Ranges = Field(description="the range of each state at the start, as {name: [low, high]}")
    time: Annotated[float, Field(gt=0, description="how long each trajectory lasts")]
    trajectories: Annotated[int, Field(ge=1, description="the number of trajectories")] = 4
    rows: Annotated[int, Field(ge=10, le=10_000_000, description="the number of rows, of all trajectories")] = 400
    noise: Noise = 0.0
    seed: Seed = Field(0, description="the seed of starts and noise")
    target: str = Field("", description="the name of the target column; left out, as in dx/dt")
    title: Title = Field("", description="what tables and messages call it; left out, the equation")

    @field_validator("system")
    @classmethod
    def _reads_states_only(cls, system: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        from smoothdistill_laws.grammar import parsed, reserved

        states = [state for state, _ in system]
        for state, expression in system:
            if taken := reserved(state):
                raise DataError(f"{state!r} cannot be a state, it is {taken}; name the state otherwise")
            try:
                names = parsed(expression).names
            except DataError as error:
                raise DataError(f"the derivative of {state!r}: {error}") from None
            for name in names:
                if name not in states:
                    wrong = f"the derivative of {state!r} reads {name!r}, which is no state"
                    raise DataError(
                        f"{wrong}; give its derivative too, or write another name ({did_you_mean(name, states)})"
                    )
        return system

    @field_validator("state")
    @classmethod
    def _is_of_the_system(cls, state: str, info: ValidationInfo) -> str:
        from smoothdistill_laws.grammar import parsed

        system = dict(info.data.get("system", ()))
        if system and state not in system:
            raise DataError(f"there is no state {state!r}; {did_you_mean(state, system)}")
        if system and not parsed(system[state]).names:
            raise DataError(f"the derivative of {state!r} is constant; choose a state whose derivative is not")
        return state

    @field_validator("ranges")
    @classmethod
    def _are_of_the_states(cls, ranges: Ranges, info: ValidationInfo) -> Ranges:
        system = dict(info.data.get("system", ()))
        for state in system:
            if state not in ranges:
                raise DataError(f"the state {state!r} has no range; give it one, as in {state}: [1, 5]")
        for name in ranges:
            if system and name not in system:
                raise DataError(f"{name!r} is no state; remove its range, or rename it ({did_you_mean(name, system)})")
        return ranges

    @field_validator("rows")
    @classmethod
    def _are_shared_evenly(cls, rows: int, info: ValidationInfo) -> int:
        trajectories = info.data.get("trajectories", 1)
        if rows % trajectories or rows < 2 * trajectories:
            wrong = f"{rows} rows cannot be shared evenly by {trajectories} trajectories"
            raise DataError(f"{wrong}; choose a multiple of {trajectories}, at least twice as many")
        return rows

    @field_validator("target")
    @classmethod
    def _is_no_state(cls, target: str, info: ValidationInfo) -> str:
        if target and not target.strip():
            raise DataError("the name of the target is empty; leave it out, and it is as in dx/dt")
        if target in dict(info.data.get("system", ())):
            raise DataError(f"{target!r} is a state of the system; name the target otherwise")
        return target

    @property
    def label(self) -> str:
        """The title, or else the equation."""
        return self.title or f"{self._target} = {' '.join(dict(self.system)[self.state].split())}"

    @property
    def _target(self) -> str:
        return self.target or f"d{self.state}/dt"

    def load(self) -> Table:
        """Return the states at equal steps of time, one trajectory after the other, and the derivative of one state.

        Each trajectory begins in another part of the range of each state. Raises `DataError` where the system has no
        value on the way, or runs away.
        """
        import numpy as np

        states = [state for state, _ in self.system]
        laws = {state: formula_over(states, expression) for state, expression in self.system}
        random = np.random.default_rng(self.seed)
        X = self._integrated(laws, random)
        equations = ", ".join(f"d{state}/dt = {law.text(states, digits=6)}" for state, law in laws.items())
        return law_table(
            laws[self.state],
            X,
            states,
            self._target,
            label=self.label,
            noise=self.noise,
            random=random,
            notes=[f"the rows are states on {self.trajectories} trajectories until time {self.time:g} of {equations}"],
        )

    def _integrated(self, laws: Mapping[str, Formula], random: np.random.Generator) -> NDArray[np.float64]:
        """Return the states (rows, number of states); all trajectories are integrated together."""
        import numpy as np
        from scipy.integrate import solve_ivp

        low, high = np.array([self.ranges[state] for state in laws]).T
        parts = random.permuted(np.tile(np.arange(self.trajectories), (len(laws), 1)), axis=1).T
        start = low + (high - low) * (parts + random.uniform(size=parts.shape)) / self.trajectories
        evaluations = 0

        def slopes(time: float, flat: NDArray[np.float64]) -> NDArray[np.float64]:
            nonlocal evaluations
            evaluations += 1
            X = flat.reshape(start.shape)
            found = np.column_stack([law.predict(X) for law in laws.values()]).ravel()
            if evaluations > MOST_EVALUATIONS or (time == 0 and not np.isfinite(found).all()):
                raise self._stuck(time)
            return found

        with np.errstate(all="ignore"):
            solution = solve_ivp(
                slopes,
                (0.0, self.time),
                start.ravel(),
                method="DOP853",
                t_eval=np.linspace(0.0, self.time, self.rows // self.trajectories),
                rtol=TOLERANCE,
                atol=TOLERANCE * np.tile(high - low, self.trajectories),
            )
        if not solution.success or not np.isfinite(solution.y).all():
            raise self._stuck(solution.t[-1] if len(solution.t) else 0.0)
        ways: NDArray[np.float64] = solution.y.T.reshape(-1, *start.shape)
        return ways.transpose(1, 0, 2).reshape(self.rows, len(laws))

    def _stuck(self, time: float) -> DataError:
        wrong = f"{self.label}: the system cannot be followed beyond time {time:g} of {self.time:g}"
        return DataError(f"{wrong}: it has no value there, or runs away; choose other ranges, or a shorter time")
