"""Where work is done: processes of this machine, a Dask cluster, the calling thread; all with one interface."""

from smoothdistill_core.executors.apart import OwnerOf, apart, nobody
from smoothdistill_core.executors.cores import available_cores
from smoothdistill_core.executors.interim import send_interim
from smoothdistill_core.executors.local import LocalExecutor
from smoothdistill_core.executors.time_limits import OutOfTimeError, keeps_time_limits, submit_within
from smoothdistill_core.executors.worker import LostWorkerError, OutOfMemoryError

__all__ = [
    "LocalExecutor",
    "LostWorkerError",
    "OutOfMemoryError",
    "OutOfTimeError",
    "OwnerOf",
    "apart",
    "available_cores",
    "keeps_time_limits",
    "nobody",
    "send_interim",
    "submit_within",
]
