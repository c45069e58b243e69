"""Finds the table of a stored dataset: in this package, the folder of SMOOTHDISTILL_DATA, the cache, or a download."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from smoothdistill_core import DataError
from smoothdistill_core.errors import one_line
from smoothdistill_core.files import read_regular
from smoothdistill_datasets.number_parsing import read_csv

if TYPE_CHECKING:
    import pandas as pd

    from smoothdistill_datasets.stored import StoredDataset

FOLDER_VARIABLE = "SMOOTHDISTILL_DATA"
SHIPPED = Path(__file__).with_name("shipped")
"""The files that come with this package, and what is to be said of them."""


def find(dataset: type[StoredDataset]) -> pd.DataFrame:
    """Return the raw table of ``dataset`` from the first source that has it; raises `DataError` where none has."""
    file_name = f"{dataset.name}.csv.gz"
    if (SHIPPED / file_name).exists():
        return _stored(dataset, SHIPPED / file_name, otherwise="install smoothdistill anew")
    folder = data_folder()
    if folder is not None and (folder / file_name).exists():
        otherwise = f"take it out of the folder that {FOLDER_VARIABLE} names"
        return _stored(dataset, folder / file_name, otherwise)
    cached = cache_folder() / file_name
    if cached.exists():
        return _cached(dataset, cached)
    return _downloaded(dataset, cached)


def data_folder() -> Path | None:
    """Return the folder that SMOOTHDISTILL_DATA names, or None where it names none."""
    named = os.environ.get(FOLDER_VARIABLE)
    if not named:
        return None
    folder = Path(named)
    if not folder.is_dir():
        raise DataError(f"{FOLDER_VARIABLE} names {folder}, which is no folder; correct or unset it")
    return folder


def cache_folder() -> Path:
    """Return the user's cache for downloaded datasets; it need not exist."""
    import platformdirs

    return platformdirs.user_cache_path("smoothdistill") / "datasets"


def _stored(dataset: type[StoredDataset], path: Path, otherwise: str) -> pd.DataFrame:
    packed = read_regular(path)
    found = hashlib.sha256(packed).hexdigest()
    if found != dataset.sha256:
        raise DataError(
            f"{path}: the SHA-256 checksum is {found}, expected {dataset.sha256}; the file is damaged or another "
            f"version: put the original in its place, or {otherwise}"
        )
    frame = _unpack(packed, path, remedy="put the original in its place")
    _verify(dataset, frame, where=str(path), remedy="put the original in its place")
    return frame


def _cached(dataset: type[StoredDataset], path: Path) -> pd.DataFrame:
    remedy = "delete the file, so that it is made anew"
    frame = _unpack(read_regular(path), path, remedy)
    _verify(dataset, frame, where=str(path), remedy=remedy)
    return frame


def _downloaded(dataset: type[StoredDataset], path: Path) -> pd.DataFrame:
    from http.client import HTTPException

    by_hand = (
        f"put the file {path.name} into the folder that the environment variable {FOLDER_VARIABLE} names, "
        f"or into {path.parent}"
    )
    if dataset.download is None:
        raise DataError(
            f"{path.name} is not on this machine, and there is no download, since no public copy is known "
            f"for certain to be the same table; {by_hand}"
        )
    try:
        published = dataset.download.fetch()
    except (OSError, HTTPException, ValueError) as error:
        raise DataError(
            f"{path.name} is not on this machine, and the download from {dataset.download} failed "
            f"({one_line(error)}); {by_hand}"
        ) from error
    # Read back from its own text, so that the first load gives what every later one gives.
    text = published.to_csv(index=False, lineterminator="\n").encode()
    frame = read_csv(io.BytesIO(text))
    _verify(dataset, frame, where=f"the download from {dataset.download}", remedy=by_hand)
    _write(path, gzip.compress(text, mtime=0))
    return frame


def _unpack(packed: bytes, path: Path, remedy: str) -> pd.DataFrame:
    try:
        return read_csv(io.BytesIO(gzip.decompress(packed)))
    except (OSError, EOFError, zlib.error, ValueError) as error:  # pandas' errors of parsing are ValueErrors
        raise DataError(f"{path}: is no gzipped CSV file ({one_line(error)}); {remedy}") from error


def _verify(dataset: type[StoredDataset], frame: pd.DataFrame, where: str, remedy: str) -> None:
    """Hold a table against what is known; a column may be absent only if it is left out anyway."""
    found = list(frame.columns)
    missing = [column for column in dataset.used() if column not in found]
    unknown = [str(column) for column in found if column not in dataset.columns]
    differences = [
        *([f"{len(frame)} rows instead of {dataset.rows}"] if len(frame) != dataset.rows else []),
        *([f"missing columns: {', '.join(missing)}"] if missing else []),
        *([f"unknown columns: {', '.join(unknown)}"] if unknown else []),
    ]
    if differences:
        raise DataError(f"{where} is not dataset {dataset.name!r}: {'; '.join(differences)}; {remedy}")


def _write(path: Path, content: bytes) -> None:
    """Write a file at once or not at all: another process may be reading or writing the same one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            temporary = Path(folder) / path.name
            temporary.write_bytes(content)
            os.replace(temporary, path)
    except OSError as error:
        raise DataError(
            f"the download cannot be kept in {path.parent} ({one_line(error)}); make that folder writable"
        ) from error
