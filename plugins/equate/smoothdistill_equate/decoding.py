"""`Decoding`: the decoder one token at a time, which remembers what it has seen of each text."""

from __future__ import annotations

import torch
from torch import Tensor

from smoothdistill_equate.blocks import Block, KeysAndValues
from smoothdistill_equate.network import EquationModel


class Decoding:
    """Texts that begin, for codes (b, 8, 64)."""

    def __init__(self, model: EquationModel, codes: Tensor) -> None:
        self._model = model
        self._blocks = [block for block in model.decoder_blocks if isinstance(block, Block)]
        memory = model.memory(codes) + model.memory_places
        self._memory = [block.cross.seen(memory) for block in self._blocks if block.cross is not None]
        self._own: list[KeysAndValues] = []
        self._place = 0

    def logits(self, token: Tensor) -> Tensor:
        """Return the logits (b, v) of the next token after this one (b)."""
        x = (self._model.decoder_tokens(token) + self._model.decoder_places[self._place])[:, None]
        own = []
        for number, block in enumerate(self._blocks):
            x, seen = block.step(x, self._own[number] if self._own else None, self._memory[number])
            own.append(seen)
        self._own = own
        self._place += 1
        return torch.as_tensor(self._model.decoder_out(x)[:, 0])

    def keep(self, rows: Tensor) -> None:
        """Go on with some of the texts (b,), which are True."""
        self._memory, self._own = (
            [(keys[rows], values[rows]) for keys, values in kept] for kept in (self._memory, self._own)
        )
