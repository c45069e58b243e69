"""Pretraining: a run of seconds, gone on from its checkpoint, and files that are not its own."""

import pytest

from smoothdistill_core import DataError
from smoothdistill_equate import checkpoint
from smoothdistill_equate.pretrain import Pretraining, pretrain

SHORT = Pretraining(steps=4, width=32, batch=8, warm_up=1, draws=300)


@pytest.mark.slow
def test_a_run_that_ended_goes_on_to_the_same_weights_and_tells_where_they_come_from(tmp_path, monkeypatch):
    whole = pretrain(SHORT, tmp_path / "whole")
    save = checkpoint.write

    def killed(path, tensors, told):
        save(path, tensors, told)
        if told.get("step") == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        pretrain(SHORT, tmp_path / "parts", every=0.0)
    parts = pretrain(SHORT, tmp_path / "parts")
    (one, told), (other, _) = checkpoint.read(whole), checkpoint.read(parts)
    assert all((one[name] == other[name]).all() for name in one)
    assert {"command", "seed", "versions", "generator", "figures", "grammar"} <= set(told)
    with pytest.raises(SystemExit, match="another run"):
        pretrain(Pretraining(steps=5), tmp_path / "parts")


def test_the_weights_are_at_most_5_mb():
    from smoothdistill_equate.network import EquationModel

    assert 2 * sum(tensor.numel() for tensor in EquationModel().parameters()) < 5e6


@pytest.mark.parametrize("damage", ["missing", "truncated", "foreign", "grammar"])
def test_weights_that_are_none_are_told_in_one_line(tmp_path, damage):
    import torch

    path = tmp_path / "weights.safetensors"
    if damage != "missing":
        checkpoint.write(path, {"a": torch.ones(100)}, {"grammar": "0"} if damage == "grammar" else {})
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:-50])
    if damage == "foreign":
        path.write_text("no weights")
    with pytest.raises(DataError, match="make them anew") as told:
        checkpoint.read(path)
    assert "\n" not in str(told.value)
