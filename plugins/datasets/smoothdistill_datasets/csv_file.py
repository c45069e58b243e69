"""`Csv`: a text file of lines with separators."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr

from smoothdistill_core import DataError, Proposal
from smoothdistill_core.columns import Numerals
from smoothdistill_core.errors import one_line
from smoothdistill_datasets.encodings import as_utf8, known, wrong_byte
from smoothdistill_datasets.files import FileDataset, parsed_by
from smoothdistill_datasets.layout import SEPARATORS, WHITESPACE, fields_of
from smoothdistill_datasets.number_parsing import read_csv

if TYPE_CHECKING:
    import pandas as pd


def _one_character(separator: object) -> object:
    if separator in (r"\s+", " +"):
        raise ValueError("for one or more blanks between columns, write separator: whitespace")
    if separator == r"\t":
        raise ValueError(r"""the text '\t' is a backslash and a t; write separator: "\t" in double quotes""")
    if isinstance(separator, str) and len(separator) != 1 and separator != WHITESPACE:
        raise ValueError(f"it is one character, or {WHITESPACE} for one or more blanks, and not {separator!r}")
    return separator


class Csv(FileDataset):
    """A CSV file, plain or packed, of any encoding and separator, one header line or names in its place."""

    name = "csv"
    renaming = "rename, or skip the header with skip_rows and give names: [...]"
    separator: Annotated[str, BeforeValidator(_one_character), Field(pattern=rf"^(.|{WHITESPACE})$")] = ","
    """The character between two fields; or `whitespace`, one or more blanks or tabs."""
    encoding: Annotated[str, AfterValidator(known)] = "utf-8"
    """How the letters are stored, such as utf-16, latin-1 or cp1252; a byte order mark is understood."""
    skip_rows: Annotated[int, Field(ge=0)] = 0
    """How many lines stand before the header, or before the data where there are names."""
    names: tuple[str, ...] = ()
    """The names of the columns, in order, of a file that has no header line."""

    _own_separator: str = PrivateAttr("")
    """That of the own file, also of a copy that reads others with another one."""

    def model_post_init(self, context: Any) -> None:
        """Keep the separator as it is said; copies do not come by here."""
        self._own_separator = self.separator

    @classmethod
    def propose(cls, source: str, target: str, given: Mapping[str, Any]) -> Proposal | None:
        """Say how a text file is read: its encoding, its separator, its header and how its numbers are written."""
        from smoothdistill_datasets.proposing import propose_csv

        return propose_csv(cls, source, target, given)

    def raw(self) -> pd.DataFrame:
        """Return the table as the file has it."""
        return self.model_copy(update={"separator": self._own_separator})._read(self.path)

    def _parsed(self, file: IO[bytes], path: Path) -> pd.DataFrame:
        return self.parsed(file, path)

    def cells_of(self, file: Path) -> pd.DataFrame:
        """Return the rows of another file with every cell as it is written, but for the decimal mark of numbers."""
        from pandas.api.types import is_float_dtype

        cells = parsed_by(partial(self.parsed, as_text=True), file)
        if self.decimal == ".":
            return cells
        numbers = self._read(file)
        return cells.assign(**{str(name): numbers[name] for name in cells if is_float_dtype(numbers[name])})

    def parsed(self, file: IO[bytes], path: Path, *, as_text: bool = False) -> pd.DataFrame:
        """Return the table of an open file, ``as_text`` with every cell as it is written."""
        import pandas as pd

        try:
            with as_utf8(file, self.encoding, path) as plain:
                self._skip(plain, path)
                start = plain.tell()
                text = io.TextIOWrapper(plain, encoding="utf-8-sig", newline="")
                self._check_lines(text, path)
                text.detach()
                plain.seek(start)
                missing = () if as_text else self.missing_values
                frame = read_csv(plain, self.separator, self.decimal, self.names or None, missing, as_text)
        except UnicodeDecodeError as error:
            raise wrong_byte(file, path) from error
        except (csv.Error, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise DataError(f"{path}: {one_line(error)}; is a quotation mark left open?") from error
        self._check_unnamed(frame.columns, path)
        return frame

    def _skip(self, file: IO[bytes], path: Path) -> None:
        for number in range(self.skip_rows):
            if not file.readline():
                raise DataError(f"{path} has {number} lines, and skip_rows is {self.skip_rows}; skip fewer")

    def _check_lines(self, text: Iterable[str], path: Path) -> None:
        """Check that each line has as many fields as the header: pandas would fill in or shift what is not there."""
        lines = self._lines(text)
        number, header = next(lines, (0, []))
        if not header:
            raise DataError(f"{path} is empty; it needs a header line and rows of data")
        if len(header) == 1:
            self._suggest_separator(header[0], path)
        if not self.names:
            self._check_header(number, header, path)
        self._check_names(self.names or header)
        width = len(self.names) or len(header)
        whose = "there are names for" if self.names else "the header has"
        if len(header) != width:
            raise DataError(f"{path}:{number}: {len(header)} fields, where {whose} {width}; name as many columns")
        for number, fields in lines:
            if len(fields) != width:
                remedy = "a field that holds the separator needs quotation marks"
                if self.separator == WHITESPACE:
                    remedy = "a text with blanks in it needs quotation marks, and a gap a sign such as NA"
                if self.separator == "," and len(fields) > width:
                    remedy += ", and so does a number with a decimal comma"
                if len(fields) < width:
                    remedy += ", and one that is opened has to be closed"
                raise DataError(
                    f"{path}:{number + self.skip_rows}: {len(fields)} fields, where {whose} {width}; correct that line "
                    f"({remedy})"
                )

    def _lines(self, text: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
        """Yield the fields of each line that is not blank, with the line's number."""
        for number, fields in fields_of(text, self.separator):
            if len(fields) > 1 or "".join(fields).strip():
                yield number, fields

    def _check_header(self, number: int, header: list[str], path: Path) -> None:
        """Refuse a first line that is no header."""
        if not any(name.strip() for name in header):
            rows = number + self.skip_rows
            raise DataError(f"{path}:{rows}: the line of the header holds no names; say skip_rows: {rows}")
        if self.target not in header and all(Numerals().are(_series(header))):
            shown = ", ".join(header[:3])
            raise DataError(
                f"{path}: the first line holds numbers ({shown} ...), so that there is no header; name the columns in "
                "the recipe, names: [...]"
            )

    def _suggest_separator(self, header: str, path: Path) -> None:
        """Raise `DataError` where the only column name holds what separates columns in other files."""
        likely = max(SEPARATORS, key=header.count)
        if likely in header:
            raise DataError(
                f"{path}: there is only one column, {header!r}, and it looks separated by {SEPARATORS[likely]}; "
                f"say separator: {json.dumps(likely)}"
            )
        if len(header.split()) > 1:
            raise DataError(
                f"{path}: there is only one column, {header!r}; if blanks separate columns, say separator: {WHITESPACE}"
            )


def _series(texts: list[str]) -> pd.Series[Any]:
    import pandas as pd

    return pd.Series(texts, dtype=str)
