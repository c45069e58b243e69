"""Exact rewriting of formulas: affine maps of inputs and value, and tidying."""
