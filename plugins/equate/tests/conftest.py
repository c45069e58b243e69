"""What the tests of the equate student share: networks that have learnt for a second, in place of the shipped ones."""

from __future__ import annotations

import pytest

from smoothdistill_equate import weights
from smoothdistill_equate.learning import Pretraining
from smoothdistill_equate.pretrain import pretrain


@pytest.fixture(scope="session")
def tiny_file(tmp_path_factory):
    """Return a file of weights."""
    run = Pretraining(steps=30, width=32, batch=32, warm_up=3, draws=600)
    return pretrain(run, tmp_path_factory.mktemp("tiny"), processes=1)


@pytest.fixture
def tiny_weights(tiny_file, monkeypatch):
    """Let the student use these."""
    monkeypatch.setattr(weights, "SHIPPED", tiny_file)
