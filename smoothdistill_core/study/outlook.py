"""`Outlook`: what a run of a recipe would do, before it does it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from smoothdistill_core.store import CellState
from smoothdistill_core.study.pace import KindOfWork, Pace, kind_of_work
from smoothdistill_core.study.plan import Plan
from smoothdistill_core.study.remaining_tasks import remaining_tasks
from smoothdistill_core.study.tasks import Distillation, Scoring, Task, Training, keys_of
from smoothdistill_core.study.time_shares import WorkTime


@dataclass(frozen=True)
class Batch:
    """The cells of one teacher or one student (``who``, with its options) on one dataset.

    ``done`` have a result, ``failed`` are among those that failed before, ``to_run`` will be run. A teacher
    whose weights were not kept may be both done and to be run: where a new student or a new metric asks for it.
    ``to_score`` are done, and are scored by further metrics. ``seconds`` is what is to be run on one worker, None where
    nothing like it was measured; where a single cell was, it may hold what is done but once, such as to compile. To
    score takes little beside it.
    """

    dataset: str
    kind: Literal["teacher", "student"]
    who: str
    planned: int
    done: int
    failed: int
    to_run: int
    to_score: int
    seconds: float | None


@dataclass(frozen=True)
class Outlook:
    """The plan of a recipe against what its run folder holds.

    ``outside`` counts results of earlier plans; ``notices`` say what of the recipe is left out, and why. ``scored_by``
    are the metrics that finished cells lack, for which ``trained_again`` teachers are trained once more: those that
    only metrics ask for, and whose weights were not kept. Of the teachers that will be trained ``path_teachers`` lie on
    paths, and are ``path_networks``.
    """

    batches: tuple[Batch, ...]
    workers: int
    outside: int
    changes: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    scored_by: tuple[str, ...] = ()
    trained_again: int = 0
    path_teachers: int = 0
    path_networks: int = 0

    @property
    def seconds(self) -> float | None:
        """The expected time of the run; None where something of it was never measured."""
        known = [batch.seconds for batch in self.batches if batch.seconds is not None]
        return sum(known) / self.workers if len(known) == len(self.batches) else None

    @property
    def measured_seconds(self) -> float:
        """The expected time of what was measured."""
        return sum(batch.seconds or 0.0 for batch in self.batches) / self.workers

    @property
    def unmeasured(self) -> tuple[str, ...]:
        """The teachers and students that nothing is known of."""
        return tuple(dict.fromkeys(batch.who for batch in self.batches if batch.seconds is None))


def outlook(
    plan: Plan,
    known: Mapping[str, CellState],
    weights: Collection[str],
    *,
    keep_weights: bool,
    workers: int,
    changes: tuple[str, ...] = (),
    notices: tuple[str, ...] = (),
    budget: WorkTime | None = None,
) -> Outlook:
    """Return what a run of ``plan`` would do; of a ``budget`` see `remaining_tasks`."""
    pace = Pace.measured(plan, known)
    to_run: Counter[KindOfWork] = Counter()
    to_score: Counter[KindOfWork] = Counter()
    left = remaining_tasks(plan, known, weights, keep_weights=keep_weights, budget=budget)
    for task in left:
        if isinstance(task, Scoring):
            to_score[kind_of_work(task.of)] += 1
        else:
            to_run[kind_of_work(task)] += len(keys_of(task))
    metrics, again = _for_metrics(plan, left, known)
    on_paths = [task for task in left if isinstance(task, Training) and task.path]
    states: dict[_Place, Counter[str]] = defaultdict(Counter)
    tasks: list[Task] = [*plan.trainings, *plan.distillations]
    for task in tasks:
        place = _place(kind_of_work(task))
        for key in keys_of(task):
            states[place][known[key].state if key in known else "planned"] += 1
    batches = []
    for place, cells in states.items():
        running = {work: count for work, count in to_run.items() if _place(work) == place}
        batches.append(
            Batch(
                *place,
                planned=cells.total(),
                done=cells["done"],
                failed=cells["failed"],
                to_run=sum(running.values()),
                to_score=sum(count for work, count in to_score.items() if _place(work) == place),
                seconds=pace.at_most(running),
            )
        )
    number = {label: number for number, label in enumerate(plan.facts)}
    present = {cell.key for cell in plan.cells}
    outside = sum(state.state == "done" for key, state in known.items() if key not in present)
    return Outlook(
        tuple(sorted(batches, key=lambda b: number[b.dataset])),
        workers,
        outside,
        changes,
        notices,
        metrics,
        0 if keep_weights else again,
        sum(len(keys_of(task)) for task in on_paths),
        len(on_paths),
    )


_Place = tuple[str, Literal["teacher", "student"], str]
"""The first three fields of a batch."""


def _place(work: KindOfWork) -> _Place:
    return work.dataset, "student" if work.kind == "student" else "teacher", work.who


def _for_metrics(plan: Plan, left: Sequence[Task], known: Mapping[str, CellState]) -> tuple[tuple[str, ...], int]:
    """Return the metrics that finished cells lack, and how many teachers only these have trained again."""
    students = [task for task in left if isinstance(task, Distillation)]
    imitated = frozenset[str]().union(*(task.needs for task in students))
    again = [
        key
        for task in left
        if isinstance(task, Training)
        for key in keys_of(task)
        if key in known and known[key].state == "done"
    ]
    lacking = {metric.label for task in left if isinstance(task, Scoring) for metric in task.metrics}
    for key in again:
        lacking |= {metric.label for metric in plan.metrics_lacking("teachers", known[key].scored_by)}
    labels = tuple(metric.label for metric in plan.metrics if metric.label in lacking)
    return labels, len(set(again) - imitated) if labels else 0
