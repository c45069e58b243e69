"""The command line: thin, says what the API does."""

from smoothdistill_core.cli.main import main

__all__ = ["main"]
