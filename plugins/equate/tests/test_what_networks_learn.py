"""The networks: they learn a batch by heart, equations, grades and all; a blind decoder is told nothing."""

import numpy as np
import pytest
import torch

from smoothdistill_equate.batches import batch
from smoothdistill_equate.evaluation import cross_entropy, retrieval
from smoothdistill_equate.generating import Generator
from smoothdistill_equate.losses import losses
from smoothdistill_equate.network import EquationModel


@pytest.fixture(scope="module")
def generator():
    return Generator(seed=1, draws=1500, rows=64)


def test_a_batch_depends_on_its_number_and_part_and_every_third_has_candidates(generator):
    one, again, other = (batch(generator, 0, 3, part, 12) for part in (0, 0, 1))
    assert one.texts == again.texts != other.texts
    assert (one.features == again.features).all()
    assert len(one.candidates) == len(one.grades) == 9
    assert batch(generator, 0, 4, 0, 12).candidates == []
    assert batch(generator, 0, 3, 0, 12, graded=False).candidates == []


def test_the_skeleton_itself_is_worth_more_than_a_mutated_one_and_that_more_than_another(generator):
    drawn = [batch(generator, 0, number, 0, 96) for number in (0, 3)]
    own, mutated, other = (np.mean([one.grades[kind::3].mean() for one in drawn]) for kind in range(3))
    assert 1 >= own > mutated + 0.1
    assert mutated > other + 0.1
    assert other >= 0


def test_the_networks_learn_a_batch_by_heart(generator):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model, few = EquationModel(32), batch(generator, 0, 0, 0, 16)
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)
    rng = np.random.default_rng((0, 0, 0))
    sets = [generator.draw(rng) for _ in range(16)]
    assert retrieval(model, sets, among=16) < 0.5
    first = losses(model, few)
    for _ in range(150):
        found = losses(model, few)
        optimiser.zero_grad()
        found["total"].backward()
        optimiser.step()
    for name in ("given_data", "given_itself", "alignment", "evaluator", "length"):
        assert found[name].item() < 0.3 * first[name].item(), name
    assert cross_entropy(model, sets) == pytest.approx(losses(model, few)["given_data"].item(), rel=1e-3)
    assert retrieval(model, sets, among=16) > 0.9


def test_a_blind_decoder_is_told_nothing_of_the_data(generator):
    torch.manual_seed(0)
    model, few = EquationModel(32), batch(generator, 0, 1, 0, 8)
    other = few._replace(features=few.features[::-1].copy())
    assert losses(model, few, blind=True)["total"] == losses(model, other, blind=True)["total"]
    assert losses(model, few)["total"] != losses(model, other)["total"]
