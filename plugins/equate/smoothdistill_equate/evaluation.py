"""What pretrained networks are worth on data sets they have not seen: cross-entropy, retrieval, greedy decodes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from smoothdistill_core import FormulaError
from smoothdistill_equate.canonical import canonical
from smoothdistill_equate.expression import MOST_INPUTS, parsed, tokens
from smoothdistill_equate.features import features_of
from smoothdistill_equate.generating import Drawn
from smoothdistill_equate.losses import decoding_loss, packed, without_data
from smoothdistill_equate.network import EquationModel
from smoothdistill_equate.sampling import sampled

AT_ONCE = 128


@torch.no_grad()
def codes_of(model: EquationModel, drawn: Sequence[Drawn]) -> torch.Tensor:
    """Return the codes (b, 8, 64) of data sets of equally many rows."""
    return model.encode(torch.from_numpy(np.stack([features_of(one.X, one.y) for one in drawn])))


@torch.no_grad()
def cross_entropy(model: EquationModel, drawn: Sequence[Drawn], blind: bool = False) -> float:
    """Return the mean cross-entropy a token, of a decoder that sees the data or a ``blind`` one."""
    total = 0.0
    for begin in range(0, len(drawn), AT_ONCE):
        some = drawn[begin : begin + AT_ONCE]
        texts = [tokens(one.skeleton) for one in some]
        codes = without_data(len(some)) if blind else codes_of(model, some)
        total += float(decoding_loss(model, codes, texts)) * sum(map(len, texts))
    return total / sum(len(tokens(one.skeleton)) for one in drawn)


@torch.no_grad()
def retrieval(model: EquationModel, drawn: Sequence[Drawn], among: int = AT_ONCE) -> float:
    """Return how often a data set finds its own equation first ``among`` as many; what is left over is left out."""
    found = []
    for begin in range(0, len(drawn) - among + 1, among):
        some = drawn[begin : begin + among]
        text = model.encode_text(packed([tokens(one.skeleton) for one in some]))
        found.append(model.similarity(codes_of(model, some), text).argmax(dim=1) == torch.arange(among))
    return float(torch.cat(found).double().mean())


def greedy(model: EquationModel, drawn: Sequence[Drawn]) -> tuple[float, float]:
    """Return the shares of data sets whose likeliest text is one of the grammar's, and is the skeleton itself."""
    read, right = 0, 0
    for begin in range(0, len(drawn), AT_ONCE):
        some = drawn[begin : begin + AT_ONCE]
        for one, text in zip(some, sampled(model, codes_of(model, some), MOST_INPUTS), strict=True):
            try:
                skeleton = canonical(parsed(text))
            except FormulaError:
                continue
            read += 1
            right += skeleton == one.skeleton
    return read / len(drawn), right / len(drawn)
