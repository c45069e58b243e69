"""What a row of each table may be: a run's file comes from anybody, so that every value is checked as it is read."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, Json, JsonValue
from pydantic.functional_validators import AfterValidator, BeforeValidator

from smoothdistill_core.bounds import Count, Finite, Notes, Number, Numbers
from smoothdistill_core.components import MetricFacts, Part
from smoothdistill_core.formula import Formula
from smoothdistill_core.portrait import Portrait
from smoothdistill_core.preparation import SplitFacts

MOST_LEVELS = 50
"""A recipe is not nested more deeply, either."""

Seconds = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


def _read(read: Any) -> BeforeValidator:
    """Return what reads a value that is text; pydantic says of an error of ours where it came up."""

    def check(text: Any) -> Any:
        if not isinstance(text, str):
            raise ValueError("it is no text")
        return read(text)

    return BeforeValidator(check)


def _shallow(value: JsonValue, levels: int = MOST_LEVELS) -> JsonValue:
    """Return a value; raises `ValueError` where it is nested too deeply for those who write it."""
    if levels == 0:
        raise ValueError(f"it is nested more than {MOST_LEVELS} levels deep")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _shallow(part, levels - 1)
    return value


StoredFormula = Annotated[InstanceOf[Formula], _read(Formula.from_json)]


class Stored(BaseModel):
    """A row by the names of its columns."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class StoredTrial(Stored):
    """A row of `trials`."""

    key: str
    dataset: str
    run: Count
    seed: Count
    facts: Annotated[InstanceOf[SplitFacts], _read(SplitFacts.from_json)] | None


class StoredCell(Stored):
    """A row of `cells`."""

    key: str
    place: Count | None
    trial: str
    role: Literal["teacher", "taught", "direct", "baseline"]
    teacher_cell: str | None
    teacher: str
    regularizer: str
    strength: Finite
    student: str
    state: Literal["planned", "done", "failed"]
    reason: str
    notes: Json[Notes]
    seconds: Seconds | None
    attempts: Count
    stopped_after: Seconds | None
    row_count: Count
    scored_by: Json[dict[str, str]]
    nothing_left: Literal[0, 1]


class StoredFormulas(Stored):
    """A row of `formulas`."""

    cell: str
    candidate: Count
    tree: StoredFormula
    explained: StoredFormula
    rounded: StoredFormula
    pole: str
    errors: Json[Numbers]
    notes: Json[Notes]
    standard_errors: Json[Numbers | None]


class StoredScore(Stored):
    """A row of `scores`."""

    cell: str
    candidate: Count
    part: Part
    metric: str
    value: Number


class FoundFormula(Stored):
    """A formula of a judgement."""

    cell: str
    candidate: Count
    errors: Numbers
    scores: dict[str, Number]


class StoredJudgement(Stored):
    """A row of `judgements`."""

    dataset: str
    trial: str
    judged: str
    found: Json[tuple[FoundFormula, ...]]


class StoredPortrait(Stored):
    """A row of `portraits`."""

    dataset: str
    drawn: str
    content: Annotated[InstanceOf[Portrait], _read(Portrait.from_json)]


class StoredWeights(Stored):
    """A row of `weights`."""

    cell: str
    data: bytes


class StoredRun(Stored):
    """What a run notes when it begins, each part JSON in a row of `meta`."""

    recipe: Json[str]
    content: Json[dict[str, Annotated[JsonValue, AfterValidator(_shallow)]]]
    versions: Json[dict[str, str]]
    left_out: Json[Notes]
    metrics: Json[tuple[MetricFacts, ...]]
