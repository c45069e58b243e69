"""The datasets without a file: scikit-learn brings the one, and generates the other."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from smoothdistill_core import Dataset, Table


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
        """Return the 442 patients, 10 features and the target ``target``."""
        from sklearn.datasets import load_diabetes

        return Table(
            load_diabetes(as_frame=True, scaled=self.scaled).frame,
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
        """Return ``rows`` points with the ``features`` and the target ``y``."""
        import pandas as pd
        from sklearn.datasets import make_friedman1

        X, y = make_friedman1(self.rows, self.features, noise=self.noise, random_state=self.random_state)
        frame = pd.DataFrame(X, columns=[f"x{place}" for place in range(1, X.shape[1] + 1)]).assign(y=y)
        return Table(
            frame,
            target="y",
            notes=(f"generated: {self.rows} rows, noise {self.noise:g}, random state {self.random_state}",),
            citation="Friedman (1991), Multivariate adaptive regression splines",
            licence="none needed (generated)",
        )
