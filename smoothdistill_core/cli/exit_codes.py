"""The exit codes of the command line; the help of ``smoothdistill`` explains them."""

FAILED_CELLS = 1
BAD_INPUT = 2
BAD_FOLDER = 3
NO_WORKERS = 4
INTERRUPTED = 130
