"""`Results`: what a study found, as typed objects; what follows from it is computed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from smoothdistill_core.components import Measure, MetricFacts, Role, axis_of
from smoothdistill_core.errors import StoreError
from smoothdistill_core.judging import FEW_ROWS
from smoothdistill_core.portrait import Portrait
from smoothdistill_core.recipe import Choose
from smoothdistill_core.recipe.monotone import ANYTHING
from smoothdistill_core.results.answer import Answer
from smoothdistill_core.results.answers import Answers, find_answers
from smoothdistill_core.results.content import choice_in
from smoothdistill_core.results.formula_choice import (
    as_judged,
    by_cross_validation,
    choose_formula,
    refusal,
    weighs_chance,
)
from smoothdistill_core.results.judging import Judged, Judging
from smoothdistill_core.results.methods import MethodScores, score_methods
from smoothdistill_core.results.outcome import Outcome
from smoothdistill_core.results.portraying import Drawn, Portraying
from smoothdistill_core.results.sparing import said_of_spared, with_spared
from smoothdistill_core.results.strength_choice import choose_strengths
from smoothdistill_core.results.trends import said_of_directions
from smoothdistill_core.store import CellRecord, Store, TrialRecord
from smoothdistill_core.store.rows import UNCHANGED
from smoothdistill_core.trial import FrontEntry, Scores


@dataclass(frozen=True)
class Results:
    """The present plan of a run and what came of it.

    ``content`` is all that the recipe asked for (`Recipe.content`), ``versions`` those of Python, of
    the distributions whose plugins were ready when it ran, and of the libraries that its components compute with.
    ``left_out`` says which teachers and regularizers of the recipe do not fit each other, and which learn several
    targets one by one. ``metrics`` is what those of
    the recipe said of themselves; scores by others, which earlier recipes asked for, are left out. ``unscored`` are the
    keys of finished cells that some of these metrics did not score yet. ``judged`` is what was judged together,
    ``drawn`` what is shown of answers, also of earlier ones. ``out_of_time`` is whether a budget ended the run.
    """

    name: str
    folder: Path | None
    choose: Choose
    trials: dict[str, TrialRecord]
    cells: tuple[CellRecord, ...]
    content: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    metrics: tuple[MetricFacts, ...] = ()
    unscored: frozenset[str] = frozenset()
    judged: Judged = field(default_factory=dict)
    drawn: Drawn = field(default_factory=dict)
    out_of_time: bool = False

    @classmethod
    def of(cls, store: Store) -> Results:
        """Read the results of an open store."""
        with store.snapshot():
            run, trials, cells = store.noted(), store.trials(), tuple(store.cells())
            out_of_time = store.is_out_of_time()
            judgements = {(record.dataset, record.trial): record for record in store.judgements()}
            portraits = {record.dataset: record for record in store.portraits()}
        if run is None:
            raise StoreError(f"{store.folder} holds a run that had not begun; run its recipe again")
        choose = choice_in(run.content, store.folder)
        judged = tuple(as_judged(_scored(record, run.metrics), choose) for record in with_spared(cells, run.content))
        return cls(
            run.recipe,
            store.folder,
            choose,
            trials,
            judged,
            run.content,
            run.versions,
            run.left_out,
            run.metrics,
            frozenset(record.cell.key for record in cells if _lacks(record, run.metrics)),
            judgements,
            portraits,
            out_of_time,
        )

    @classmethod
    def read(cls, folder: Path | str) -> Results:
        """Read the results of a run folder, also while it is being written."""
        with Store(Path(folder), read_only=True) as store:
            return cls.of(store)

    def only(self, dataset: str) -> Results:
        """Return the results on one dataset, by its label."""
        trials = {key: trial for key, trial in self.trials.items() if trial.dataset == dataset}
        return replace(self, trials=trials, cells=tuple(each for each in self.cells if each.cell.trial in trials))

    @property
    def failed(self) -> tuple[CellRecord, ...]:
        """The cells that failed; their ``reason`` says why."""
        return tuple(record for record in self.cells if record.state == "failed")

    @property
    def cut(self) -> tuple[CellRecord, ...]:
        """The cells whose work a time limit ended, and that have the best that there was by then.

        A student of a teacher that was cut is one of them, also where its own search came to its end, and so is one
        that is `outdated`.
        """
        return tuple(record for record in self.cells if record.state == "done" and record.stopped_after is not None)

    @property
    def outdated(self) -> tuple[CellRecord, ...]:
        """The students that have the formulas of a teacher that is another by now, or not the best any more."""
        return tuple(record for record in self.cut if _is_outdated(record))

    @property
    def not_begun(self) -> tuple[CellRecord, ...]:
        """The cells that were not run yet."""
        return tuple(record for record in self.cells if record.state == "planned")

    @property
    def ran(self) -> bool:
        """Whether every cell of the plan was run."""
        return not self.not_begun

    @property
    def complete(self) -> bool:
        """Whether every cell was run, with its teacher of now, and scored by every metric, and all judged together."""
        return self.ran and not self.outdated and not self.unscored and not self.to_judge

    @property
    def unchanged(self) -> tuple[CellRecord, ...]:
        """The cells that lack scores, or were cut, and for which a further attempt failed, as their notes say."""
        lacking = self.unscored | {record.cell.key for record in self.cut}
        said = (record for record in self.cells if any(note.startswith(UNCHANGED) for note in record.notes))
        return tuple(record for record in said if record.cell.key in lacking)

    @property
    def one_split(self) -> bool:
        """Whether all trials of a dataset have the same split, so that they tell of searches and not of other rows."""
        return bool(self.content.get("prepare", {}).get("split") == "time")

    @property
    def shared_test(self) -> bool:
        """Whether all trials of a dataset have the same test part."""
        return self.one_split or self.content.get("trials", {}).get("test") == "shared"

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of the whole: what is left out, and what the teachers said, each once."""
        said = (note for record in self.cells for note in record.notes)
        return tuple(
            dict.fromkeys(
                (
                    *self.left_out,
                    *self._few_rows(),
                    *self._without_units(),
                    *self.limits_met,
                    *said_of_spared(self.cells),
                    *said_of_directions(self.cells, self.trials, self.choose.monotone),
                    *said,
                )
            )
        )

    @cached_property
    def accuracy(self) -> MetricFacts | None:
        """The metric that accuracy is shown by, and that the sweet spot is judged by; see `axis_of`."""
        return axis_of(self.metrics, Measure.ACCURACY)

    @cached_property
    def smoothness(self) -> MetricFacts | None:
        """The metric that smoothness is shown by, and that the sweet spot is judged by; None without any."""
        return axis_of(self.metrics, Measure.SMOOTHNESS)

    @cached_property
    def teachers(self) -> dict[str, CellRecord]:
        """The finished teachers by the key of their cell."""
        return {r.cell.key: r for r in self.cells if r.cell.role is Role.TEACHER and r.state == "done"}

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """One formula for each finished student: of its front, the one that the recipe's rule chooses."""
        return tuple(outcome for record in self.cells if (outcome := self._outcome(record)) is not None)

    @cached_property
    def without_formula(self) -> tuple[CellRecord, ...]:
        """The finished students none of whose formulas can be chosen: each is refused, see `refusal`."""
        return tuple(r for r in self.cells if r.state == "done" and r.front and self._formula(r) is None)

    @cached_property
    def chosen(self) -> tuple[tuple[str, Outcome], ...]:
        """What each trial chose among strengths, each with its label; see `choose_strengths`."""
        return tuple(choose_strengths(self.outcomes, self.choose, self.accuracy, self.smoothness))

    @cached_property
    def recommended(self) -> tuple[Outcome, ...]:
        """The formula to take of each trial: of all that its students found, what the recipe's rule chooses."""
        return tuple(answer.recommended for answer in self.trial_answers.values())

    @property
    def trial_answers(self) -> dict[str, Answer]:
        """The front of all students and the formula to take, by the key of their trial, which chose on its own rows."""
        return self._answers.of_trials

    @property
    def answers(self) -> dict[str, Answer]:
        """The front of all students and the formula to take, by dataset: of several trials those of all together."""
        return self._answers.of_datasets

    @property
    def to_judge(self) -> tuple[Judging, ...]:
        """What is to be judged together once all is found: where rows are few, and where there are several trials."""
        return self._answers.to_judge

    def is_cross_validated(self, trial: TrialRecord) -> bool:
        """Say whether the formulas of a trial were judged by cross-validation: it has few validation rows."""
        return by_cross_validation(trial, self.choose) and all(task.trial != trial.key for task in self.to_judge)

    @property
    def to_draw(self) -> tuple[Portraying, ...]:
        """The answers that have no portrait yet."""
        return tuple(task for task in self._portraying if not task.done(self.drawn))

    @cached_property
    def portraits(self) -> Mapping[str, Portrait]:
        """What is shown of the answers, by dataset; nothing of one that was not drawn yet, or is another by now."""
        return {task.dataset: self.drawn[task.dataset].portrait for task in self._portraying if task.done(self.drawn)}

    def standard_errors(self, outcome: Outcome) -> tuple[float, ...]:
        """Return those of the constants of a formula of an answer, as it is shown; empty where it was not drawn yet."""
        portrait = self.portraits.get(outcome.trial.dataset)
        drawn = None if portrait is None else portrait.of(outcome.cell.key, outcome.place)
        return () if drawn is None else drawn.standard_errors

    @cached_property
    def _portraying(self) -> list[Portraying]:
        teachers, part = self.teachers.values(), self.choose.part
        return [Portraying.of(dataset, answer, teachers, part) for dataset, answer in self.answers.items()]

    @cached_property
    def _answers(self) -> Answers:
        return find_answers(self.outcomes, self.choose, self.metrics, self.judged, shared_test=self.shared_test)

    def refusal_of(self, record: CellRecord) -> str:
        """Say why the first formula of a student that the recipe refuses may not be chosen; else nothing."""
        facts = self.trials[record.cell.trial].facts
        return next((why for entry in record.front if (why := refusal(entry, self.choose, facts))), "")

    def scores_of_methods(self, metric: str) -> MethodScores:
        """Return the test scores of all methods by a metric, computed once; see `score_methods`."""
        if metric not in self._method_scores:
            self._method_scores[metric] = score_methods(
                self.cells, self.outcomes, self.chosen, self.without_formula, self.choose, metric
            )
        return self._method_scores[metric]

    @cached_property
    def _method_scores(self) -> dict[str, MethodScores]:
        return {}

    def _few_rows(self) -> Iterator[str]:
        """Say where a validation part is too small to judge by."""
        for trial in self.trials.values() if weighs_chance(self.choose) else ():
            rows = trial.rows("validation")
            if self.is_cross_validated(trial):
                yield (
                    f"{trial.dataset}: {rows} validation rows are too few: formulas are judged by cross-validation "
                    f"of their constants on the {rows + trial.rows('train')} training and validation rows"
                )
            elif 0 < rows < FEW_ROWS:
                yield f"{trial.dataset}: {rows} validation rows are few: which formula is chosen on them may be luck"

    def _without_units(self) -> Iterator[str]:
        """Say where formulas that break units are refused and no unit is known."""
        for trial in self.trials.values() if self.choose.units == "forbid" else ():
            if trial.facts is not None and trial.facts.scaling.units is None:
                yield f"{trial.dataset}: no column has a unit (dataset.units), so choose.units refuses no formula"

    @property
    def limits_met(self) -> Iterator[str]:
        """Say what a time limit ended, or is to be done anew, and what a budget left no time for."""
        pieces = Counter(_who(record) for record in self.cells)
        own = self.content.get("distil", {}).get("seconds")
        by_limit = (record for record in self.cut if not _is_outdated(record))
        ended = Counter((_who(r), "distil.seconds" if r.stopped_after == own else "the budget") for r in by_limit)
        for ((kind, name), limit), count in ended.items():
            yield (
                f"{name}: {limit} ended {count} of {pieces[kind, name]} {kind}; they have the best that they had found "
                "by then, and a run with a higher limit does them anew"
            )
        for (kind, name), count in Counter(map(_who, self.outdated)).items():
            yield (
                f"{name}: {count} of {pieces[kind, name]} {kind} imitated a teacher that is another by now; they have "
                "what they had found of the earlier one, and a further run does them anew"
            )
        not_run = f"{len(self.not_begun)} of {len(self.cells)} pieces of work"
        if self.not_begun and self.out_of_time:
            left = Counter(_who(record) for record in self.not_begun)
            named = ", ".join(f"{name} ({count} {kind})" for (kind, name), count in left.items())
            yield (
                f"the budget left no time for {not_run}, {named}; the answer is the best of what there is, and a "
                "further run does them"
            )
        elif self.not_begun and "budget" in self.content:
            yield f"{not_run} were not run yet; run it again to do them"
        if self.out_of_time and (left_over := len(self.unscored - {record.cell.key for record in self.unchanged})):
            yield (
                f"the budget left no time to score {left_over} of {len(self.cells)} pieces of work by every metric, "
                "and a further run does it"
            )

    def _outcome(self, record: CellRecord) -> Outcome | None:
        cell = record.cell
        if record.state != "done" or cell.role is Role.TEACHER or (entry := self._formula(record)) is None:
            return None
        first = self._formula(record, poles="allow", units="mark", monotone=ANYTHING)
        place = next(place for place, each in enumerate(record.front) if each is entry)
        over = first is not None and refusal(first, self.choose, self.trials[cell.trial].facts)
        passed_over = first if over else None  # one that is not refused was chosen beside a best that is
        outcome = Outcome(self.trials[cell.trial], cell, entry, record.front, place, passed_over)
        if cell.role is not Role.TAUGHT:
            return outcome
        teacher = self.teachers.get(cell.teacher_cell or "")
        return None if teacher is None else replace(outcome, teacher_scores=teacher.scores, teacher_cell=teacher.cell)

    def _formula(self, record: CellRecord, **otherwise: Any) -> FrontEntry | None:
        """Return what the recipe's rule chooses of a front, or the rule with options ``otherwise``."""
        trial, choose = self.trials[record.cell.trial], self.choose.model_copy(update=otherwise)
        front = [entry for entry in record.front if not refusal(entry, choose, trial.facts)]
        return choose_formula(front, choose, trial.rows(choose.part))


def _is_outdated(record: CellRecord) -> bool:
    return record.cell.role is Role.TAUGHT and record.stopped_after == 0


def _who(record: CellRecord) -> tuple[str, str]:
    """Return what kind of work a cell is, and who does it."""
    cell = record.cell
    return ("trainings", cell.teacher) if cell.role is Role.TEACHER else ("searches", cell.student)


def _scored(record: CellRecord, metrics: Iterable[MetricFacts]) -> CellRecord:
    """Return a cell without the scores by other metrics than these; with all, where none is known."""
    labels = {metric.label for metric in metrics}
    if not labels:
        return record

    def of_these(scores: Scores) -> Scores:
        return {at: value for at, value in scores.items() if at[1] in labels}

    front = tuple(replace(entry, scores=of_these(entry.scores)) for entry in record.front)
    return replace(record, scores=of_these(record.scores), front=front)


def _lacks(record: CellRecord, metrics: Iterable[MetricFacts]) -> bool:
    """Say whether a finished cell lacks the scores of a metric that has a meaning for it."""
    of = ("both", "teachers" if record.cell.role is Role.TEACHER else "formulas")
    wanted = (metric for metric in metrics if metric.of in of)
    return record.state == "done" and any(record.scored_by.get(metric.label) != metric.identity for metric in wanted)
