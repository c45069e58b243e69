"""`Law`: a dataset that is made by a formula, so that it is known what there is to find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, ValidationInfo, field_validator

from smoothdistill_core import DataError, Dataset, Table
from smoothdistill_core.errors import did_you_mean
from smoothdistill_laws.law_table import law_table
from smoothdistill_laws.options import Noise, Seed, Title
from smoothdistill_laws.ranges import Ranges

if TYPE_CHECKING:
    from smoothdistill_core import Formula


DRAWS = 100
"""A row that has no value is drawn again at most so often: where there is a bound, one in very many has none."""


class Law(Dataset):
    """Data that a known law makes: inputs uniform in their ranges, the target as the law says."""

    name = "law"
    expression: str = Field(description="the law, as text: numbers, names, + - * / ^, brackets, functions, pi and e")
    ranges: Ranges = Field(description="the range of each input, as {name: [low, high]}")
    rows: Annotated[int, Field(ge=10, le=10_000_000, description="the number of rows")] = 2000
    noise: Noise = 0.0
    seed: Seed = 0
    target: str = Field("y", validate_default=True, description="the name of the target column")
    title: Title = ""

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
        wrong = violation(formula_over(list(ranges), info.data["expression"]), list(ranges), list(ranges.values()))
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

    @property
    def label(self) -> str:
        """The title, or else the expression."""
        return self.title or " ".join(self.expression.split())

    def load(self) -> Table:
        """Return ``rows`` rows of the inputs, in the order of the ranges, and the target.

        A row that hits a 0/0 by chance is drawn again. Raises `DataError` where a value of the law overflows, or the
        chance is none.
        """
        import numpy as np

        law, random = formula_over(list(self.ranges), self.expression), np.random.default_rng(self.seed)
        low, high = np.array(list(self.ranges.values())).T
        X = random.uniform(low, high, size=(self.rows, len(low)))
        for _ in range(DRAWS):
            if not (lacking := np.isnan(law.predict(X))).any():
                break
            X[lacking] = random.uniform(low, high, size=(lacking.sum(), len(low)))
        return law_table(law, X, list(self.ranges), self.target, label=self.label, noise=self.noise, random=random)


def formula_over(names: Sequence[str], expression: str) -> Formula:
    """Return what an expression says as a formula over the inputs ``names``, in their order."""
    from smoothdistill_core.formula import Formula, Variable
    from smoothdistill_laws.grammar import parsed

    law = parsed(expression)
    places = [names.index(name) for name in law.names]
    return Formula(
        tuple(Variable(places[node.index]) if isinstance(node, Variable) else node for node in law.formula.nodes)
    )
