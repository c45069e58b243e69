"""Checkpoints of pretraining, and the weights that are shipped: safetensors, replaced whole or not at all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from smoothdistill_core import DataError
from smoothdistill_core.files import open_regular
from smoothdistill_equate.canonical import GRAMMAR

KEY = "equate"


def write(path: Path, tensors: dict[str, torch.Tensor], told: dict[str, Any]) -> None:
    """Write tensors with what is told of them, as JSON; a file of that name stays whole until this one is."""
    kept = {name: tensor.detach().contiguous() for name, tensor in tensors.items()}
    metadata = {KEY: json.dumps({"grammar": GRAMMAR, "sha256": sha256(kept), **told})}
    part = path.with_suffix(".part")
    part.write_bytes(save(kept, metadata))
    part.replace(path)


def read(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Return what `write` wrote; raises `DataError` for a file that is missing, damaged or of another grammar."""
    if path.exists():
        open_regular(path).close()  # a pipe would be waited for
    try:
        with safe_open(path, "pt") as file:
            told = json.loads((file.metadata() or {})[KEY])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise DataError(f"{path}: no weights of equate can be read here; make them anew by pretraining") from error
    if told.get("grammar") != GRAMMAR:
        raise DataError(
            f"{path}: weights of grammar {told.get('grammar')}, not {GRAMMAR}; make them anew by pretraining"
        )
    if told.get("sha256") != sha256(tensors):
        raise DataError(f"{path}: the weights are not those that were written; make them anew by pretraining")
    return tensors, told


def sha256(tensors: dict[str, torch.Tensor]) -> str:
    """Return the hash of tensors, with their names and shapes."""
    hashed = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        hashed.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        hashed.update(tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return hashed.hexdigest()
