"""The weights that come along: small, of this generator of data, judged on these evaluation sets, worth their names."""

import json
from dataclasses import asdict

import pytest

from smoothdistill_equate import checkpoint, pretrain, weights
from smoothdistill_equate.evaluation import cross_entropy
from smoothdistill_equate.evaluation_sets import sets
from smoothdistill_equate.learning import Pretraining


def test_they_are_small_and_tell_where_they_come_from():
    assert weights.SHIPPED.stat().st_size <= 5_000_000
    tensors, told = checkpoint.read(weights.SHIPPED)
    assert {str(tensor.dtype) for tensor in tensors.values()} == {"torch.float16"}
    assert told["command"] == "python -m smoothdistill_equate.pretrain OUT"
    assert {name: told[name] for name in asdict(Pretraining())} == asdict(Pretraining())


def test_they_learnt_from_this_generator_and_were_judged_on_these_evaluation_sets():
    _, told = checkpoint.read(weights.SHIPPED)
    assert told["generator"] == pretrain.generator_hash()
    assert told["evaluation"] == json.loads((pretrain.HERE / "lists" / "evaluation.json").read_text())


@pytest.mark.slow
def test_they_know_more_of_skeletons_they_never_saw_than_a_token_in_three():
    model = weights.load(weights.SHIPPED)
    assert cross_entropy(model, sets(every=64)) < 1.1
