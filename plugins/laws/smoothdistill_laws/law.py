"""`Law`: a dataset that is made by a formula, so that it is known what there is to find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, ValidationInfo, field_validator

from smoothdistill_core import DataError, Dataset, Table
from smoothdistill_core.errors import did_you_mean
from smoothdistill_laws.ranges import Ranges

if TYPE_CHECKING:
    from smoothdistill_core import Formula


class Law(Dataset):
    """Data that a known law makes: inputs uniform in their ranges, the target as the law says."""

    name = "law"
    expression: str = Field(description="the law, as text: numbers, names, + - * / ^, brackets, functions, pi and e")
    ranges: Ranges = Field(description="the range of each input, as {name: [low, high]}")
    rows: Annotated[int, Field(ge=10, le=10_000_000, description="the number of rows")] = 2000
    noise: Annotated[
        float, Field(ge=0, description="the standard deviation of the noise on the target, as a share of its own")
    ] = 0.0
    seed: Annotated[int, Field(ge=0, lt=2**32, description="the seed of inputs and noise")] = 0
    target: str = Field("y", description="the name of the target column")
    title: str = Field("", description="what tables and messages call the law; left out, the expression")

    @field_validator("expression")
    @classmethod
    def _is_a_law(cls, expression: str) -> str:
        from smoothdistill_laws.grammar import parsed

        parsed(expression)
        return expression

    @field_validator("ranges")
    @classmethod
    def _fit_the_expression(cls, ranges: Ranges, info: ValidationInfo) -> Ranges:
        from smoothdistill_laws.domain import violation
        from smoothdistill_laws.grammar import parsed, reserved

        for name in ranges:
            if taken := reserved(name):
                raise DataError(f"{name!r} cannot be an input, it is {taken}; name the input otherwise")
        if "expression" not in info.data:
            return ranges
        names = parsed(info.data["expression"]).names
        if not names:
            raise DataError("the expression reads no input; a law needs at least one")
        for name in names:
            if name not in ranges:
                raise DataError(
                    f"the expression reads {name!r}, which has no range; give it one, as in {name}: [1, 5], or write "
                    f"another name ({did_you_mean(name, ranges)})"
                )
        for name in ranges:
            if name not in names:
                raise DataError(f"the expression does not read {name!r}; use it, or remove its range")
        wrong = violation(_formula(info.data["expression"], ranges), list(ranges), list(ranges.values()))
        if wrong is not None:
            raise DataError(f"{wrong}; change the ranges so that the law has a value everywhere in them")
        return ranges

    @field_validator("target")
    @classmethod
    def _is_no_input(cls, target: str, info: ValidationInfo) -> str:
        if not target.strip():
            raise DataError("the name of the target is empty; leave it out, and it is y")
        if target in info.data.get("ranges", {}):
            raise DataError(f"{target!r} is an input of the law; name the target otherwise")
        return target

    @field_validator("title")
    @classmethod
    def _is_one_line(cls, title: str) -> str:
        if title and (not title.strip() or len(title.splitlines()) > 1):
            raise DataError("the title must be one line of text; write a short name")
        return title

    @property
    def label(self) -> str:
        """The title, or else the expression."""
        return self.title or " ".join(self.expression.split())

    def load(self) -> Table:
        """Return ``rows`` rows of the inputs, in the order of the ranges, and the target.

        Raises `DataError` where a value of the law overflows.
        """
        import numpy as np
        import pandas as pd

        law, random = _formula(self.expression, self.ranges), np.random.default_rng(self.seed)
        low, high = np.array(list(self.ranges.values())).T
        X = random.uniform(low, high, size=(self.rows, len(low)))
        y = law.predict(X)
        with np.errstate(over="ignore", invalid="ignore"):
            if self.noise:
                y = y + self.noise * y.std() * random.normal(size=self.rows)
        if not np.isfinite(y).all():
            raise DataError(f"{self.label}: the target overflows; choose smaller ranges, or less noise")
        notes: tuple[str, ...] = (f"made by the law {self.target} = {law.text(list(self.ranges), digits=6)}",)
        if self.noise:
            notes = (*notes, f"the noise has {self.noise:g} of the target's standard deviation")
        frame = pd.DataFrame(X, columns=list(self.ranges)).assign(**{self.target: y})
        return Table(
            frame,
            target=self.target,
            notes=notes,
            citation="none needed (made by the law that the recipe states)",
            licence="none needed (generated)",
            law=law,
        )


def _formula(expression: str, ranges: Ranges) -> Formula:
    """Return the law over the inputs in the order of the ranges."""
    from smoothdistill_core.formula import Formula, Variable
    from smoothdistill_laws.grammar import parsed

    law = parsed(expression)
    places = [list(ranges).index(name) for name in law.names]
    return Formula(
        tuple(Variable(places[node.index]) if isinstance(node, Variable) else node for node in law.formula.nodes)
    )
