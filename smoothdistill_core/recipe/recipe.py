"""`Recipe`: what is to be done, complete and valid, with components in place of names."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from smoothdistill_core.components import (
    Component,
    Dataset,
    Metric,
    Regularizer,
    Student,
    Teacher,
    on_path,
)
from smoothdistill_core.recipe.defaults import ACCURACY, Judge
from smoothdistill_core.recipe.monotone import ANYTHING, Monotone
from smoothdistill_core.recipe.prepare import Prepare
from smoothdistill_core.recipe.section import Section


class Distil(Section):
    """How a student is shown what it imitates, and what becomes of its formulas."""

    max_rows: int = Field(
        50_000,
        ge=10,
        description="a search sees at most this many training rows, drawn by the trial's seed; the constants that are "
        "fitted to the data again, and scores, always use all",
    )
    extra: Literal["none", "jitter", "mixture"] = Field(
        "mixture",
        description="further inputs that the teacher is asked about. jitter: training rows moved by normal noise; "
        "mixture: points between a row and a near neighbour",
    )
    extra_rows: int = Field(
        1500, ge=1, description="further inputs are drawn until a search sees this many rows in all"
    )
    extra_width: float = Field(0.3, gt=0, description="width of the noise of jitter, in standard deviations")
    extra_weight: float = Field(1.0, gt=0, description="weight of a further input; a training row has 1")
    refit: Literal["none", "teacher", "data"] = Field(
        "data",
        description="fit a formula's constants, its scale and its offset again by least squares, to the teacher's "
        "predictions or to the training data (penalties shrink what a teacher predicts)",
    )
    prune: bool = Field(
        True,
        description="of the most accurate formulas that a search found, offer what is left as their parts go one by "
        "one, the constants of the rest fitted anew",
    )
    teachers: Literal["all", "each", "best", "none"] = Field(
        "all",
        description="all: every teacher is distilled; best: of each trial's teachers only the most accurate on the "
        "part that is judged on, of several within 0.001 of R2 the smoothest; each: the best of each regularizer, so "
        "that they are compared by equally many searches; none: no teacher is trained, students "
        "search on the data alone. Left out, it is best where the recipe names no regularizers, which it would "
        "compare, and asks for no sweet spot",
    )
    spare: bool = Field(
        False,
        description="where the first student, on the data, finds a short formula that leaves less than a hundredth of "
        "the variance, and nothing that a smooth model predicts, the trial has no further searches. Left out, it is "
        "true where the recipe names no students, which it would compare, and demands no directions",
    )
    seconds: float | None = Field(
        None,
        gt=0,
        description="a search, with scoring its formulas, may take so long: it ends with the best that it has, is "
        "marked as cut, and is searched anew once this is raised; a student that takes no notice is stopped, and has "
        "what it had handed over by then, or failed; left out, there is no limit",
    )


class Choose(Section):
    """How a formula and a strength are chosen: never on the test part."""

    rule: Literal["best", "sweet_spot"] = Field(
        "best",
        description="best: the best student of each penalty; sweet_spot: of the teachers that beat direct in accuracy "
        "and smoothness, the one with the best student",
    )
    part: Literal["train", "validation"] = Field("validation", description="the part of the data that is judged on")
    score: Judge = Field(
        ACCURACY,
        description="what formulas are judged by: r2, against the data, or fidelity, against the teacher (to explain a "
        "model, whatever it is worth)",
    )
    formula: Literal["shortest", "best", "simplest", "knee", "description_length"] = Field(
        "shortest",
        description="which formula of a front. shortest: the shortest that is not worse than the best by more than "
        "chance; best: the highest R2; simplest: the shortest within a little of it; knee: where more nodes begin to "
        "gain little; description_length: the least bits for formula and errors",
    )
    within: float = Field(0.01, ge=0, description="how much R2 the simplest formula may lose against the best")
    poles: Literal["forbid", "warn", "allow"] = Field(
        "forbid",
        description="what becomes of a formula that within the range of the inputs (a tenth wider on each side) can "
        "divide by 0, overflow or otherwise have no value, or has one out of all proportion: further from the target's "
        "range than ten times its width. forbid: the next of the front takes its place, unless the "
        "formula is exact, a law of the data: then it is said",
    )
    units: Literal["forbid", "mark"] = Field(
        "mark",
        description="what becomes of a formula that breaks the units of the data, whatever units its constants have. "
        "mark: it is said wherever it is shown; forbid: the next of the front takes its place",
    )
    monotone: Monotone = Field(
        ANYTHING,
        description="directions that a formula has to have, {rising: [age], falling: [dose]}: within the range of the "
        "training rows it is proved never to go the other way, or the next of the front takes its place",
    )


class Trials(Section):
    """How often everything is repeated, each time with another seed."""

    runs: int = Field(1, ge=1, le=1000, description="independent runs; a run's value is the mean over its seeds")
    seeds: int = Field(5, ge=1, le=1000, description="seeds a run")
    first_seed: int = Field(0, ge=0, le=2**32 - 1, description="the first seed; the others count on from it")
    test: Literal["own", "shared"] = Field(
        "shared",
        description="own: each seed draws its test part anew, as a study of methods wants it; shared: all have that of "
        "the first seed, so that a formula of several seeds can be tested. Left out, it is own where runs or seeds are "
        "given, else shared",
    )

    @model_validator(mode="before")
    @classmethod
    def _own_in_a_study(cls, given: Any) -> Any:
        if isinstance(given, dict) and "test" not in given and given.keys() & {"runs", "seeds"}:
            return {**given, "test": "own"}
        return given


class Budget(Section):
    """How long a run may take as a whole; with what it has found by then it gives its answer."""

    minutes: float | None = Field(None, gt=0, description="a run may take so many minutes; left out, there is no limit")
    seconds: float | None = Field(None, gt=0, description="the same in seconds; a recipe says one of the two")

    @model_validator(mode="after")
    def _say_it_once(self) -> Budget:
        if self.minutes is not None and self.seconds is not None:
            raise ValueError(
                f"the budget is {self.minutes:g} minutes and {self.seconds:g} seconds; give one of the two"
            )
        return self

    @property
    def limit(self) -> float | None:
        """The budget in seconds; None where there is none."""
        return self.seconds if self.minutes is None else 60.0 * self.minutes


SECTIONS: dict[str, type[BaseModel]] = {
    "prepare": Prepare,
    "distil": Distil,
    "choose": Choose,
    "trials": Trials,
    "budget": Budget,
}
"""The keys of a recipe that hold options of the study itself."""


class Sweep(Section):
    """One regularizer of a recipe and the strengths at which it is tried: one by one, or on a path through them."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    regularizer: Regularizer
    strengths: tuple[float, ...]
    path: bool = False

    @property
    def label(self) -> str:
        """What the regularizer is called in results: those of a path are never merged with those of a sweep."""
        return on_path(str(self.regularizer)) if self.path else str(self.regularizer)

    def content(self) -> Any:
        """Return the strengths as a recipe says them."""
        if not self.path:
            return list(self.strengths)
        return {"path": [self.strengths[0], self.strengths[-1]], "steps": len(self.strengths)}


class Heading(Section):
    """What a recipe says of itself."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",
        description="a name for the run folder: letters, digits, dots, dashes and underscores; "
        "left out, the recipe file's name",
    )
    description: str = Field("", description="one line for people")
    keep: Literal["teachers"] | None = Field(None, description="teachers: keep their weights in the run folder")


class Recipe(Heading):
    """A study in full: every default filled in, every component an instance."""

    requires: tuple[str, ...] = ()
    dataset: tuple[Dataset, ...]
    prepare: Prepare = Prepare()
    teacher: tuple[Teacher, ...]
    regularizer: tuple[Sweep, ...]
    student: tuple[Student, ...]
    metric: tuple[Metric, ...]
    distil: Distil = Distil()
    choose: Choose = Choose()
    trials: Trials = Trials()
    budget: Budget = Budget()

    @property
    def components(self) -> tuple[Component, ...]:
        """All its components, penalties among them."""
        penalties = [sweep.regularizer for sweep in self.regularizer]
        return (*self.dataset, *self.teacher, *penalties, *self.student, *self.metric)

    @property
    def libraries(self) -> tuple[str, ...]:
        """The distributions that determine what its components compute, in alphabetical order."""
        return tuple(sorted({library for component in self.components for library in component.libraries}))

    def sweeps_of(self, teacher: Teacher) -> tuple[Sweep, ...]:
        """Return the sweeps of the regularizers that a teacher can train with, in the recipe's order.

        A path is a sweep of its strengths for a teacher that knows no paths, but for those that another sweep has.
        """
        sweeps = [sweep for sweep in self.regularizer if teacher.accepts(sweep.regularizer)]
        known = {(sweep.regularizer, strength) for sweep in sweeps if not sweep.path for strength in sweep.strengths}
        for place, sweep in enumerate(sweeps):
            if sweep.path and teacher.for_path(len(sweep.strengths)) is None:
                others = tuple(s for s in sweep.strengths if (sweep.regularizer, s) not in known)
                sweeps[place] = Sweep.model_construct(regularizer=sweep.regularizer, strengths=others)
        return tuple(sweep for sweep in sweeps if sweep.strengths)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What is not done, as a sentence for each teacher that cannot train with some of the regularizers.

        Another tells of each teacher that knows no paths.
        """
        notes = []
        for teacher in self.teacher:
            names = [sweep.label for sweep in self.regularizer if not teacher.accepts(sweep.regularizer)]
            if names:
                notes.append(f"left out: the teacher {teacher} cannot train with {', '.join(names)}")
            for sweep in self.regularizer:
                steps = len(sweep.strengths)
                if sweep.path and teacher.accepts(sweep.regularizer) and teacher.for_path(steps) is None:
                    notes.append(
                        f"no path: the teacher {teacher} knows none, so {sweep.regularizer} is a sweep of {steps} "
                        "trainings, one a strength"
                    )
        return tuple(notes)

    def content(self) -> dict[str, Any]:
        """Return all that the recipe asks for as plain data: two recipes with the same content do the same."""
        components = {
            kind: [{"name": component.name, **component.options()} for component in getattr(self, kind)]
            for kind in ("dataset", "teacher", "student", "metric")
        }
        sweeps = [
            {"name": sweep.regularizer.name, **sweep.regularizer.options(), "strength": sweep.content()}
            for sweep in self.regularizer
        ]
        sections = {key: getattr(self, key).model_dump(mode="json") for key in SECTIONS}
        if self.budget.limit is None:
            del sections["budget"]
        if not self.choose.monotone.directions:
            del sections["choose"]["monotone"]
        return {**components, "regularizer": sweeps, **sections, "keep": self.keep}
