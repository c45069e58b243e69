"""The datasets without a file: scikit-learn brings the one, and the other is generated."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from smoothdistill_core import Dataset, Table

if TYPE_CHECKING:
    import pandas as pd


class Diabetes(Dataset):
    """Diabetes patients: how far the disease has come a year later."""

    name = "diabetes"
    scaled: bool = True
    """True: features centred and of unit norm, as scikit-learn has them; False: in their own units."""

    @property
    def label(self) -> str:
        """The name, and the options that are not the default."""
        return str(self)

    def load(self) -> Table:
        """Return the 442 patients, 10 features and the target ``target``: those of scikit-learn, to the bit."""
        return Table(
            _diabetes(self.scaled),
            target="target",
            citation="Efron, Hastie, Johnstone and Tibshirani (2004), Least angle regression",
            licence="distributed with scikit-learn; no explicit licence seen",
        )


class Friedman1(Dataset):
    """Generated: y = 10 sin(pi x1 x2) + 20 (x3 - 0.5)^2 + 10 x4 + 5 x5 + noise; x6 and on have no part in it."""

    name = "friedman1"
    rows: Annotated[int, Field(ge=1)] = 1000
    """The number of points."""
    features: Annotated[int, Field(ge=5)] = 10
    """The number of features; five of them matter."""
    noise: Annotated[float, Field(ge=0)] = 1.0
    """The standard deviation of the normal noise on y."""
    random_state: Annotated[int, Field(ge=0, lt=2**32)] = 0
    """The seed of points and noise."""

    @property
    def label(self) -> str:
        """The name, and the options that are not the default."""
        return str(self)

    def load(self) -> Table:
        """Return ``rows`` points with the ``features`` and the target ``y``: those of scikit-learn, to the bit."""
        import numpy as np
        import pandas as pd

        random = np.random.RandomState(self.random_state)
        X = random.uniform(size=(self.rows, self.features))
        y = 10 * np.sin(np.pi * X[:, 0] * X[:, 1]) + 20 * (X[:, 2] - 0.5) ** 2 + 10 * X[:, 3] + 5 * X[:, 4]
        y += self.noise * random.standard_normal(self.rows)
        frame = pd.DataFrame(X, columns=[f"x{place}" for place in range(1, X.shape[1] + 1)]).assign(y=y)
        return Table(
            frame,
            target="y",
            notes=(f"generated: {self.rows} rows, noise {self.noise:g}, random state {self.random_state}",),
            citation="Friedman (1991), Multivariate adaptive regression splines",
            licence="none needed (generated)",
        )


def _diabetes(scaled: bool) -> pd.DataFrame:
    """Read the two files of scikit-learn without importing it, which would take longer than all other datasets."""
    import numpy as np
    import pandas as pd

    folder = Path(str(distribution("scikit-learn").locate_file("sklearn/datasets/data")))
    X, y = np.loadtxt(folder / "diabetes_data_raw.csv.gz"), np.loadtxt(folder / "diabetes_target.csv.gz")
    if scaled:
        X = (X - X.mean(axis=0)) / X.std(axis=0) / np.sqrt(len(X))
    names = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
    return pd.DataFrame(X, columns=list(names)).assign(target=y)
