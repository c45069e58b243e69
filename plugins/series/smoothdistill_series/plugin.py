"""What this plugin adds to smoothdistill: the teacher ``series``."""

from smoothdistill_core import hookimpl
from smoothdistill_series.teacher import Series


@hookimpl
def smoothdistill_teachers() -> list[type[Series]]:
    """Return the convolution over past values."""
    return [Series]
