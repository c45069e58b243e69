"""What a sweep gave on one dataset: each teacher and its formula, averaged over the trials."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from smoothdistill_core.components import Part, Role
from smoothdistill_core.recipe.defaults import ACCURACY, SMOOTHNESS
from smoothdistill_core.report.averages import mean, quantile
from smoothdistill_core.results import Outcome, Results
from smoothdistill_core.results.strength_choice import SWEET_SPOT


@dataclass(frozen=True)
class Step:
    """One penalty at one strength, or formulas found on the data: means of the test part over ``trials``.

    ``low`` and ``high`` are the quartiles of the formulas' R2. The ``teacher`` numbers are NaN where there is none.
    ``chosen`` counts the trials that chose this strength. ``judged`` has R2 of the formula, R2 and E||J|| of the
    teacher on the part that choices are made on; without a teacher those of the formula itself.
    """

    penalty: str
    strength: float
    trials: int
    teacher_r2: float
    teacher_smoothness: float
    r2: float
    smoothness: float
    low: float
    high: float
    chosen: int
    judged: tuple[float, float, float]

    @property
    def taught(self) -> bool:
        """Whether there was a teacher with both numbers."""
        return math.isfinite(self.teacher_r2) and math.isfinite(self.teacher_smoothness)

    @property
    def shown(self) -> bool:
        """Whether the formula has both numbers."""
        return math.isfinite(self.r2) and math.isfinite(self.smoothness)

    @property
    def name(self) -> str:
        """The penalty with its strength."""
        return f"{self.penalty} {self.strength:g}" if self.strength > 0 else self.penalty


@dataclass(frozen=True)
class Sweep:
    """The steps of one student on one teacher on one dataset, the same student on the data, and the baselines."""

    dataset: str
    student: str
    teacher: str
    steps: tuple[Step, ...]
    on_data: Step | None
    baselines: tuple[Step, ...]

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
        if self.on_data is None:
            return None
        _, least, most = self.on_data.judged
        smooth = [step for step in self.steps if step.strength > 0 and step.judged[1] > least and step.judged[2] < most]
        smooth = [step for step in smooth if math.isfinite(step.judged[0])]
        return max(smooth, key=lambda step: step.judged[0], default=None)


def sweeps(results: Results) -> dict[str, list[Sweep]]:
    """Return the sweeps of each dataset, one for each student and teacher."""
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
            place: _step(place[2], place[3], outcomes, results.choose.part, counts[dataset, *place])
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
            )
            for student, teacher in pairs
        ]
    return found


def _step(penalty: str, strength: float, outcomes: Sequence[Outcome], part: Part, times_chosen: int) -> Step:
    def over(metric: str, of: str, on: Part = "test") -> list[float]:
        return [o.teacher_score(metric, on) if of == "teacher" else o.score(metric, on) for o in outcomes]

    r2 = sorted(value for value in over(ACCURACY, "formula") if math.isfinite(value))
    judged_of = "teacher" if outcomes[0].role is Role.TAUGHT else "formula"
    return Step(
        penalty,
        strength,
        len(outcomes),
        teacher_r2=mean(over(ACCURACY, "teacher")),
        teacher_smoothness=mean(over(SMOOTHNESS, "teacher")),
        r2=mean(r2),
        smoothness=mean(over(SMOOTHNESS, "formula")),
        low=quantile(r2, 0.25),
        high=quantile(r2, 0.75),
        chosen=times_chosen,
        judged=(
            mean(over(ACCURACY, "formula", part)),
            mean(over(ACCURACY, judged_of, part)),
            mean(over(SMOOTHNESS, judged_of, part)),
        ),
    )
