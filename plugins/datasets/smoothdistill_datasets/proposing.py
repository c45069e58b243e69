"""What `smoothdistill init` is told of a table: how it is read, what each column holds, what is left out and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smoothdistill_core import DataError, Proposal
from smoothdistill_core.files import open_regular
from smoothdistill_datasets.encodings import as_utf8, encoding_of
from smoothdistill_datasets.files import UNNAMED, check_there
from smoothdistill_datasets.layout import layout_of
from smoothdistill_datasets.packing import packing_of, unpacked
from smoothdistill_datasets.writing import writing_of

if TYPE_CHECKING:
    import pandas as pd

    from smoothdistill_core.columns import Settled
    from smoothdistill_datasets.csv_file import Csv
    from smoothdistill_datasets.user_table import UserTable

OTHERS = (b"PAR1", b"SQLite format 3\0")
"""What files begin with that are no text."""

LOST = 0.05
"""Where more rows would be dropped for missing values, these are filled in."""

NAMES_OF_ROWS = {"id", "index", "no", "nr", "num", "number", "row", "rownames", "rowname", "obs", "observation"}
SHOWN = 5


def propose_csv(kind: type[Csv], source: str, target: str, given: Mapping[str, Any]) -> Proposal | None:
    """Return what a text file tells; None for another file. Raises `DataError` with the options that are lacking."""
    path = Path(source)
    if "://" in source:
        return None
    check_there(path)
    if is_workbook(path):
        return None
    with unpacked(path) as file:
        if file.read(16).startswith(OTHERS):
            return None
        kind.model_validate({"path": path, "target": target, **given})
        encoding, remark = (given["encoding"], "") if "encoding" in given else encoding_of(file)
        file.seek(0)
        with as_utf8(file, encoding, path) as text:
            layout = layout_of(text, target, given, path)
    drop = [*layout.pop("drop", ()), *given.get("drop", ())]
    options = {**layout, "encoding": encoding, "drop": tuple(drop), **{k: v for k, v in given.items() if k != "drop"}}
    options = {option: tuple(value) if isinstance(value, list) else value for option, value in options.items()}
    draft = kind(path=path, target=target, **options)
    with unpacked(path) as file:
        cells = draft.parsed(file, path, as_text=True)
    said = {option: getattr(draft, option) for option in ("decimal", "thousands", "missing_values") if option in given}
    written = writing_of(cells.drop(columns=drop, errors="ignore"), draft.separator, said, str(path))
    if "missing_values" in written and draft.missing_values is None:  # said here, and of NA by nobody
        _refuse(draft, draft.ambiguous_missing(draft.raw().drop(columns=drop, errors="ignore")))
    options = {**written, **options, **said}
    return propose_table(kind, {"path": source, **options}, target, [remark] if remark else [])


def propose_table(
    kind: type[UserTable], options: Mapping[str, Any], target: str, remarks: list[str] | None = None
) -> Proposal:
    """Return what a table tells that can be read by options; raises `DataError` where its target is none."""
    import pandas as pd

    options = {option: tuple(value) if isinstance(value, list) else value for option, value in options.items()}
    dataset = kind.model_validate({**options, "target": target})
    frame = dataset.raw()
    _refuse(dataset, dataset.wrong_options([str(name) for name in frame.columns]))
    if frame.empty:
        raise DataError(f"{dataset.where}: there is a header but no row of data; add rows")
    targets = {each.target: _target(each, frame) for each in dataset.each_target()}
    frame = dataset.with_numbers(frame.drop(columns=[*dataset.drop, *dataset.more_targets]))
    _refuse(dataset, dataset.ambiguous_missing(frame))
    settled = dataset.settled(frame)
    left_out = _left_out(dataset, frame, settled)
    used = {name: column for name, column in settled.columns.items() if name not in left_out}
    dated = [name for name in left_out if name not in settled.columns and name in frame.columns]
    if len(used) < 2 and dated and dataset.dates == "leave_out":
        why = f"no column can be an input but dates ({', '.join(map(str, dated))}): their parts are"
        return propose_table(kind, {**options, "dates": "parts"}, target, [*(remarks or []), why])
    if len(used) < 2:
        why = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
        raise DataError(f"{dataset.where}: no column can be an input of {target!r} ({why})")
    whole = ~pd.DataFrame(used).drop(columns=target).isna().any(axis=1)
    gaps = {name: int(column.isna().sum()) for name, column in targets.items() if column.isna().any()}
    prepare = {"missing": "impute"} if float((~whole).mean()) > LOST else {}
    drop = [name for name in left_out if name in settled.columns]  # dates are left out without being dropped
    chosen = {
        **options,
        "drop": (*dataset.drop, *(name for name in drop if name not in dataset.drop)),
        **({"rows_without_target": "drop"} if gaps else {}),
    }
    said = [*(remarks or []), *starmap(_without, gaps.items())]
    if prepare:
        said.append(f"{(~whole).sum()} of {len(whole)} rows have gaps: they are filled in")
    final = kind.model_validate({**chosen, "target": target})
    plain = final.model_dump(mode="json", exclude_defaults=True)
    return Proposal(
        {**plain, **({"path": options["path"]} if "path" in options else {})},
        tuple(said),
        {str(name): _described(column, name in settled.categorical) for name, column in (used | targets).items()},
        {str(name): reason for name, reason in left_out.items()},
        prepare,
        len(frame),
        final.title,
    )


def _refuse(dataset: UserTable, problems: Sequence[str]) -> None:
    """Raise `DataError` with what is in the way of a table, a line each, if anything is."""
    if problems:
        raise DataError("\n".join(f"{dataset.where}: {text}" for text in problems))


def _left_out(dataset: UserTable, frame: pd.DataFrame, settled: Settled) -> dict[str, str]:
    """Return why each column is no input that is none."""
    left_out = {name: "it has no name" if name.startswith(UNNAMED) else "as said" for name in dataset.drop}
    left_out |= {name: _reason(text, name) for name, text in settled.blockers.items()}
    for name in frame.columns:
        column = settled.columns.get(name)
        if name in left_out or name == dataset.target:
            continue
        if column is None:
            if dataset.dates == "leave_out":
                left_out[name] = "dates or times; dates: parts makes year, month, weekday and day of the year of them"
        elif _numbers_rows(column, str(name)):
            left_out[name] = "it only numbers the rows"
        elif column.dtype.kind == "f" and column.isin([float("inf"), float("-inf")]).any():
            left_out[name] = "it has infinite values"
    return left_out


def is_workbook(path: Path) -> bool:
    """Say whether a file is an Excel workbook: an archive with the parts of one."""
    import zipfile

    with open_regular(path) as file:
        if packing_of(file.read(6)) != "zip":
            return False
    try:
        return "[Content_Types].xml" in zipfile.ZipFile(path).namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _target(dataset: UserTable, frame: pd.DataFrame) -> pd.Series[Any]:
    """Return the target's column; raises `DataError` where it cannot be one."""
    alone = dataset.settled(dataset.with_numbers(frame[[dataset.target]]))
    column, blocker = alone.columns[dataset.target], alone.blockers.get(dataset.target)
    if blocker is not None:
        raise DataError(f"{dataset.where}: {blocker}")
    if column.isna().all():
        raise DataError(f"{dataset.where}: target {dataset.target!r} holds no value; choose another column")
    if column.nunique() == 1:
        value = column.dropna().iloc[0]
        shown = f"{value:g}" if column.dtype.kind in "iuf" else value
        raise DataError(
            f"{dataset.where}: target {dataset.target!r} is {shown} in every row; choose a column that varies"
        )
    return column


def _without(name: str, rows: int) -> str:
    return f"1 row has no {name}, and is left out" if rows == 1 else f"{rows} rows have no {name}, and are left out"


def _reason(text: str, name: str) -> str:
    return text.removeprefix(f"column {name!r} ").partition("; ")[0]


def _numbers_rows(column: pd.Series[Any], name: str) -> bool:
    """Say whether a column counts the rows from 0 or 1, and is called like one that does."""
    import numpy as np

    words = re.split(r"[^a-z]+", name.lower())
    if not set(words) & NAMES_OF_ROWS or column.dtype.kind not in "iuf":
        return False
    values = column.to_numpy()
    return bool(len(values) > 2 and values[0] in (0, 1) and np.array_equal(np.diff(values), np.ones(len(values) - 1)))


def _described(column: pd.Series[Any], categorical: bool) -> str:
    gaps = f", {column.isna().sum()} missing" if column.isna().any() else ""
    known = column.dropna()
    if not categorical and column.dtype.kind in "iuf":
        same = known.nunique() == 1
        return (
            f"{known.iloc[0]:.6g} in every row" if same else f"numbers, {known.min():.6g} to {known.max():.6g}"
        ) + gaps
    values = sorted(map(str, known.unique()))
    more = " ..." if len(values) > SHOWN else ""
    return f"{len(values)} categories: {', '.join(values[:SHOWN])}{more}{gaps}"
