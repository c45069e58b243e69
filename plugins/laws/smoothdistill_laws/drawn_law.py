"""`DrawnLaw`: data of a law that is drawn at random, as rough, as noisy and of as many inputs as asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from smoothdistill_core import Dataset, Table
from smoothdistill_laws.law import formula_over
from smoothdistill_laws.law_table import law_table
from smoothdistill_laws.options import Noise, Seed, Title

if TYPE_CHECKING:
    import numpy as np

RELEVANT = 5
"""So many inputs a law reads at most; more play no part."""

LOW, HIGH = 1.0, 3.0
"""The range of every input."""

PAIRS = ("{a}*{b}", "{a}/{b}", "{a}^2/{b}", "{a}*{b}^2")
WAVES = ("sin({w}*{a})", "{b}*sin({w}*{a})")
CURVES = ("sqrt({a})", "log({a})", "exp({a}/2)", "exp(-{a})", "1/{a}")

Inputs = Annotated[int, Field(ge=2, le=10_000, description="the number of inputs; the law reads at most five of them")]
Roughness = Annotated[
    float, Field(gt=0, le=100, description="about how many radians of a wave there are to a unit of an input")
]
Rows = Annotated[int, Field(ge=10, le=10_000_000, description="the number of rows")]


class DrawnLaw(Dataset):
    """Data of a law that is drawn by its number: a product or quotient, a wave and a curve of inputs from 1 to 3.

    Each of the three has about the same spread. With other options the law of a number stays the same, but for how
    rough its wave is, and where there are fewer than five inputs to read.
    """

    name = "drawn_law"
    number: int = Field(ge=1, lt=2**31, description="which law: the seed that it is drawn by")
    inputs: Inputs = 8
    roughness: Roughness = 1.0
    rows: Rows = 500
    noise: Noise = 0.0
    seed: Seed = 0
    title: Title = ""

    @property
    def label(self) -> str:
        """The title, or else the number."""
        return self.title or f"law {self.number}"

    @property
    def names(self) -> list[str]:
        """The names of the inputs: x1 and on."""
        return [f"x{place + 1}" for place in range(self.inputs)]

    @property
    def expression(self) -> str:
        """The law, as text."""
        import numpy as np

        random = np.random.default_rng(self.number)
        names = self.names[:RELEVANT]
        read = [names[place] for place in random.permutation(len(names))]
        first, second, third, fourth, fifth = (read[place % len(read)] for place in range(RELEVANT))
        frequency = self.roughness * random.uniform(0.8, 1.2)
        terms = (
            str(random.choice(PAIRS)).format(a=first, b=second),
            str(random.choice(WAVES)).format(a=third, b=fourth, w=f"{frequency:.2g}"),
            str(random.choice(CURVES)).format(a=fifth),
        )
        return " + ".join(f"({_factor(term, names, random):.2g})*{term}" for term in terms)

    def load(self) -> Table:
        """Return the rows, inputs uniform in their range; the table knows the law."""
        import numpy as np

        random = np.random.default_rng([self.seed, self.number])
        X = random.uniform(LOW, HIGH, size=(self.rows, self.inputs))
        law = formula_over(self.names, self.expression)
        return law_table(law, X, self.names, "y", label=self.label, noise=self.noise, random=random)


def _factor(term: str, names: list[str], random: np.random.Generator) -> float:
    """Draw the factor of a term, with which it has a spread of about 1."""
    import numpy as np

    X = np.random.default_rng(0).uniform(LOW, HIGH, size=(1000, len(names)))
    spread = float(formula_over(names, term).predict(X).std())
    return float(random.choice([-1.0, 1.0]) * random.uniform(0.7, 1.3)) / spread
