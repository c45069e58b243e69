"""Running the study of one fit: in memory, and nothing of it stays behind."""

from __future__ import annotations

from dataclasses import dataclass

from smoothdistill_core.components import Role
from smoothdistill_core.errors import PluginError, ResultError
from smoothdistill_core.estimator.columns import Columns
from smoothdistill_core.estimator.report import named
from smoothdistill_core.estimator.teacher import FittedTeacher, most_accurate
from smoothdistill_core.executors.in_program import executor_of
from smoothdistill_core.recipe import Recipe
from smoothdistill_core.registry import Registry
from smoothdistill_core.results import Answer, Outcome, Results, formula_by_name
from smoothdistill_core.results.answer import BEST
from smoothdistill_core.results.formula_choice import UNRELIABLE
from smoothdistill_core.store import CellRecord, Store
from smoothdistill_core.study import Plan, Study
from smoothdistill_core.study.progress import ProgressCallback
from smoothdistill_core.wording.failures import failures_in_words


@dataclass(frozen=True)
class Fitted:
    """What came of a fit for one target: the formula that is kept, and the teachers of the front, by their cell's key.

    ``results`` are those for this target alone. ``doubts`` are sentences that the caller has to know.
    """

    results: Results
    outcome: Outcome
    teachers: dict[str, FittedTeacher]
    doubts: tuple[str, ...] = ()

    def teacher_of(self, outcome: Outcome) -> FittedTeacher | None:
        """Return the teacher that a formula imitates; of one found on the data itself, the most accurate teacher.

        None where none was wanted, or there was no time to train one.
        """
        record = _teacher_of(outcome, self.results)
        return None if record is None else self.teachers[record.cell.key]

    @property
    def answer(self) -> Answer:
        """The formulas of every size."""
        (answer,) = self.results.answers.values()
        return answer


def run(
    recipe: Recipe,
    registry: Registry,
    columns: Columns,
    choice: str,
    workers: int = 1,
    progress: ProgressCallback | None = None,
    imitate: bool = False,
    began: float | None = None,
    draw: bool = True,
) -> tuple[Results, list[Fitted]]:
    """Train the teachers, distil the students, and choose, for each dataset; to ``imitate`` leaves out those on data.

    A budget counts from when the fit ``began`` by the monotonic clock, and what it left undone is a doubt. So are
    single failures. To ``draw`` is to have the portrait of the answer, too. Raises `PluginError` where no teacher or no
    formula came out.
    """
    study = Study(recipe, registry)
    plan = study.plan()
    if imitate:
        _leave_direct_out(plan)
    with Store(None) as store:
        with executor_of(workers) as executor:
            results = study.run(
                plan=plan,
                workers=workers,
                executor=executor,
                progress=progress,
                store=store,
                began=began,
                draw=draw,
            )
        labels = [dataset.label for dataset in recipe.dataset]
        alone = [results] if len(labels) == 1 else [results.only(label) for label in labels]
        return results, [_fitted(own, recipe, columns, choice, store) for own in alone]


def _fitted(results: Results, recipe: Recipe, columns: Columns, choice: str, store: Store) -> Fitted:
    """Return what came of a fit for one target."""
    _check(results, recipe)
    outcome, doubts = _chosen(results, choice)
    (answer,) = results.answers.values()
    of_formulas = (_teacher_of(each, results) for each in (outcome, *answer.front))
    records = {record.cell.key: record for record in of_formulas if record is not None}
    weights = {key: store.weights(key) or b"" for key in records}
    known = {str(teacher): teacher for teacher in recipe.teacher}
    teachers = {
        key: FittedTeacher(
            known[record.cell.teacher],
            weights[key],
            record.cell.regularizer,
            record.cell.strength,
            record.scores,
            columns,
            outcome.scaling,
        )
        for key, record in records.items()
    }
    return Fitted(results, outcome, teachers, (*doubts, *_doubts(results, outcome)))


def _leave_direct_out(plan: Plan) -> None:
    """Drop the students on the data: where the data are a model's own predictions, that is the same work twice."""
    dropped = {cell.key for cell in plan.cells if cell.role is Role.DIRECT}
    plan.cells = [cell for cell in plan.cells if cell.key not in dropped]
    plan.distillations = [task for task in plan.distillations if task.key not in dropped]


def _teacher_of(outcome: Outcome, results: Results) -> CellRecord | None:
    return most_accurate(results) if outcome.teacher_cell is None else results.teachers[outcome.teacher_cell.key]


def _chosen(results: Results, choice: str) -> tuple[Outcome, list[str]]:
    """Return the formula that is kept, and what is to be said where the one that was wanted was not searched."""
    try:
        return formula_by_name(results, choice=choice), []
    except ResultError:
        if any(record.state == "spared" for record in results.cells):
            why = f"the first search left nothing to find, and the choice {choice!r} was spared"
        elif results.not_begun or _timed_out(results):
            why = f"there was no time for the choice {choice!r}"
        else:
            raise
        return formula_by_name(results), [f"{why}: the formula is {BEST!r}"]


def _timed_out(results: Results) -> bool:
    return any(record.stopped_after is not None for record in results.failed)


def _check(results: Results, recipe: Recipe) -> None:
    """Raise `PluginError` where no teacher came out, or no student that was asked for, but for want of time."""
    if recipe.budget.limit is not None and results.outcomes and (results.not_begun or _timed_out(results)):
        return
    asked = {str(student) for student in recipe.student}
    done = [record for record in results.cells if record.state == "done" and record.cell.student in asked]
    # the students of a teacher that failed fail with it
    of_teachers = recipe.distil.teachers != "none" and not results.teachers
    failed = [record for record in results.failed if (record.cell.role is Role.TEACHER) == of_teachers]
    told = "; ".join(dict.fromkeys(record.reason for record in failed))
    if of_teachers:
        raise PluginError(f"no teacher could be trained: {told}")
    if not done or not results.outcomes:
        refused = (results.refusal_of(record) for record in results.without_formula if record.cell.student in asked)
        why = told or f"none may be chosen: {next(refused, 'no student was run')}"
        raise PluginError(f"no formula was found: {why}")


def _doubts(results: Results, outcome: Outcome) -> list[str]:
    """Return what the caller has to know of a fit that came to an end."""
    doubts = list(results.limits_met)
    if outcome.role is Role.BASELINE and doubts:
        doubts.append(f"no search came to a better formula in time: this is the baseline {outcome.student}")
    if results.to_judge:
        doubts.append("the formulas were not judged together: which one is chosen on validation rows alone may be luck")
    if results.failed:
        reasons = "; ".join(failures_in_words(results.failed, named))
        doubts.append(f"{len(results.failed)} of {len(results.cells)} pieces of work failed: {reasons}")
    if outcome.chosen.pole and results.choose.poles != "allow":
        doubts.append(f"{outcome.chosen.pole} {UNRELIABLE}")
    return doubts
