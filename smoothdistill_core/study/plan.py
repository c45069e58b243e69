"""`Plan`: the cells of a recipe, what each is there for, and the tasks that answer them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from smoothdistill_core.components import Dataset, Metric, Regularizer, Role, Student, Teacher, at_strength, loaded
from smoothdistill_core.components.secret import asked
from smoothdistill_core.errors import DataError, one_line
from smoothdistill_core.preparation import Preparation, SplitFacts, fingerprint, learn
from smoothdistill_core.recipe import Distil, Problem, Recipe, RecipeError, Sweep
from smoothdistill_core.recipe.defaults import OF_PROBABILITIES, ONE_INPUT
from smoothdistill_core.registry import Registry
from smoothdistill_core.store import Cell, TrialRecord
from smoothdistill_core.study.identity import Identity, TrialIdentity
from smoothdistill_core.study.tasks import Distillation, TeacherSearch, Trained, Training, trainer
from smoothdistill_core.study.together import Prepared, Together, together
from smoothdistill_core.trial import Scored, Trial, scoring
from smoothdistill_core.trial.log_odds import has_log_odds, refused_loss

BY_ITSELF = {"extra": "none", "refit": "none", "prune": False}
"""How a baseline is distilled: it is itself, whatever becomes of other formulas."""

SEEDS_A_RUN = 1000
"""The seed of a trial is the first + run * 1000 + its number in the run, so that adding seeds moves no other seed."""


@dataclass
class Plan:
    """All that a recipe asks for, in the order in which it is shown and worked off."""

    metrics: tuple[Metric, ...]
    """Those of the recipe, and where a target has two values those of probabilities."""
    determined_by: dict[str, str] = field(default_factory=dict)
    """What determines the scores of each metric, by its label; see `MetricFacts.identity`."""
    trials: list[TrialRecord] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    trainings: list[Training] = field(default_factory=list)
    distillations: list[Distillation] = field(default_factory=list)
    facts: dict[str, SplitFacts] = field(default_factory=dict)
    """The facts of each dataset's first split, by label."""
    notices: tuple[str, ...] = ()
    """What is not as one may expect: teachers that learn several targets one by one, and why."""
    of_targets: dict[tuple[Any, ...], int] = field(default_factory=dict)
    """The place of each training of several targets, by all that its targets have in common."""
    preparations: dict[str, Preparation] = field(default_factory=dict)
    """What was prepared as a check, by its trial's key: it is taken out, and not made again, when the trial is run."""

    def score_by(self, metrics: Iterable[Metric]) -> None:
        """Add the metrics that it does not have."""
        known = {metric.label for metric in self.metrics}
        new = tuple(metric for metric in metrics if metric.label not in known)
        self.metrics += new
        self.determined_by |= {metric.label: metric.facts().identity for metric in new}

    @cached_property
    def trial_of(self) -> dict[str, Trial]:
        """Each trial that students work on, by its key."""
        return {task.trial_key: task.trial for task in self.distillations}

    @property
    def ranks(self) -> dict[str, int]:
        """The place of each trial among those of its dataset, by its key: all datasets have their first one first."""
        seen: Counter[str] = Counter()
        ranks = {}
        for trial in self.trials:
            ranks[trial.key] = seen[trial.dataset]
            seen[trial.dataset] += 1
        return ranks

    def scored_by(self, of: Scored) -> dict[str, str]:
        """Return what determines the metrics that teachers, or formulas, are scored by, by their labels."""
        return {metric.label: self.determined_by[metric.label] for metric in scoring(self.metrics, of)}

    def metrics_lacking(self, of: Scored, scored_by: Mapping[str, str]) -> tuple[Metric, ...]:
        """Return the metrics that what was ``scored_by`` others, or by them as they were, lacks the scores of."""
        metrics, wanted = scoring(self.metrics, of), self.scored_by(of)
        return tuple(metric for metric in metrics if wanted[metric.label] != scored_by.get(metric.label))


def make_plan(recipe: Recipe, registry: Registry) -> Plan:
    """Load every dataset, prepare it once as a check, and list the cells.

    Raises `DataError` with what is wrong with any of the datasets, before any work starts, `PluginError` for a
    metric that says what means nothing, and `RecipeError` where two entries of the recipe come to the same work.
    """
    plan = Plan(())
    prepared: list[Prepared] = []
    plan.score_by(recipe.metric)
    baselines = _baselines(recipe, registry)
    of_probabilities = _of_probabilities(registry)
    identity = Identity((*recipe.metric, *of_probabilities))
    problems = []
    for dataset in recipe.dataset:
        try:
            checked, data = _learnt(dataset, recipe)
        except Exception as error:  # noqa: BLE001 a dataset plugin may raise anything; the others are checked too
            problems.append(f"dataset {dataset.label!r}: {one_line(error)}")
            continue
        plan.facts[dataset.label] = checked.facts
        prepared.append(Prepared(dataset, checked, data))
        if has_log_odds(checked.facts):
            plan.score_by(of_probabilities)
            trained = recipe.teacher if recipe.distil.teachers != "none" else ()
            unfit = [teacher for teacher in trained if "logistic" not in teacher.losses]
            problems += [f"dataset {dataset.label!r}: {refused_loss(each, checked.facts.scaling)}" for each in unfit]
    if problems:
        raise DataError("\n".join(problems))
    groups = together(prepared)
    for each in prepared:
        first, prepare = len(plan.trials), recipe.prepare
        if has_log_odds(each.learnt.facts):
            prepare = prepare.model_copy(update={"target": "logit"})  # whatever made it so
        for run in range(recipe.trials.runs):
            for number in range(recipe.trials.seeds):
                test_seed = recipe.trials.first_seed if recipe.trials.test == "shared" else None
                trial = Trial(each.dataset, each.data, prepare, _seed(recipe, run, number), test_seed=test_seed)
                cells = _TrialCells(plan, recipe, trial, identity.of(trial), groups.get(each.dataset.label))
                cells.add(run, baselines)
        plan.preparations[plan.trials[first].key] = each.learnt
    _check_no_work_twice(plan, recipe)
    return plan


def _check_no_work_twice(plan: Plan, recipe: Recipe) -> None:
    """Raise `RecipeError` where two entries of a recipe come to the same work: a result belongs to one cell."""
    cells: dict[str, Cell] = {}
    for cell in plan.cells:
        if (first := cells.setdefault(cell.key, cell)) is not cell:
            key = "student" if cell.student else "teacher"
            wrong = f"{_in_words(first)} and {_in_words(cell)} come to the same work"
            raise RecipeError([Problem(recipe.name, (key,), wrong, "leave out one of them")])


def _in_words(cell: Cell) -> str:
    penalty = at_strength(cell.regularizer, cell.strength) if cell.regularizer else ""
    return ", ".join(part for part in (cell.student, cell.teacher, penalty) if part)


def _learnt(dataset: Dataset, recipe: Recipe) -> tuple[Preparation, str]:
    """Return a dataset as its first trial has it, and its fingerprint."""
    table = asked(dataset, partial(loaded, dataset))
    learnt = learn(table, recipe.prepare, _seed(recipe, 0, 0))
    screened = set() if recipe.prepare.screen is None else {str(column) for column in table.frame.columns}
    recipe.choose.monotone.check(learnt.facts.scaling, screened)
    return learnt, fingerprint(table)


class _TrialCells:
    """Adds the cells of one trial to a plan."""

    def __init__(
        self, plan: Plan, recipe: Recipe, trial: Trial, identity: TrialIdentity, together: Together | None
    ) -> None:
        self._together = together
        self._plan = plan
        self._recipe = recipe
        self._trial = trial
        self._identity = identity
        self._unless: str | None = None
        """The key of the search that spares the later ones if it leaves nothing to find."""

    def add(self, run: int, baselines: Sequence[Student]) -> None:
        """Add all cells: baselines, which take no time, students on the data, then each teacher with its students."""
        recipe, plan = self._recipe, self._plan
        plan.trials.append(TrialRecord(self._identity.key, self._trial.dataset.label, run, self._trial.seed))
        by_itself, searches = recipe.distil.model_copy(update=BY_ITSELF), [s for s in recipe.student if not s.baseline]
        direct = {self._identity.student(student, recipe.distil, None) for student in searches}
        for baseline in baselines:
            if self._identity.student(baseline, by_itself, None) not in direct:  # one that the recipe lists is enough
                self._add_student(Role.BASELINE, baseline, by_itself)
        for student in searches:
            self._add_student(Role.DIRECT, student, recipe.distil)
            if recipe.distil.spare and self._unless is None:
                self._unless = plan.distillations[-1].key
        searched: dict[str, Teacher] = {}
        for teacher in recipe.teacher if recipe.distil.teachers != "none" else ():
            for sweep in recipe.sweeps_of(teacher):
                cells = self._add_training(teacher, sweep)
                for cell in cells:
                    plan.cells.append(cell)
                    searched[cell.key] = teacher
                    for student in recipe.student if recipe.distil.teachers == "all" else ():
                        self._add_student(Role.TAUGHT, student, recipe.distil, teacher, cell)
                if recipe.distil.teachers == "each":
                    self._add_students_of_the_best({cell.key: teacher for cell in cells}, str(teacher), sweep.label)
        if recipe.distil.teachers == "best":
            self._add_students_of_the_best(searched, f"best of {len(searched)} teachers")

    def _add_training(self, teacher: Teacher, sweep: Sweep) -> list[Cell]:
        """Add the training of a sweep; return its cells, which are still to be added."""
        regularizer, path = sweep.regularizer, sweep.strengths if sweep.path else ()
        trains, name, label = trainer(teacher, path), str(teacher), sweep.label
        targets = self._learnt_together(teacher, regularizer)
        cells = [
            Cell(
                self._identity.teacher(trains, regularizer, strength, path[:place] if path else None, targets),
                self._identity.key,
                Role.TEACHER,
                teacher=name,
                regularizer=label,
                strength=strength,
            )
            for place, strength in enumerate(sweep.strengths)
        ]
        keyed = tuple(Trained(cell.key, regularizer, cell.strength) for cell in cells)
        training = Training(self._trial, self._identity.key, teacher, keyed, path)
        trainings = self._plan.trainings
        first = len(trainings)
        if targets:
            first = self._plan.of_targets.setdefault((targets, self._trial.seed, name, label, sweep.strengths), first)
        if first < len(trainings):
            trainings[first] = trainings[first].with_target(training)
        else:
            trainings.append(training)
        return cells

    def _learnt_together(self, teacher: Teacher, regularizer: Regularizer) -> tuple[str, ...]:
        """Return the fingerprints of all targets that a teacher learns together with this one; nothing of one alone."""
        if self._together is None:
            return ()
        if why := self._together.why_not(teacher, regularizer):
            said = self._together.said(why)
            self._plan.notices += (said,) if said not in self._plan.notices else ()
            return ()
        return self._together.data

    def _add_student(
        self, role: Role, student: Student, distil: Distil, teacher: Teacher | None = None, of: Cell | None = None
    ) -> None:
        """Add a student of the teacher in the cell ``of``, or one on the data."""
        teacher_cell = None if of is None else of.key
        key = self._identity.student(student, distil, teacher_cell)
        labels = ("", "", 0.0) if of is None else (of.teacher, of.regularizer, of.strength)
        self._plan.cells.append(Cell(key, self._identity.key, role, teacher_cell, *labels, str(student)))
        self._plan.distillations.append(
            Distillation(
                key, self._trial, self._identity.key, student, distil, teacher, teacher_cell, unless=self._unless
            )
        )

    def _add_students_of_the_best(self, teachers: dict[str, Teacher], teacher: str, regularizer: str = "") -> None:
        """Add the students of the best of several teachers, of one ``regularizer`` or of all."""
        distil, search = self._recipe.distil, TeacherSearch(teachers, self._recipe.choose.part)
        for student in self._recipe.student:
            key = self._identity.student_of_the_best(student, distil, search.teachers, search.part)
            cell = Cell(key, self._identity.key, Role.TAUGHT, None, teacher, regularizer, student=str(student))
            self._plan.cells.append(cell)
            self._plan.distillations.append(
                Distillation(key, self._trial, self._identity.key, student, distil, search=search, unless=self._unless)
            )


def _baselines(recipe: Recipe, registry: Registry) -> list[Student]:
    """Return the students that run on the data in every study: each of the registry's, and those that the recipe lists.

    A listed one with other options is a second baseline. Where directions are demanded of formulas, one more sees to it
    that there is a formula to choose.
    """
    known = registry.components("student")
    needed = {ONE_INPUT} if recipe.choose.monotone.directions else set()
    wanted = [student for name, student in known.items() if student.baseline or name in needed]
    always = [student() for student in wanted if registry.unavailable(student) is None]
    listed = [student for student in recipe.student if student.baseline]
    return list(dict.fromkeys([*always, *listed]))


def _of_probabilities(registry: Registry) -> list[Metric]:
    """Return the metrics of probabilities that there are."""
    known = registry.components("metric")
    return [known[name]() for name in OF_PROBABILITIES if name in known]


def _seed(recipe: Recipe, run: int, number: int) -> int:
    return recipe.trials.first_seed + run * SEEDS_A_RUN + number
