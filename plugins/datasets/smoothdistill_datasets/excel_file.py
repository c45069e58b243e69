"""`Excel`: one sheet of a workbook; an optional extra."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from smoothdistill_core import DataError, Proposal
from smoothdistill_core.columns import MOST_COLUMNS, too_many_columns
from smoothdistill_core.errors import did_you_mean, one_line
from smoothdistill_core.files import changed, fingerprint_of, open_regular
from smoothdistill_datasets.files import UNNAMED, FileDataset, check_there

if TYPE_CHECKING:
    import pandas as pd


class Excel(FileDataset):
    """A sheet of an Excel workbook (xlsx), its first row the names of the columns."""

    name = "excel"
    sheet: str = ""
    """The name of the sheet; left out, the first one."""

    @classmethod
    def unavailable(cls) -> str | None:
        """Return what to install where openpyxl is missing."""
        return None if find_spec("openpyxl") else 'reading Excel needs openpyxl; pip install "smoothdistill[excel]"'

    @classmethod
    def propose(cls, source: str, target: str, given: Mapping[str, Any]) -> Proposal | None:
        """Say what the columns of a sheet are; None for what is no workbook."""
        from smoothdistill_datasets.proposing import is_workbook, propose_table

        if "://" in source or not is_workbook(Path(source)):
            return None
        if reason := cls.unavailable():
            raise DataError(f"{source}: {reason}")
        draft = cls.model_validate({"path": source, "target": target, **given})
        unnamed = (name for name in draft._stored(draft.path).columns if name.startswith(UNNAMED))
        drop = tuple(dict.fromkeys([*given.get("drop", ()), *unnamed]))
        return propose_table(cls, {"path": source, **given, "drop": drop}, target)

    def _read(self, path: Path) -> pd.DataFrame:
        frame = self._stored(path)
        self._check_unnamed(frame.columns, path)
        return frame

    def _stored(self, path: Path) -> pd.DataFrame:
        """Return the table of a file, also where columns have no name."""
        check_there(path)
        with open_regular(path) as file:  # a workbook is an archive itself, and is not unpacked
            before = fingerprint_of(file)
            frame = self._parsed(file, path)
            if fingerprint_of(file) != before:
                raise changed(path)
        return frame

    def _parsed(self, file: IO[bytes], path: Path) -> pd.DataFrame:
        import pandas as pd

        # what else stands for no value is taken out later: pandas would take the cell FALSE for a 0
        missing: Any = {} if self.missing_values is None else {"keep_default_na": False, "na_values": [""]}
        with self._opened(file, path) as (book, names):
            self._check_names(names)
            cells: pd.DataFrame = pd.read_excel(book, sheet_name=self.sheet or 0, dtype=object, **missing)
        # each cell as its own type has it: a text of digits stays one, as codes have leading zeros
        return cells.infer_objects().set_axis([str(name) for name in cells.columns], axis="columns")

    @contextmanager
    def _opened(self, file: IO[bytes], path: Path) -> Iterator[tuple[pd.ExcelFile, list[str]]]:
        """Yield a workbook that has the sheet, and the first row of that; raises `DataError` for what is none."""
        import pandas as pd

        if reason := self.unavailable():
            raise DataError(f"{path}: {reason}")
        try:
            with pd.ExcelFile(file, engine="openpyxl") as book:
                sheets = [str(name) for name in book.sheet_names]
                if self.sheet and self.sheet not in sheets:
                    raise DataError(f"{path} has no sheet {self.sheet!r}; {did_you_mean(self.sheet, sheets)}")
                cells = pd.read_excel(
                    book, sheet_name=self.sheet or 0, header=None, dtype=object, keep_default_na=False, nrows=1
                )
                names = [str(name) for name in cells.iloc[0]] if len(cells) else []
                if not names:
                    raise DataError(f"{path}: the sheet is empty; it needs a row of names and rows of data")
                if len(names) > MOST_COLUMNS:
                    raise too_many_columns(len(names), str(path))
                yield book, names
        except DataError:
            raise
        except Exception as error:  # noqa: BLE001 what a damaged workbook raises is not documented
            raise DataError(
                f"{path}: is no readable Excel workbook ({one_line(error)}); save it anew as xlsx"
            ) from None
