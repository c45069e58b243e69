"""The user's own tables: `Csv` and `Parquet` files, with a clear word on whatever is wrong with one."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, TYPE_CHECKING, Annotated, Literal, cast

from pydantic import Field

from smoothdistill_core import DataError, Dataset, RecipePath, Table
from smoothdistill_core.errors import did_you_mean, one_line
from smoothdistill_datasets.column_types import settle
from smoothdistill_datasets.number_parsing import read_csv, read_parquet

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = (".csv.gz", ".csv", ".parquet")
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


class FileDataset(Dataset):
    """A table in a file of the user's, whose content is not known beforehand."""

    path: RecipePath
    """The file; relative to the recipe."""
    target: str
    """The column to predict."""
    drop: tuple[str, ...] = ()
    """Columns to leave out."""
    categorical: tuple[str, ...] = ()
    """Columns whose values are categories, even where they are numbers or many."""

    @property
    def label(self) -> str:
        """The file's name without its ending."""
        for ending in ENDINGS:
            if self.path.name.lower().endswith(ending):
                return self.path.name[: -len(ending)]
        return self.path.stem

    def load(self) -> Table:
        """Return the file's table; raises `DataError` with the remedy where it is not as it should be."""
        self._check_file()
        frame = self._read()
        self._check_columns([str(column) for column in frame.columns])
        if frame.empty:
            raise DataError(f"{self.path}: there is a header but no row of data; add rows")
        frame = frame.drop(columns=list(self.drop))
        if len(frame.columns) == 1:
            raise DataError(f"{self.path}: no column is left besides the target {self.target!r}; drop fewer columns")
        frame, categories, found = settle(frame, self.target, self.categorical, str(self.path))
        left_out = (f"left out {', '.join(self.drop)}: the recipe says so",) if self.drop else ()
        return Table(frame, self.target, categories, notes=(*left_out, *found))

    @abstractmethod
    def _read(self) -> pd.DataFrame:
        """Return the raw table, two columns or more, their names distinct."""

    def _check_file(self) -> None:
        if self.path.is_dir():
            raise DataError(f"{self.path} is a folder; path must name a file in it")
        if not self.path.exists():
            raise DataError(f"there is no file {self.path}; {self._near_names()}")
        if self.path.stat().st_size == 0:
            raise DataError(f"{self.path} is empty; it needs a header line and rows of data")

    def _near_names(self) -> str:
        folder = self.path.parent
        if not folder.is_dir():
            return f"nor is there a folder {folder}; path is relative to the recipe"
        tables = [file.name for file in folder.iterdir() if file.name.lower().endswith(ENDINGS)]
        return f"in {folder}: {did_you_mean(self.path.name, tables)}"

    def _check_names(self, names: Sequence[str]) -> None:
        """Check the header as the file has it."""
        if len(names) == 1:
            raise DataError(f"{self.path}: there is only one column, {names[0]!r}; a target and a feature are needed")
        repeated = [repr(name) for name, count in Counter(names).items() if count > 1 and name]
        if repeated:
            raise DataError(
                f"{self.path}: column names must be distinct, but {', '.join(repeated)} is repeated; rename"
            )

    def _check_columns(self, names: Sequence[str]) -> None:
        """Check the options against the columns that there are."""
        options = {"target": (self.target,), "drop": self.drop, "categorical": self.categorical}
        for option, wanted in options.items():
            for name in wanted:
                if name not in names:
                    raise DataError(f"{self.path}: {option} names no column {name!r}; {did_you_mean(name, names)}")
        if self.target in self.drop:
            raise DataError(f"{self.path}: column {self.target!r} is the target and also in drop; take it out of one")
        for name in self.categorical:
            if name in (self.target, *self.drop):
                role = "the target" if name == self.target else "in drop"
                raise DataError(f"{self.path}: column {name!r} is {role} and also in categorical; take it out of one")


class Csv(FileDataset):
    """A CSV file, plain or gzipped: UTF-8, one header line, missing values as empty cells or NA."""

    name = "csv"
    separator: Annotated[str, Field(min_length=1, max_length=1)] = ","
    """The character between two fields."""
    decimal: Literal[".", ","] = "."
    """The decimal mark of the numbers."""

    def _read(self) -> pd.DataFrame:
        import pandas as pd

        try:
            with self._open() as file:
                text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
                self._check_lines(text)
                text.detach().seek(0)
                frame = read_csv(file, self.separator, self.decimal)
        except UnicodeDecodeError as error:
            raise self._wrong_byte() from error
        except (csv.Error, pd.errors.ParserError) as error:
            raise DataError(f"{self.path}: {one_line(error)}; is a quotation mark left open?") from error
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(
                f"{self.path}: cannot be read ({one_line(error)}); make it a sound, readable file"
            ) from error
        self._check_unnamed(frame)
        return frame

    def _open(self) -> IO[bytes]:
        packed = self.path.name.lower().endswith(".gz")
        return cast("IO[bytes]", gzip.open(self.path)) if packed else self.path.open("rb")

    def _wrong_byte(self) -> DataError:
        """Return the error that names the first byte that is not UTF-8."""
        with self._open() as file:
            for number, line in enumerate(file, start=1):
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError as error:
                    byte = f"{line[error.start]:#04x}"
                    return DataError(f"{self.path}:{number}: byte {byte} is not UTF-8; save the file as UTF-8")
        return DataError(f"{self.path} is not UTF-8; save the file as UTF-8")

    def _check_lines(self, text: Iterable[str]) -> None:
        """Check that each line has as many fields as the header: pandas would fill in or shift what is not there."""
        lines = self._lines(text)
        _, header = next(lines, (0, []))
        if not header:
            raise DataError(f"{self.path} is empty; it needs a header line and rows of data")
        if len(header) == 1:
            self._suggest_separator(header[0])
        self._check_names(header)
        for number, fields in lines:
            if len(fields) != len(header):
                raise DataError(
                    f"{self.path}:{number}: {len(fields)} fields, where the header has {len(header)}; correct that "
                    "line (a field that holds the separator needs quotation marks)"
                )

    def _lines(self, text: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
        """Yield the fields of each line that is not blank, with the line's number."""
        reader = csv.reader(text, delimiter=self.separator)
        for fields in reader:
            if len(fields) > 1 or "".join(fields).strip():
                yield reader.line_num, fields

    def _suggest_separator(self, header: str) -> None:
        """Raise `DataError` where the only column name holds what separates columns in other files."""
        likely = max(SEPARATORS, key=header.count)
        if likely in header:
            raise DataError(
                f"{self.path}: there is only one column, {header!r}, and it looks separated by {SEPARATORS[likely]}; "
                f"say separator: {json.dumps(likely)}"
            )

    def _check_unnamed(self, frame: pd.DataFrame) -> None:
        for place, name in enumerate(frame.columns, start=1):
            if str(name).startswith("Unnamed: ") and name not in self.drop:
                raise DataError(
                    f"{self.path}: column {place} has no name (row numbers, perhaps); name it, "
                    f'or leave it out with drop: ["{name}"]'
                )


class Parquet(FileDataset):
    """A Parquet file."""

    name = "parquet"

    def _read(self) -> pd.DataFrame:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            self._check_names(pq.read_schema(self.path).names)
            frame = read_parquet(self.path)
        except (OSError, ValueError, pa.ArrowException) as error:
            raise DataError(f"{self.path}: is no readable Parquet file ({one_line(error)}); write it anew") from error
        return frame.set_axis([str(name) for name in frame.columns], axis="columns")
