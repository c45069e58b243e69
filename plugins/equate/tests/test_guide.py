"""What networks propose: complete skeletons of the inputs that there are, adapted to a table, and guided."""

import numpy as np
import pytest
import torch

from smoothdistill_core import Deadline
from smoothdistill_equate import evaluation, weights
from smoothdistill_equate.archive import Archive
from smoothdistill_equate.canonical import canonical
from smoothdistill_equate.decoding import Decoding
from smoothdistill_equate.expression import inputs, parsed, tokens
from smoothdistill_equate.generating import Drawn
from smoothdistill_equate.guiding import Guide
from smoothdistill_equate.losses import decoding_loss, packed
from smoothdistill_equate.network import CODE, LATENTS, EquationModel
from smoothdistill_equate.proposing import elite_of, mutations, simplest
from smoothdistill_equate.sampling import sampled
from smoothdistill_equate.table import Table


@pytest.fixture(scope="module")
def archive():
    X = np.random.default_rng(0).uniform(1, 3, (100, 3))
    y = X[:, 0] / X[:, 1] + 0.05 * np.random.default_rng(1).normal(size=100)
    found = Archive(Table.of(X, y, None, 5), Deadline(), 12, 0)
    found.add(simplest(3))
    for _ in range(3):
        found.add(list(mutations(found, 40, np.random.default_rng(0))))
    return found


@pytest.fixture
def guide(archive, tiny_file):
    return Guide(weights.load(tiny_file), archive, 4, np.random.default_rng(0))


@pytest.mark.parametrize("longest", [1, 2, 5, 24])
def test_what_an_untrained_decoder_writes_is_complete_short_and_of_the_inputs_that_there_are(longest):
    torch.manual_seed(0)
    model = EquationModel(32)
    codes = torch.randn(50, LATENTS, CODE)
    texts = sampled(model, codes, 2, longest, torch.Generator().manual_seed(0))
    assert len(texts) == 50
    for text in texts:
        parsed(text)
        assert 1 <= len(text) <= longest
        assert {token for token in text if token[0] == "x"} <= {"x0", "x1"}
    assert sampled(model, codes, 2, longest) == sampled(model, codes, 2, longest)


def test_proposals_are_canonical_and_the_same_for_the_same_seed(archive, tiny_file):
    first, second = (
        list(Guide(weights.load(tiny_file), archive, 4, np.random.default_rng(0)).proposals(40)) for _ in range(2)
    )
    assert first == second
    assert 20 < len(first) <= 40
    for skeleton in first:
        assert canonical(skeleton) == skeleton
        assert inputs(skeleton) <= {"x0", "x1", "x2"}


def test_an_adapted_decoder_expects_what_fits_the_table_and_the_loaded_one_stays_as_it_was(guide, archive, tiny_file):
    texts = [tokens(found.skeleton) for found in elite_of(archive)[:4]]
    codes = guide.data[:1].expand(4, -1, -1)
    before = float(decoding_loss(guide.model, codes, texts))
    kept = {name: tensor.clone() for name, tensor in weights.load(tiny_file).state_dict().items()}
    guide.adapt()
    assert float(decoding_loss(guide.model, codes, texts)) < before
    assert all((tensor == kept[name]).all() for name, tensor in weights.load(tiny_file).state_dict().items())


def test_a_gradient_leads_to_codes_that_the_evaluator_thinks_more_of(guide, archive):
    begin = guide.model.encode_text(packed([tokens(found.skeleton) for found in elite_of(archive)]))
    climbed = guide.climbed(begin).reshape(3, *begin.shape)

    def expected(codes):
        fitness, length = guide.model.evaluate(codes, guide.data.mean(dim=0).expand_as(codes)).T
        return float((fitness - 0.1 * length).mean())

    worth = [expected(codes) for codes in (begin, *climbed)]
    assert worth == sorted(worth)
    assert worth[-1] > worth[0]


@pytest.mark.parametrize("number", [7, 50, 200])
def test_a_guided_search_decodes_as_many_codes_as_were_asked_for(guide, number, monkeypatch):
    from smoothdistill_equate import guiding

    decoded = []

    def noted(model, codes, *more):
        decoded.append(len(codes))
        return sampled(model, codes, *more)

    monkeypatch.setattr(guiding, "sampled", noted)
    for way in ("gradient", "perturbation"):
        assert list(guide.guided(number, way))
    assert decoded == [number, number]


def test_greedy_texts_are_counted_when_they_are_read_and_when_they_are_right(tiny_file, monkeypatch):
    texts = [["x0"], ["x1"], ["sin", "exp", "x0"]]
    monkeypatch.setattr(evaluation, "sampled", lambda *_: texts)
    X = np.random.default_rng(0).uniform(0.1, 1, (3, 64, 2))
    drawn = [Drawn(parsed(["x0"]), x, x[:, 0]) for x in X]
    assert evaluation.greedy(weights.load(tiny_file), drawn) == pytest.approx((2 / 3, 1 / 3))


def test_a_decoder_that_goes_token_by_token_says_what_it_says_of_a_whole_text():
    torch.manual_seed(0)
    model = EquationModel(32)
    codes = torch.randn(3, LATENTS, CODE)
    text = packed([["add", "x0", "x1"], ["mul", "x1", "x0"], ["sin", "x0"]])[:, :3]
    with torch.no_grad():
        whole = model.logits(codes, text)
        decoding = Decoding(model, codes)
        for place in range(2):
            assert torch.allclose(decoding.logits(text[:, place]), whole[:, place], atol=1e-5)
        decoding.keep(torch.tensor([True, False, True]))
        assert torch.allclose(decoding.logits(text[[0, 2], 2]), whole[[0, 2], 2], atol=1e-5)
