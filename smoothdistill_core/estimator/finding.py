"""`found`: from what an estimator is told, and checked rows, to everything that its study finds."""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from joblib import effective_n_jobs
from sklearn.utils import check_random_state

from smoothdistill_core.components import Table
from smoothdistill_core.estimator.as_recipe import recipe_of
from smoothdistill_core.estimator.asking import answers_of
from smoothdistill_core.estimator.choice import choice_of
from smoothdistill_core.estimator.columns import Columns
from smoothdistill_core.estimator.fitting import Fitted, run
from smoothdistill_core.estimator.in_memory import InMemory
from smoothdistill_core.recipe import Problem, RecipeError
from smoothdistill_core.registry import Registry
from smoothdistill_core.results import Results
from smoothdistill_core.study import Progress
from smoothdistill_core.wording.so_far import Improvements, scores_so_far

if TYPE_CHECKING:
    from smoothdistill_core.estimator.distilling import Distilling

SEEDS = 2**31 - 1
"""A seed that is drawn is below this."""


def found(
    estimator: Distilling,
    tables: Sequence[Table],
    columns: Columns,
    parameters: Mapping[str, Any],
    began: float,
    *,
    imitate: bool,
    weights: str | None = None,
) -> tuple[Results, list[Fitted]]:
    """Run the study of a fit that ``began`` then, by the monotonic clock; to ``imitate`` is to explain a model.

    Several ``tables`` have a target each of the same rows. ``parameters`` are those of the estimator; ``weights`` is
    the column that weighs the rows, if one does.
    """
    registry = estimator.registry or Registry()
    seed = _seed(estimator.random_state)
    recipe = recipe_of(parameters, InMemory.of_several(tables), seed, registry, type(estimator).__name__, weights)
    choice = choice_of(recipe, estimator.choice, registry, imitate=imitate)
    if imitate:
        (table,) = tables
        answers = InMemory.of(answers_of(recipe, table)).model_copy(update={"units": recipe.dataset[0].units})
        recipe = recipe.model_copy(update={"dataset": (answers,)})
    if estimator.n_jobs is not None and not isinstance(estimator.n_jobs, numbers.Integral):
        wrong = f"{estimator.n_jobs!r} is no number of processes"
        raise RecipeError([Problem(recipe.name, ("n_jobs",), wrong, "say a whole number, or -1 for all cores")])
    workers = int(effective_n_jobs(estimator.n_jobs))
    told = partial(_tell, estimator, improvements=Improvements())
    draw = recipe.budget.limit is None  # for a report, which may never be written
    return run(recipe, registry, columns, choice, workers, told, imitate=imitate, began=began, draw=draw)


def _tell(estimator: Distilling, progress: Progress, improvements: Improvements) -> None:
    """Print how far it is, if it is wanted, and call who wants to know."""
    if estimator.verbose:
        if (best := improvements.new(progress)) is not None:
            print(f"best so far, {scores_so_far(best)}: {best.text}")
        done = progress.done + progress.failed
        left = "" if progress.seconds_left is None else f", about {progress.seconds_left:.0f} s left"
        now = f"; now: {progress.running[0]}" if done == progress.total and progress.running else ""
        print(f"{done} of {progress.total} done{left}{now}")
    if estimator.progress is not None:
        estimator.progress(progress)


def _seed(random_state: Any) -> int:
    """Return the seed that a random state stands for: an integer itself, else one that is drawn."""
    random = check_random_state(random_state)
    return int(random_state) if isinstance(random_state, numbers.Integral) else int(random.randint(SEEDS))
