"""A student of two inputs and a regularizer with a limit."""
