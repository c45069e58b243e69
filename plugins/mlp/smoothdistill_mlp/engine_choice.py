"""Which engine trains which job: the compiled one where it can, torch for everything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from smoothdistill_mlp.compiled_penalty_codes import code_of

if TYPE_CHECKING:
    from smoothdistill_core import Regularizer, TrainingJob
    from smoothdistill_mlp.teacher import MLP
    from smoothdistill_mlp.trained import Trained


def engine_for(mlp: MLP, regularizer: Regularizer, outputs: int = 1) -> str:
    """Return the engine that trains with ``regularizer``: torch or compiled, which knows networks of one output."""
    if outputs > 1:
        return "torch"
    if mlp.engine != "auto":
        return mlp.engine
    return "compiled" if mlp.device == "cpu" and code_of(regularizer) is not None else "torch"


def train(mlp: MLP, jobs: Sequence[TrainingJob]) -> list[Trained]:
    """Train all jobs; results in the order of the jobs."""
    from smoothdistill_mlp import compiled_engine, torch_engine
    from smoothdistill_mlp.seeding import outputs_of

    results: dict[int, Trained] = {}
    engines: dict[str, Callable[[MLP, Sequence[TrainingJob]], list[Trained]]] = {
        "compiled": compiled_engine.train,
        "torch": torch_engine.train,
    }
    for name, engine in engines.items():
        places = [place for place, job in enumerate(jobs) if engine_for(mlp, job.regularizer, outputs_of(job)) == name]
        results |= zip(places, engine(mlp, [jobs[place] for place in places]), strict=True)
    return [results[place] for place in range(len(jobs))]
