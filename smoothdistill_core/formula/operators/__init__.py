"""The operators of formulas: value, derivatives, bounds and notation of each, by family; and the table of all."""
