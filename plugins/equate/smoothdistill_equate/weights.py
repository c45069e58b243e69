"""The weights that come with the plugin: loaded safely, once, and checked."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import torch

from smoothdistill_core import DataError
from smoothdistill_equate import checkpoint
from smoothdistill_equate.network import EquationModel

SHIPPED = Path(__file__).parent / "weights" / "equate.safetensors"

INSTEAD = "or let chance propose (proposals: random)"
"""The option of the student that needs no weights."""


@lru_cache(maxsize=2)
def load(path: Path) -> EquationModel:
    """Return the networks of a file; raises `DataError`, in one line, for one that holds none. Do not change them."""
    try:
        tensors, told = checkpoint.read(path)
        with torch.random.fork_rng(devices=[]):
            model = EquationModel(int(told["width"]))
        model.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    except DataError as error:
        raise DataError(f"{error}, {INSTEAD}") from error
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        raise DataError(f"{path}: weights of other networks; make them anew by pretraining, {INSTEAD}") from error
    return model.eval().requires_grad_(requires_grad=False)
