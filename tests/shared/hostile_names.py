"""The hostile names of the campaigns, for other tests."""

import importlib.util
from pathlib import Path

_spec = importlib.util.spec_from_file_location(
    "hostile_texts", Path(__file__).parents[1] / "campaigns" / "hostile_texts.py"
)
_texts = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_texts)
NAMES = _texts.NAMES
