"""A dataset with secret options, in a module that a worker process can import too."""

from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from smoothdistill_core import Dataset, Secret, Table

VALUE = "hunter2-at-the-gate"


class Vault(Dataset):
    """A table behind a password."""

    name = "vault"
    password: Secret
    """Opens it."""
    second: Secret | None = None
    """Opens it further."""
    long: Annotated[Secret, Field(min_length=30)] | None = None
    """Opens it faster."""
    rows: int = 40
    """How many rows it has."""

    @model_validator(mode="after")
    def _enough_rows(self):
        if self.rows < 10:
            raise ValueError("there are too few rows; ask for 10")
        return self

    def load(self):
        if self.password.get_secret_value() != VALUE:
            raise ValueError("a wrong password")
        X = np.random.default_rng(0).normal(size=(self.rows, 2))
        return Table(pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "y": X[:, 0] + X[:, 1] ** 2}), "y")
