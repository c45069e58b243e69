"""The five kinds of component: the same words in hooks, recipes and on the command line."""

from __future__ import annotations

from typing import Literal, get_args

Kind = Literal["teacher", "regularizer", "student", "dataset", "metric"]
KINDS: tuple[Kind, ...] = get_args(Kind)
