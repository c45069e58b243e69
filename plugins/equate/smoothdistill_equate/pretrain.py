"""Pretrains the networks: ``python -m smoothdistill_equate.pretrain OUT --steps 6000 --threads 2``.

``OUT`` is a folder: ``checkpoint.safetensors`` is written on the way, ``equate.safetensors`` at the end.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import platform
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from smoothdistill_equate import checkpoint
from smoothdistill_equate.losses import losses, packed
from smoothdistill_equate.network import EquationModel
from smoothdistill_equate.stream import stream

ALIGN_EVERY = 3
LEAST_RATE = 0.03
SOURCES = ("expression", "canonical", "prior", "drawing", "generating", "features", "stream")


@dataclass(frozen=True)
class Pretraining:
    """What a run is made of: the same settings give the same batches, and are what a checkpoint goes on with."""

    steps: int = 6000
    width: int = 96
    batch: int = 256
    rate: float = 1e-3
    warm_up: int = 100
    draws: int = 150_000
    seed: int = 0


def pretrain(run: Pretraining, out: Path, threads: int = 1, every: float = 120.0) -> Path:
    """Train, or go on, and return the file of weights; a kill loses at most ``every`` seconds of work."""
    torch.set_num_threads(threads)
    torch.manual_seed(run.seed)
    model = EquationModel(run.width)
    optimiser = torch.optim.AdamW(model.parameters(), lr=run.rate, betas=(0.9, 0.98), weight_decay=0.01)
    out.mkdir(parents=True, exist_ok=True)
    kept = out / "checkpoint.safetensors"
    first, seconds = _restore(kept, model, optimiser, run) if kept.exists() else (0, 0.0)
    begin = saved = time.monotonic()
    figures: dict[str, float] = {}
    with stream(run.seed, first, run.batch, run.draws) as batches:
        for step in range(first, run.steps):
            features, texts = next(batches)
            torch.manual_seed(run.seed * 1_000_003 + step)
            for group in optimiser.param_groups:
                group["lr"] = run.rate * _schedule(step, run)
            found = losses(model, torch.from_numpy(features), packed(texts), align=step % ALIGN_EVERY == 0)
            optimiser.zero_grad()
            found["total"].backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            figures.update({name: float(loss.detach()) for name, loss in found.items()})
            now = time.monotonic()
            last = step + 1 == run.steps
            if now - saved > every or last:
                saved = now
                _save(kept, model, optimiser, run, step + 1, seconds + now - begin)
                told = " ".join(f"{name} {figure:.3f}" for name, figure in figures.items())
                print(f"step {step + 1} of {run.steps}, {seconds + now - begin:.0f} s: {told}", flush=True)
    weights = out / "equate.safetensors"
    _, state = checkpoint.read(kept)
    provenance = {
        **asdict(run),
        "command": " ".join(["python -m smoothdistill_equate.pretrain", *sys.argv[1:]]),
        "seconds": round(state["seconds"]),
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__},
        "generator": generator_hash(),
        "figures": figures,
    }
    checkpoint.write(weights, {name: tensor.half() for name, tensor in model.state_dict().items()}, provenance)
    return weights


def generator_hash() -> str:
    """Return the hash of everything that decides what is drawn: the sources and the lists of what is banned."""
    folder = Path(__file__).parent
    files = [*(folder / f"{name}.py" for name in SOURCES), *sorted((folder / "lists").iterdir())]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _schedule(step: int, run: Pretraining) -> float:
    cosine = 0.5 * (1 + math.cos(math.pi * step / run.steps))
    return min(1.0, (step + 1) / run.warm_up) * (LEAST_RATE + (1 - LEAST_RATE) * cosine)


def _save(
    path: Path, model: EquationModel, optimiser: torch.optim.AdamW, run: Pretraining, step: int, seconds: float
) -> None:
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    for number, state in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{number}.{name}": value for name, value in state.items()}
    checkpoint.write(path, tensors, {"run": asdict(run), "step": step, "seconds": seconds})


def _restore(path: Path, model: EquationModel, optimiser: torch.optim.AdamW, run: Pretraining) -> tuple[int, float]:
    """Put a checkpoint back; return its step and the seconds it took. A run of other settings raises `SystemExit`."""
    tensors, told = checkpoint.read(path)
    if told["run"] != asdict(run):
        raise SystemExit(
            f"{path} is of another run, {json.dumps(told['run'])}; name another folder, or the same settings"
        )
    parts: dict[str, dict[str, torch.Tensor]] = {"model": {}, "optimiser": {}}
    for name, tensor in tensors.items():
        kind, _, rest = name.partition(".")
        parts[kind][rest] = tensor
    model.load_state_dict(parts["model"])
    state: dict[int, dict[str, torch.Tensor]] = {}
    for name, tensor in parts["optimiser"].items():
        number, _, slot = name.partition(".")
        state.setdefault(int(number), {})[slot] = tensor
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
    return told["step"], told["seconds"]


def main() -> None:
    """Read the command line and pretrain."""
    parser = argparse.ArgumentParser(
        prog="python -m smoothdistill_equate.pretrain", description="Pretrains the networks."
    )
    parser.add_argument("out", type=Path, help="the folder of checkpoint and weights")
    parser.add_argument("--threads", type=int, default=1, help="threads of torch; one more process makes the data")
    parser.add_argument("--every", type=float, default=120.0, help="seconds between checkpoints")
    for name, default in asdict(Pretraining()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    given = vars(parser.parse_args())
    out, threads, every = given.pop("out"), given.pop("threads"), given.pop("every")
    print(pretrain(Pretraining(**given), out, threads, every))


if __name__ == "__main__":
    main()
