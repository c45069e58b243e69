"""`FileDataset`: a table in a file of the user's."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

from smoothdistill_core import DataError, RecipePath
from smoothdistill_core.columns import Moments, moments_of, parts_of, plain
from smoothdistill_core.errors import did_you_mean
from smoothdistill_core.files import shortened
from smoothdistill_datasets.packing import MAGIC, unpacked
from smoothdistill_datasets.user_table import UserTable

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".dat", ".parquet", ".xlsx", ".xlsm")
PACKED = tuple(f".{packing}" for packing in MAGIC)
COUNTRY = re.compile(r"[A-Z]{2}")
UNNAMED = "Unnamed: "
"""What a column without a name is called by, before its place."""


class FileDataset(UserTable):
    """A table in a file of the user's, plain or packed (gz, bz2, xz, zst, zip)."""

    path: RecipePath
    """The file; relative to the recipe."""

    @property
    def title(self) -> str:
        """The file's name without its ending."""
        return label_of(self.path)

    @property
    def where(self) -> str:
        """The path."""
        return str(self.path)

    def raw(self) -> pd.DataFrame:
        """Return the table as the file has it."""
        return self._read(self.path)

    def _read(self, path: Path) -> pd.DataFrame:
        """Return the table of a file as it is stored."""
        return parsed_by(self._parsed, path)

    @abstractmethod
    def _parsed(self, file: IO[bytes], path: Path) -> pd.DataFrame:
        """Return the table of an open file, two columns or more, their names distinct."""

    def rows_of(self, file: Path) -> pd.DataFrame:
        """Return the rows of another file, read by the same options, dates also as what is made of them."""
        import pandas as pd

        frame = self.with_numbers(self._read(file))
        own = cache(self._own_table)  # read where a date asks for it, and once
        columns: dict[str, pd.Series] = {}
        for name in frame.columns:
            kind, column = plain(frame[name])
            columns[name] = column
            if kind not in ("text", "time", "empty") or name in self.categorical:
                continue
            if kind == "empty":
                moments: Moments | None = Moments(pd.Series(pd.NaT, column.index, dtype="datetime64[ns]"))
            else:
                moments = self._moments(column, str(name), own)
            if moments is None:
                continue
            in_parts = self.dates != "leave_out" and name not in (*self.targets, *self.drop)
            if in_parts and moments.other is not None:
                raise DataError(
                    f"{file}: column {name!r} holds dates of which day and month may be swapped (such as "
                    f"{moments.other}), and {self.path} does not tell; say day_first in the recipe"
                )
            if moments.other is None and moments.day_first is not None:
                columns[name] = moments.values
            if in_parts:
                columns |= parts_of(moments, str(name), self.dates, hours=True)
        return frame.iloc[:, :0].assign(**columns)

    def cells_of(self, file: Path) -> pd.DataFrame:
        """Return the rows of another file with nothing but what stands there."""
        return self._read(file)

    def _moments(self, column: pd.Series, name: str, own_table: Callable[[], pd.DataFrame]) -> Moments | None:
        """Return what a column of another file says, day and month as this dataset's own file has them."""
        moments = moments_of(column, self.day_first)
        if moments is None or moments.other is None:
            return moments
        own = own_table()
        known = moments_of(plain(own[name])[1]) if name in own.columns else None
        if known is None or known.other is not None or known.day_first is None:
            return moments
        return moments_of(column, known.day_first)

    def _own_table(self) -> pd.DataFrame:
        """Return the table of this dataset's own file; one without columns where the file cannot be read any more."""
        import pandas as pd

        try:
            return self.raw()
        except DataError:
            return pd.DataFrame()

    def ambiguous_missing(self, frame: pd.DataFrame) -> list[str]:
        """Say so where NA may be a country: beside codes of two capital letters, where the recipe does not tell."""
        if self.missing_values is not None:
            return []
        suspects = [name for name in frame.columns if frame[name].isna().any() and _are_codes(frame[name])]
        if not suspects:
            return []
        written = self.model_copy(update={"missing_values": ()}).raw()
        problems = []
        for name in suspects:
            rows = int((written[name] == "NA").sum())
            if rows:
                problems.append(
                    f"column {name!r} holds codes of two capital letters, and NA in {rows} of {len(written)} rows; say "
                    "missing_values: [] where it is one of them, or missing_values: [NA] where it stands for no value"
                )
        return problems

    def _check_unnamed(self, names: Iterable[object], path: Path) -> None:
        """Refuse columns without a name, which pandas calls by their place, unless they are left out."""
        for place, name in enumerate(names, start=1):
            if str(name).startswith(UNNAMED) and name not in self.drop:
                raise DataError(
                    f"{path}: column {place} has no name (row numbers, perhaps); name it, "
                    f'or leave it out with drop: ["{name}"]'
                )


def _are_codes(column: pd.Series) -> bool:
    known = column.dropna().unique()
    return len(known) > 1 and all(isinstance(value, str) and COUNTRY.fullmatch(value) for value in known)


def parsed_by(parse: Callable[[IO[bytes], Path], pd.DataFrame], path: Path) -> pd.DataFrame:
    """Return what ``parse`` makes of a file that is there, unpacked; raises `DataError` where it is not."""
    check_there(path)
    with unpacked(path) as file:
        return parse(file, path)


def label_of(path: Path) -> str:
    """Return the name of a file without its endings."""
    name = path.name
    for endings in (PACKED, ENDINGS):
        ending = next((ending for ending in endings if name.lower().endswith(ending)), "")
        name = name[: len(name) - len(ending)]
    return name if name else path.stem


def check_there(path: Path) -> None:
    """Raise `DataError` where there is no such file, with those that are near, or where it is empty."""
    try:
        if path.exists():
            if path.is_file() and path.stat().st_size == 0:
                raise DataError(f"{path} is empty; it needs a header line and rows of data")
            return
    except OSError as error:
        raise DataError(f"{shortened(path)}: cannot be read ({error.strerror}); name a readable file") from None
    if path.is_symlink():
        raise DataError(f"{path} is a link to a file that is not there; mend it, or name the file itself")
    raise DataError(f"there is no file {path}; {_near_names(path)}")


def _near_names(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"nor is there a folder {folder}; path is relative to the recipe"
    tables = [file.name for file in folder.iterdir() if label_of(file) != file.name]
    return f"in {folder}: {did_you_mean(path.name, tables)}"
