"""A model of tables: the price of a home."""

from __future__ import annotations

import pandas as pd


def price(homes: pd.DataFrame) -> pd.Series:
    """Return prices that rise with the area, but for the largest homes, and are higher in one town."""
    return 3 * homes["area"] + 40 * (homes["town"] == "Kiel") + 100 - 150 * (homes["area"] > 175)
