"""`Prepare`: the key of a recipe that says how tables are prepared."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, field_validator, model_serializer, model_validator

from smoothdistill_core.recipe.past import Past
from smoothdistill_core.recipe.section import Section
from smoothdistill_core.scaling import TargetTransform


class Prepare(Section):
    """How a table becomes standardised training, validation and test parts."""

    test: float = Field(0.2, gt=0, lt=1, description="share of the rows that is only read to report")
    validation: float = Field(0.2, ge=0, lt=1, description="share of the rows that choices are made on; 0 for none")
    target: TargetTransform | None = Field(
        None,
        description="what formulas are found for. none: the target as it is; log1p: log(1 + target); logit: the "
        "log-odds of one of the target's two values, so that formulas give a probability. Left out, what the dataset "
        "advises, and logit for a target of two texts, two booleans or two small whole numbers",
    )
    positive: str | None = Field(
        None,
        description="of a target of two values the one whose probability is given; left out, the later by the "
        "alphabet, or the larger",
    )
    missing: Literal["drop", "impute"] = Field(
        "drop", description="drop rows with missing values, or fill in the training part's median or commonest value"
    )
    max_rows: int | None = Field(
        None,
        ge=10,
        description="use at most this many rows, drawn by the trial's seed; of rows split by time the latest",
    )
    split: Literal["random", "time", "group"] = Field(
        "random",
        description="how rows are split. random: drawn by the seed; time: the earliest train, the latest test, so that "
        "all seeds share one split; group: all rows of a group stay in one part",
    )
    by: str | None = Field(
        None, description="the column that holds the times or the groups of the split; it is no input"
    )
    lags: Past = Field(
        Past(),
        description="past values as inputs, {sales: [1, 7]}: the value of one row before as sales[t-1], and of seven "
        "before as sales[t-7], in order of time, or of the file in a split by group",
    )
    rolling: Past = Field(
        Past(),
        description="means of past values as inputs, {sales: [7]}: that of the seven rows before as "
        "mean(sales[t-7..t-1])",
    )
    within: str | None = Field(
        None,
        description="the column whose values are series of their own, shops or machines: past values stay within a "
        "series; left out, it is the column of a split by group",
    )
    weights: str | None = Field(
        None,
        description="the column that holds the weight of each row, a number from 0 on: what is fitted, scores and the "
        "choice count a row by it; it is no input, and rows of weight 0 are left out",
    )
    screen: int | None = Field(
        None,
        ge=1,
        description="of more inputs than this keep so many: those in which a smooth model of the training rows is "
        "steepest",
    )

    @field_validator("positive", mode="before")
    @classmethod
    def _as_name(cls, value: Any) -> Any:
        return str(value) if isinstance(value, (bool, int, float)) else value

    @model_serializer(mode="wrap")
    def _without_what_is_not_said(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is new and not said: the results of runs are kept under what they say."""
        written: dict[str, Any] = handler(self)
        for key in ("positive", "weights"):
            if getattr(self, key) is None:
                written.pop(key, None)
        return written

    @property
    def looks_back(self) -> bool:
        """Whether past values are inputs."""
        return bool(self.lags or self.rolling)

    @property
    def series(self) -> str | None:
        """The column whose values are series of their own; None where all rows are one series."""
        return self.within or (self.by if self.split == "group" else None)

    @model_validator(mode="after")
    def _name_what_orders_the_rows(self) -> Prepare:
        if self.split != "random" and self.by is None:
            what = {"time": "times", "group": "groups"}[self.split]
            raise ValueError(f"a split by {self.split} needs the column of the {what}; add by: COLUMN")
        if self.split == "random" and self.by is not None:
            raise ValueError(f"by: {self.by} orders nothing in a random split; add split: time, or split: group")
        if self.looks_back and self.split == "random":
            raise ValueError("past values need rows in an order; add split: time and by: COLUMN")
        if self.within is not None and not self.looks_back:
            raise ValueError(f"within: {self.within} is for past values, and none is asked for; add lags, or remove it")
        return self

    @model_validator(mode="after")
    def _weigh_by_a_column_of_its_own(self) -> Prepare:
        if self.weights is not None and self.weights in (self.by, self.within):
            raise ValueError(f"weights: {self.weights} splits the rows as well; name a column of its own")
        return self

    @model_validator(mode="after")
    def _have_something_positive(self) -> Prepare:
        if self.positive is not None and self.target in ("none", "log1p"):
            raise ValueError(
                f"positive: {self.positive} is for the log-odds of a target, and target is {self.target}; remove one"
            )
        return self

    @model_validator(mode="after")
    def _leave_rows_to_train_on(self) -> Prepare:
        if self.test + self.validation >= 1:
            raise ValueError(
                f"test and validation take {self.test + self.validation:g} of the rows; leave some to train"
            )
        return self
