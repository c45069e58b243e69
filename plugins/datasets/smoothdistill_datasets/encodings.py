"""Encodings of text files: any that Python knows to UTF-8, and which one the bytes of a file tell."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, cast

from smoothdistill_core import DataError

MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-32": codecs.BOM_UTF32_LE,
    "utf-32 ": codecs.BOM_UTF32_BE,
    "utf-16": codecs.BOM_UTF16_LE,
    "utf-16 ": codecs.BOM_UTF16_BE,
}
"""Byte order marks, and the encodings that they tell; the longer ones first."""

BLOCK = 2**20
SAMPLE = 2**14
"""So many bytes are enough to guess from."""

OTHER_SCRIPT = 0.4
"""A text of which a larger share is letters beyond ASCII is in no Latin script."""


def known(encoding: str) -> str:
    """Return an encoding that Python knows, else raise `ValueError` with the remedy."""
    try:
        text = "a".encode(encoding).decode(encoding)
    except (LookupError, UnicodeError, ValueError):
        text = None
    if text != "a":
        raise ValueError(f"there is no encoding {encoding!r}; common ones are utf-8, utf-16, latin-1 and cp1252")
    return encoding


@contextmanager
def as_utf8(file: IO[bytes], encoding: str, path: Path) -> Iterator[IO[bytes]]:
    """Yield the content of a text file in UTF-8; raises `DataError` for the first byte that the encoding lacks."""
    if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig"):
        _check_nul(file, path)
        yield file
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    with tempfile.SpooledTemporaryFile(max_size=64 * BLOCK) as whole:
        lines = 1
        while block := file.read(BLOCK):
            try:
                text = decoder.decode(block, final=len(block) < BLOCK)
            except UnicodeError as error:
                reason = getattr(error, "reason", error)
                raise DataError(
                    f"{path}: is not {encoding} ({reason}, near line {lines}); say which encoding it has"
                ) from None
            lines += text.count("\n")
            whole.write(text.removeprefix("\ufeff").encode("utf-8", "surrogatepass"))
        whole.seek(0)
        plain = cast("IO[bytes]", whole)
        _check_nul(plain, path)
        yield plain


def wrong_byte(file: IO[bytes], path: Path) -> DataError:
    """Return the error that names the first byte that is not UTF-8, and an encoding that would read it."""
    file.seek(0)
    likely, _ = encoding_of(file)
    file.seek(0)
    for number, line in enumerate(file, start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            byte = f"{line[error.start]:#04x}"
            return DataError(f"{path}:{number}: byte {byte} is not UTF-8; say which encoding it is: encoding: {likely}")
    return DataError(f"{path} is not UTF-8; say which encoding it is: encoding: {likely}")


def encoding_of(file: IO[bytes]) -> tuple[str, str]:
    """Return the encoding of a text file, and a remark where the bytes do not tell it for certain."""
    file.seek(0)
    first = file.read(BLOCK)
    file.seek(0)
    for name, mark in MARKS.items():
        if first.startswith(mark):
            return name.strip(), ""
    if first.count(0) > len(first) / 4:  # of letters that ASCII has, every other byte is 0
        return ("utf-16-be" if first[::2].count(0) > first[1::2].count(0) else "utf-16-le"), ""
    high, sample = set[int](), bytearray()
    decoder = codecs.getincrementaldecoder("utf-8")()
    sound = True
    while block := file.read(BLOCK):
        if not block.isascii():
            high |= {byte for byte in set(block) if byte > 127}
            lines = (line for line in block.splitlines() if not line.isascii())
            sample += b"\n".join(islice(lines, 200)) if len(sample) < SAMPLE else b""
        try:
            decoder.decode(block, final=len(block) < BLOCK)
        except UnicodeDecodeError:
            sound = False
    if sound:
        return "utf-8", ""
    return _single_byte(bytes(sample[:SAMPLE]), high)


def _single_byte(sample: bytes, high: set[int]) -> tuple[str, str]:
    """Return the likeliest of the encodings that are neither UTF-8 nor UTF-16, of lines that hold such bytes."""
    from charset_normalizer import from_bytes

    letters = sum(chr(byte).isalpha() or byte > 127 for byte in sample)
    if sum(byte > 127 for byte in sample) > OTHER_SCRIPT * letters:
        best = from_bytes(sample).best()
        guess = "latin-1" if best is None or best.encoding == "ascii" else best.encoding
        return guess, f"encoding {guess} is a guess from the letters; if they look wrong, say another"
    if high & {0x81, 0x8D, 0x8F, 0x90, 0x9D}:  # cp1252 has no letters there
        return "latin-1", "encoding latin-1 is a guess; if letters look wrong, say another"
    if any(byte < 0xA0 for byte in high):
        return "cp1252", "encoding cp1252 is a guess from bytes that latin-1 has no letters for"
    return "cp1252", "encoding cp1252 or latin-1: the bytes do not tell which, and both read this file alike"


def _check_nul(file: IO[bytes], path: Path) -> None:
    start = file.tell()
    before = 0
    while block := file.read(BLOCK):
        if b"\0" in block:
            line = before + block[: block.index(b"\0")].count(b"\n") + 1
            raise DataError(
                f"{path}:{line}: there is a NUL byte, which no text has; is it encoding: utf-16, or no CSV file?"
            )
        before += block.count(b"\n")
    file.seek(start)
