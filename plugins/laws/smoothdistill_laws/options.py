"""The options that data made by laws, or metrics that know the law, have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from smoothdistill_core import DataError


def _one_line(title: str) -> str:
    if title and (not title.strip() or len(title.splitlines()) > 1):
        raise DataError("the title must be one line of text; write a short name")
    return title


Noise = Annotated[
    float, Field(ge=0, description="the standard deviation of the noise on the target, as a share of its own")
]

Seed = Annotated[int, Field(ge=0, lt=2**32, description="the seed of inputs and noise")]

Title = Annotated[
    str, AfterValidator(_one_line), Field(description="what tables and messages call the law; left out, the expression")
]

Negligible = Annotated[
    float, Field(ge=0, lt=0.1, description="terms below this share of their sum's spread count as none")
]
