"""Which engine trains which job: the compiled one where it can, torch for everything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from smoothdistill_mlp import compiled, stacked
from smoothdistill_mlp.trained import Trained

if TYPE_CHECKING:
    from smoothdistill_core import TrainingJob
    from smoothdistill_mlp.teacher import MLP


def train(mlp: MLP, jobs: Sequence[TrainingJob]) -> list[Trained]:
    """Train all jobs; results in the order of the jobs."""
    results: dict[int, Trained] = {}
    engines: dict[str, Callable[[MLP, Sequence[TrainingJob]], list[Trained]]] = {
        "compiled": compiled.train,
        "torch": stacked.train,
    }
    for name, engine in engines.items():
        places = [place for place, job in enumerate(jobs) if mlp.engine_for(job.regularizer) == name]
        results |= zip(places, engine(mlp, [jobs[place] for place in places]), strict=True)
    return [results[place] for place in range(len(jobs))]
