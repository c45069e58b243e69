"""What a sweep gave on one dataset: each teacher and its formula, averaged over the trials."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from smoothdistill_core.components import MetricFacts, Part, Role, at_strength
from smoothdistill_core.recipe.defaults import ACCURACY
from smoothdistill_core.report.averages import mean, quantile
from smoothdistill_core.results import Outcome, Results
from smoothdistill_core.results.strength_choice import SWEET_SPOT
from smoothdistill_core.wording.accuracy import of_fitted


@dataclass(frozen=True)
class Step:
    """One penalty at one strength, or formulas found on the data: means of the test part over ``trials``.

    ``low`` and ``high`` are the quartiles of the formulas' accuracy. The ``teacher`` numbers are NaN where there is
    none. ``chosen`` counts the trials that chose this strength. ``judged`` has R2 of the formula, accuracy and
    smoothness of the teacher on the part that choices are made on; without a teacher those of the formula itself.
    """

    penalty: str
    strength: float
    trials: int
    teacher_accuracy: float
    teacher_smoothness: float
    accuracy: float
    smoothness: float
    low: float
    high: float
    chosen: int
    judged: tuple[float, float, float]

    @property
    def taught(self) -> bool:
        """Whether there was a teacher with both numbers."""
        return math.isfinite(self.teacher_accuracy) and math.isfinite(self.teacher_smoothness)

    @property
    def shown(self) -> bool:
        """Whether the formula has both numbers."""
        return math.isfinite(self.accuracy) and math.isfinite(self.smoothness)

    @property
    def name(self) -> str:
        """The penalty with its strength."""
        return at_strength(self.penalty, self.strength)


@dataclass(frozen=True)
class Sweep:
    """The steps of one student on one teacher on one dataset, the same student on the data, and the baselines.

    ``accuracy`` and ``smoothness`` are the metrics that their numbers are of; None where smoothness is not measured.
    """

    dataset: str
    student: str
    teacher: str
    steps: tuple[Step, ...]
    on_data: Step | None
    baselines: tuple[Step, ...]
    accuracy: MetricFacts
    smoothness: MetricFacts | None

    @property
    def penalties(self) -> list[str]:
        """The penalties that have a strength."""
        return list(dict.fromkeys(step.penalty for step in self.steps if step.strength > 0))

    def of(self, penalty: str) -> list[Step]:
        """Return the steps of a penalty by strength; strength 0 is none of them."""
        found = [step for step in self.steps if step.penalty == penalty and step.strength > 0]
        return sorted(found, key=lambda step: step.strength)

    @property
    def untaught(self) -> list[Step]:
        """The formulas that no teacher taught: that of the student on the data, then those of baselines."""
        first = [] if self.on_data is None else [self.on_data]
        return [*first, *(step for step in self.baselines if step is not self.on_data)]

    @property
    def sweet_spot(self) -> Step | None:
        """Of the teachers that beat the student on the data in accuracy and smoothness, the one with the best formula.

        It is judged on the part that choices are made on, over all trials together; strength 0 is no candidate.
        """
        if self.on_data is None or self.smoothness is None:
            return None
        _, accuracy, smoothness = self.on_data.judged
        smooth = [
            step
            for step in self.steps
            if step.strength > 0
            and self.accuracy.better(step.judged[1], accuracy)
            and self.smoothness.better(step.judged[2], smoothness)
            and math.isfinite(step.judged[0])
        ]
        return max(smooth, key=lambda step: step.judged[0], default=None)


def sweeps(results: Results) -> dict[str, list[Sweep]]:
    """Return the sweeps of each dataset, one for each student and teacher; none where no accuracy is measured."""
    accuracy, smoothness = results.accuracy, results.smoothness
    if accuracy is None:
        return {}
    axes = (accuracy.label, "" if smoothness is None else smoothness.label)
    groups: dict[str, dict[tuple[str, str, str, float], list[Outcome]]] = defaultdict(lambda: defaultdict(list))
    for outcome in results.outcomes:
        place = (outcome.student, outcome.teacher, outcome.penalty, outcome.strength)
        groups[outcome.trial.dataset][place].append(outcome)
    counts: dict[tuple[str, str, str, str, float], int] = defaultdict(int)
    for label, o in results.chosen:
        counts[o.trial.dataset, o.student, o.teacher, o.penalty if label == SWEET_SPOT else label, o.strength] += 1
    found: dict[str, list[Sweep]] = {}
    for dataset, places in groups.items():
        steps = {
            place: _step(place[2:], outcomes, axes, results.choose.part, counts[dataset, *place])
            for place, outcomes in places.items()
        }
        pairs = dict.fromkeys((student, teacher) for student, teacher, _, _ in places if teacher)
        found[dataset] = [
            Sweep(
                dataset,
                student,
                teacher,
                tuple(step for place, step in steps.items() if place[:2] == (student, teacher)),
                next((step for place, step in steps.items() if place[:2] == (student, "")), None),
                tuple(step for place, step in steps.items() if places[place][0].role is Role.BASELINE),
                _of_fitted(accuracy, next(iter(places.values()))[0]),
                smoothness,
            )
            for student, teacher in pairs
        ]
    return found


def _of_fitted(accuracy: MetricFacts, outcome: Outcome) -> MetricFacts:
    """Return the metric with an axis that says so where R2 is that of the logarithm."""
    if accuracy.label != ACCURACY:
        return accuracy
    return replace(accuracy, axis=accuracy.axis + of_fitted(outcome.scaling))


def _step(
    of: tuple[str, float], outcomes: Sequence[Outcome], axes: tuple[str, str], part: Part, times_chosen: int
) -> Step:
    """Return the step of a penalty and strength; ``axes`` are the labels of accuracy and smoothness."""

    def over(metric: str, of: str, on: Part = "test") -> list[float]:
        return [o.teacher_score(metric, on) if of == "teacher" else o.score(metric, on) for o in outcomes]

    (penalty, strength), (accuracy, smoothness) = of, axes
    found = sorted(value for value in over(accuracy, "formula") if math.isfinite(value))
    judged_of = "teacher" if outcomes[0].role is Role.TAUGHT else "formula"
    return Step(
        penalty,
        strength,
        len(outcomes),
        teacher_accuracy=mean(over(accuracy, "teacher")),
        teacher_smoothness=mean(over(smoothness, "teacher")),
        accuracy=mean(found),
        smoothness=mean(over(smoothness, "formula")),
        low=quantile(found, 0.25),
        high=quantile(found, 0.75),
        chosen=times_chosen,
        judged=(
            mean(over(ACCURACY, "formula", part)),
            mean(over(accuracy, judged_of, part)),
            mean(over(smoothness, judged_of, part)),
        ),
    )
