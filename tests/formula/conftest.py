"""Tests here draw random formulas."""

import random_formulas  # noqa: F401 registers how
