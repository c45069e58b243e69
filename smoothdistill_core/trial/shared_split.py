"""One split for all processes of a run: the first that needs it prepares it, the others map its files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from smoothdistill_core.errors import DataError, one_line
from smoothdistill_core.preparation import Preparation, Split, read, write

FOLDER = "splits"
"""Where in a run's folder the splits stand while it runs."""

READY = "ready"
LOCK = "lock"
BEGUN = "begun-"


@dataclass(frozen=True)
class SharedSplit:
    """The prepared data of one trial in a ``folder`` of its own."""

    folder: Path

    def get(self, learn: Callable[[], Preparation]) -> Split:
        """Return the split; where there is none yet, ``learn`` it and write it, while others who ask wait.

        Raises `DataError` where the folder cannot be used, and whatever ``learn`` raises.
        """
        ready = self.folder / READY
        if not ready.exists():
            with self._clear_errors():
                self.folder.mkdir(parents=True, exist_ok=True)
                lock = FileLock(self.folder / LOCK)
                lock.acquire()
            try:
                if not ready.exists():
                    self._make(learn(), ready)
            finally:
                lock.release()
        with self._clear_errors():
            return read(ready)

    def _make(self, preparation: Preparation, ready: Path) -> None:
        """Write the split aside and rename it: who is killed in between leaves nothing that looks like one."""
        with self._clear_errors():
            for left in self.folder.glob(f"{BEGUN}*"):  # by one that was killed: the lock is ours
                shutil.rmtree(left)
            with tempfile.TemporaryDirectory(prefix=BEGUN, dir=self.folder) as begun:
                aside = Path(begun) / READY
                aside.mkdir()
                write(preparation, aside)
                aside.rename(ready)

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise DataError(
                f"{self.folder}: the prepared data cannot be kept there ({one_line(error)}); make room for another "
                "copy of the data, or give another folder, and run again"
            ) from error


class SharedSplits:
    """The splits that the processes of one run share, each in a folder named after its trial's key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, trial_key: str) -> SharedSplit:
        """Return the place of a trial's split, whether it is there yet or not."""
        return SharedSplit(self._folder / trial_key)

    def drop(self, trial_keys: Iterable[str]) -> None:
        """Remove the splits of trials that nobody works on any more."""
        for key in trial_keys:
            # where a system keeps files that are still mapped, they go with the whole folder
            shutil.rmtree(self._folder / key, ignore_errors=True)


@contextmanager
def shared_splits(run: Path | None) -> Iterator[SharedSplits]:
    """Give a run room for its splits, in its folder or a temporary one; nothing of it stays.

    What a run left there that was killed is removed first.
    """
    folder = Path(tempfile.mkdtemp(prefix="smoothdistill-")) if run is None else run / FOLDER
    if folder.is_symlink():
        folder.unlink()  # what is written to a link goes elsewhere
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield SharedSplits(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
