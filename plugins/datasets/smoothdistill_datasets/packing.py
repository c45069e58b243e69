"""`unpacked`: the bytes of a file, whatever it is packed with, where a reader can go back to the beginning."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from smoothdistill_core import DataError
from smoothdistill_core.errors import one_line
from smoothdistill_core.files import RAISED, changed, fingerprint_of, limit, open_regular

if TYPE_CHECKING:
    from collections.abc import Callable

MAGIC = {
    "gz": b"\x1f\x8b",
    "bz2": b"BZh",
    "xz": b"\xfd7zXZ\x00",
    "zst": b"\x28\xb5\x2f\xfd",
    "zip": b"PK\x03\x04",
}
"""What packed files begin with, by their usual endings."""

IN_MEMORY = 64 * 2**20
"""So many unpacked bytes stay in memory; more go to a temporary file."""


@contextmanager
def unpacked(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file's content, unpacked, to read and to go back in; raises `DataError` where it is damaged.

    What it is packed with is told by its first bytes. An archive has to hold one file.
    """
    with open_regular(path) as file:
        before = fingerprint_of(file)
        packing = packing_of(file.read(6))
        file.seek(0)
        if packing is None:
            _check_ending(path)
            yield file
        else:
            with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as whole:
                _unpack(path, file, packing, cast("IO[bytes]", whole))
                whole.seek(0)
                yield cast("IO[bytes]", whole)
        if fingerprint_of(file) != before:
            raise changed(path)


def packing_of(first: bytes) -> str | None:
    """Return what a file is packed with, by its first bytes; None where it is plain."""
    return next((packing for packing, magic in MAGIC.items() if first.startswith(magic)), None)


def _check_ending(path: Path) -> None:
    """Refuse a plain file that is called like a packed one: what it holds would be read as text."""
    ending = path.suffix.lower().removeprefix(".")
    if ending in MAGIC:
        raise DataError(f"{path}: cannot be read (it does not begin as a {ending} file does); make it a sound one")


def _unpack(path: Path, file: IO[bytes], packing: str, whole: IO[bytes]) -> None:
    import pyarrow as pa

    damaged = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, pa.ArrowException)
    try:
        with _opened(path, file, packing) as source:
            copied = 0
            while block := source.read(2**20):
                copied += len(block)
                if copied > limit():
                    raise DataError(
                        f"{path} unpacks to more than {limit():,} bytes; give a smaller file, or set {RAISED}"
                    )
                whole.write(block)
            if packing == "zst" and not copied:
                raise EOFError("nothing comes out of it")
    except damaged as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            f"{path}: cannot be read ({one_line(error)}); the {packing} file is damaged or cut off"
        ) from None


def _opened(path: Path, file: IO[bytes], packing: str) -> Any:
    """Return the unpacked stream of a packed file."""
    import pyarrow as pa

    if packing == "zip":
        return _only_member(path, file)
    streams: dict[str, Callable[[], Any]] = {
        "gz": lambda: gzip.GzipFile(fileobj=file),
        "bz2": lambda: bz2.BZ2File(file),
        "xz": lambda: lzma.LZMAFile(file),  # noqa: SIM115 the caller closes it
        "zst": lambda: pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"),
    }
    return streams[packing]()


def _only_member(path: Path, file: IO[bytes]) -> Any:
    archive = zipfile.ZipFile(file)
    members = [item for item in archive.infolist() if not item.is_dir() and not item.filename.startswith("__MACOSX/")]
    if len(members) != 1:
        names = ", ".join(item.filename for item in members[:5])
        raise DataError(f"{path} holds {len(members)} files ({names}); unpack it, and name one of them")
    return archive.open(members[0])
