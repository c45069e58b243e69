"""Pretrains the networks: ``python -m smoothdistill_equate.pretrain OUT``, on two cores.

``OUT`` is a folder: ``checkpoint.safetensors`` is written on the way, ``equate.safetensors`` at the end.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch

from smoothdistill_equate import checkpoint
from smoothdistill_equate.learning import Floats, Learning, Pretraining
from smoothdistill_equate.network import EquationModel
from smoothdistill_equate.partner import Partner, partner

LEAST_RATE = 0.03
RECENT = 0.02
"""How much the last step counts in the running means of the losses."""
WATCHED = 8
"""Every eighth evaluation set is looked at with each checkpoint."""
SOURCES = (
    "banned",
    "batches",
    "canonical",
    "drawing",
    "expression",
    "features",
    "generating",
    "kinship",
    "mutating",
    "prior",
    "program_of",
    "reading",
)
HERE = Path(__file__).parent


@dataclass
class Progress:
    """How far a run is, in steps and seconds; its losses; and what it was, [step, seconds, cross-entropy], held out."""

    step: int = 0
    seconds: float = 0.0
    figures: dict[str, float] = field(default_factory=dict)
    held_out: list[list[float]] = field(default_factory=list)

    def note(self, losses: dict[str, float]) -> None:
        """Take the losses of a step into the running means."""
        for name, loss in losses.items():
            before = self.figures.setdefault(name, loss)
            self.figures[name] = before + RECENT * (loss - before)

    def __str__(self) -> str:
        told = " ".join(f"{name} {figure:.3f}" for name, figure in self.figures.items())
        return f"step {self.step}, {self.seconds:.0f} s: {told} held_out {self.held_out[-1][2]:.3f}"


def pretrain(run: Pretraining, out: Path, processes: int = 2, every: float = 120.0) -> Path:
    """Train, or go on, and return the file of weights; a kill loses at most ``every`` seconds of work.

    The number of processes, 1 or 2, changes nothing but the time.
    """
    learning = Learning(run)
    model = learning.model
    optimiser = torch.optim.AdamW(model.parameters(), lr=run.rate, betas=(0.9, 0.98), weight_decay=0.01)
    out.mkdir(parents=True, exist_ok=True)
    kept = out / "checkpoint.safetensors"
    progress = _restore(kept, model, optimiser, run) if kept.exists() else Progress()
    begun = saved = time.monotonic() - progress.seconds
    with _other(run, processes) as other:
        for step in range(progress.step, run.steps):
            gradient, losses = _gradient(learning, other, step)
            for group in optimiser.param_groups:
                group["lr"] = run.rate * _schedule(step, run)
            _descend(model, optimiser, gradient)
            now = time.monotonic()
            progress.step, progress.seconds = step + 1, now - begun
            progress.note(losses)
            if now - saved > every or step + 1 == run.steps:
                saved = now
                progress.held_out.append([step + 1, round(progress.seconds), _held_out(learning)])
                _save(kept, model, optimiser, run, progress)
                print(progress, f"of {run.steps} steps", flush=True)
    weights = out / "equate.safetensors"
    halves = {name: tensor.half() for name, tensor in model.state_dict().items()}
    checkpoint.write(weights, halves, _provenance(run, progress))
    return weights


@contextmanager
def _other(run: Pretraining, processes: int) -> Iterator[Partner | None]:
    with partner(run) if processes > 1 else nullcontext() as other:
        yield other


def _gradient(learning: Learning, other: Partner | None, step: int) -> tuple[Floats, dict[str, float]]:
    if other:
        other.begin(step, learning.weights)
    own, losses = learning.gradient(step, part=0)
    theirs = other.gradient() if other else learning.gradient(step, part=1)[0]
    return np.asarray((own + theirs) / 2, np.float32), losses


def _descend(model: torch.nn.Module, optimiser: torch.optim.Optimizer, gradient: Floats) -> None:
    """Take a step; the gradient, in one row, is of length 1 at most."""
    row = torch.from_numpy(gradient)
    row /= max(float(row.norm()), 1.0)
    begin = 0
    for weights in model.parameters():
        weights.grad = row[begin : begin + weights.numel()].view_as(weights)
        begin += weights.numel()
    optimiser.step()


def _schedule(step: int, run: Pretraining) -> float:
    cosine = 0.5 * (1 + math.cos(math.pi * step / run.steps))
    return min(1.0, (step + 1) / run.warm_up) * (LEAST_RATE + (1 - LEAST_RATE) * cosine)


def _held_out(learning: Learning) -> float:
    from smoothdistill_equate.evaluation import cross_entropy
    from smoothdistill_equate.evaluation_sets import sets

    return round(cross_entropy(learning.model, sets(every=WATCHED), learning.run.blind), 4)


def generator_hash() -> str:
    """Return the hash of everything that decides what is drawn: the sources and the lists of what is banned."""
    files = [*(HERE / f"{name}.py" for name in SOURCES), *sorted((HERE / "lists").iterdir())]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _provenance(run: Pretraining, progress: Progress) -> dict[str, Any]:
    return {
        **asdict(run),
        "command": _command(run),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("torch", "numpy", "numba", "smoothdistill")},
        },
        "generator": generator_hash(),
        "skeletons_held_out": hashlib.sha256((HERE / "lists" / "held_out.txt").read_bytes()).hexdigest(),
        "evaluation": json.loads((HERE / "lists" / "evaluation.json").read_text(encoding="utf-8")),
        "seconds": round(progress.seconds),
        "figures": {name: round(figure, 4) for name, figure in progress.figures.items()},
        "held_out": progress.held_out,
    }


def _command(run: Pretraining) -> str:
    """Return what makes the same weights, on any number of processes."""
    usual = asdict(Pretraining())
    said = [(name, value) for name, value in asdict(run).items() if value != usual[name]]
    options = [f"--{name.replace('_', '-')}" + ("" if value is True else f" {value}") for name, value in said]
    return " ".join(["python -m smoothdistill_equate.pretrain OUT", *options])


def _save(path: Path, model: EquationModel, optimiser: torch.optim.AdamW, run: Pretraining, progress: Progress) -> None:
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    for number, state in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{number}.{name}": value for name, value in state.items()}
    checkpoint.write(path, tensors, {"run": asdict(run), "generator": generator_hash(), **asdict(progress)})


def _restore(path: Path, model: EquationModel, optimiser: torch.optim.AdamW, run: Pretraining) -> Progress:
    """Put a checkpoint back; that of other settings, or of another generator, raises `SystemExit`."""
    tensors, told = checkpoint.read(path)
    if told["run"] != asdict(run):
        raise SystemExit(
            f"{path} is of another run, {json.dumps(told['run'])}; name another folder, or the same settings"
        )
    if told["generator"] != generator_hash():
        raise SystemExit(f"{path} is of another generator of data than this one; name another folder to begin anew")
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
    return Progress(**{one: told[one] for one in ("step", "seconds", "figures", "held_out")})


def main() -> None:
    """Read the command line and pretrain."""
    parser = argparse.ArgumentParser(
        prog="python -m smoothdistill_equate.pretrain", description="Pretrains the networks."
    )
    parser.add_argument("out", type=Path, help="the folder of checkpoint and weights")
    parser.add_argument("--processes", type=int, choices=(1, 2), default=2, help="each keeps one core busy")
    parser.add_argument("--every", type=float, default=120.0, help="seconds between checkpoints")
    for name, default in asdict(Pretraining()).items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(default, bool):
            parser.add_argument(option, action="store_true", help="a decoder that sees no data, to compare with")
        else:
            parser.add_argument(option, type=type(default), default=default)
    given = vars(parser.parse_args())
    out, processes, every = given.pop("out"), given.pop("processes"), given.pop("every")
    print(pretrain(Pretraining(**given), out, processes, every))


if __name__ == "__main__":
    main()
