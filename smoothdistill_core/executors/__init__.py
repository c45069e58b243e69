"""Where work is done: processes of this machine, a Dask cluster, the calling thread; all with one interface."""

from smoothdistill_core.executors.cores import available_cores
from smoothdistill_core.executors.local import LocalExecutor
from smoothdistill_core.executors.time_limits import OutOfTimeError, keeps_time_limits, submit_within
from smoothdistill_core.executors.worker import LostWorkerError

__all__ = [
    "LocalExecutor",
    "LostWorkerError",
    "OutOfTimeError",
    "available_cores",
    "keeps_time_limits",
    "submit_within",
]
