"""Pretraining: a run of seconds, gone on from its checkpoint, and files that are not its own."""

from dataclasses import replace

import numpy as np
import pytest

from smoothdistill_core import DataError
from smoothdistill_equate import checkpoint, pretrain
from smoothdistill_equate.learning import Learning, Pretraining
from smoothdistill_equate.partner import partner

SHORT = Pretraining(steps=4, width=32, batch=8, warm_up=1, draws=300)


def same(one, other):
    return all((one[name] == other[name]).all() for name in one)


@pytest.mark.slow
def test_a_run_that_ended_goes_on_to_the_same_weights_and_tells_where_they_come_from(tmp_path, monkeypatch):
    whole = pretrain.pretrain(SHORT, tmp_path / "whole", processes=1)
    save = checkpoint.write

    def killed(path, tensors, told):
        save(path, tensors, told)
        if told.get("step") == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        pretrain.pretrain(SHORT, tmp_path / "parts", processes=1, every=0.0)
    parts = pretrain.pretrain(SHORT, tmp_path / "parts", processes=1)
    (one, told), (other, _) = checkpoint.read(whole), checkpoint.read(parts)
    assert same(one, other)
    assert told["sha256"] == checkpoint.sha256(one)
    assert {"command", "seed", "versions", "generator", "evaluation", "figures", "held_out"} <= set(told)


@pytest.mark.slow
def test_a_second_process_changes_nothing_but_the_time(tmp_path):
    files = [pretrain.pretrain(SHORT, tmp_path / str(count), processes=count) for count in (1, 2)]
    one, other = (checkpoint.read(file)[0] for file in files)
    assert same(one, other)


@pytest.mark.slow
def test_a_checkpoint_of_other_settings_or_of_another_generator_is_refused(tmp_path, monkeypatch):
    short = replace(SHORT, steps=1)
    pretrain.pretrain(short, tmp_path, processes=1)
    with pytest.raises(SystemExit, match="another run") as told:
        pretrain.pretrain(replace(SHORT, steps=5), tmp_path, processes=1)
    assert "\n" not in str(told.value)
    monkeypatch.setattr(pretrain, "generator_hash", lambda: "of later")
    with pytest.raises(SystemExit, match="another generator") as told:
        pretrain.pretrain(short, tmp_path, processes=1)
    assert "\n" not in str(told.value)


def test_a_second_process_that_died_is_told_at_once():
    with partner(SHORT) as other:
        other.process.kill()
        other.process.join()
        with pytest.raises(SystemExit, match="died; start again"):
            other.gradient()
        with pytest.raises(SystemExit, match="died; start again"):
            other.begin(0, Learning(SHORT).weights)


def test_weights_in_one_row_are_put_back_where_they_were():
    learning, other = Learning(SHORT), Learning(replace(SHORT, seed=1))
    assert not np.array_equal(learning.weights, other.weights)
    other.put(learning.weights)
    assert same(learning.model.state_dict(), other.model.state_dict())


def test_the_weights_are_at_most_5_mb():
    from smoothdistill_equate.network import EquationModel

    assert 2 * sum(tensor.numel() for tensor in EquationModel().parameters()) < 5e6


@pytest.mark.parametrize("damage", ["missing", "truncated", "foreign", "grammar", "changed"])
def test_weights_that_are_none_are_told_in_one_line(tmp_path, damage):
    import torch

    path = tmp_path / "weights.safetensors"
    if damage != "missing":
        checkpoint.write(path, {"a": torch.ones(100)}, {"grammar": "0"} if damage == "grammar" else {})
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:-50])
    if damage == "foreign":
        path.write_text("no weights")
    if damage == "changed":
        path.write_bytes(path.read_bytes()[:-1] + b"\1")
    with pytest.raises(DataError, match="make them anew") as told:
        checkpoint.read(path)
    assert "\n" not in str(told.value)
