"""What a dataset promises: a sound table, the same each time, whose origin is told."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from smoothdistill_core.components import Dataset, Table
from smoothdistill_core.errors import DataError
from smoothdistill_core.preparation import fingerprint, prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.testing import options
from smoothdistill_core.testing.contracts import REMEDY, Check, Contract
from smoothdistill_core.testing.offline import offline
from smoothdistill_core.testing.surroundings import changes_made_by, shaken

if TYPE_CHECKING:
    import pandas as pd

OFFLINE_SECONDS = 20.0
"""How long a dataset may take to load, or to give up, on a machine without a network."""

SHAPE = Contract(
    "load() returns a Table whose frame is a pandas DataFrame with rows, a target and at least one feature",
    "return Table(frame, target=...) with the target and the features that are used",
)
NAMES = Contract(
    "column names are non-empty text, and distinct; the categorical columns are features",
    "rename the columns (frame.columns = [str(name) ...]), and name only features in categorical",
)
TARGET = Contract(
    "the target is a column of numbers, all finite, of at least two values",
    "encode the target as numbers, and leave out the rows where it is missing or infinite (say so in the notes)",
)
LEAK = Contract(
    "no feature is the target itself",
    "leave the copy of the target out of the frame, and say so in the notes",
)
PREPARED = Contract(
    "the table can be prepared with the default options, its advised transform included",
    "do what the error says, in load()",
)
NOTES = Contract(
    "the notes of a table are a tuple of sentences that say what was left out or changed, and why",
    'write notes=("left out id: it only numbers the rows",), with a comma for one',
)
CITATION = Contract("the table says where it comes from", "pass citation=... to Table: authors, year, title, number")
LICENCE = Contract(
    "the table says under which licence it may be used",
    "pass licence=... to Table; if none is stated, say just that",
)
LABEL = Contract(
    "the label is one short line of text, the same each time: tables and messages call the dataset so",
    "return the name, and what tells two datasets of this class apart",
)
REPEATED = Contract(
    "loading twice gives the same rows in the same order, whatever was done with the first table",
    "seed every random generator from an option, sort what comes in no order, and hand out no table twice (copy it)",
)
OFFLINE = Contract(
    f"without a network, load() works or raises DataError with a remedy, within {OFFLINE_SECONDS:g} seconds",
    "catch the error of the download, without trying again, and raise DataError with what to put where",
)
ALONE = Contract(
    "a dataset leaves the process as it was: no global random state, no setting, no variable, no printing",
    "use own generators (numpy.random.default_rng(self.random_state)), and set nothing that is global",
)


def check_table_shape(component: Dataset) -> None:
    """Check that there are rows, a target and a feature."""
    table = _loaded(component, SHAPE)
    rows, columns = table.frame.shape
    if rows < 1 or columns < 2:
        raise SHAPE.broken(component, f"the frame has {rows} rows and {columns} columns")


def check_column_names(component: Dataset) -> None:
    """Check that names are text and distinct."""
    table = _loaded(component, NAMES)
    names = list(table.frame.columns)
    if odd := [name for name in names if not isinstance(name, str) or not name.strip()]:
        raise NAMES.broken(component, f"{odd[0]!r} is the name of a column")
    if twice := [name for name in names if names.count(name) > 1]:
        raise NAMES.broken(component, f"two columns are called {twice[0]!r}")
    if strange := [name for name in table.categorical if name not in names or name == table.target]:
        raise NAMES.broken(component, f"categorical names {strange[0]!r}, which is no feature")


def check_target(component: Dataset) -> None:
    """Check that the target is there, numeric and finite, and varies."""
    import pandas as pd

    table = _loaded(component, TARGET)
    if table.target not in table.frame.columns:
        raise TARGET.broken(component, f"there is no column {table.target!r}")
    column = _target(table)
    if not pd.api.types.is_numeric_dtype(column):
        raise TARGET.broken(component, f"the target {table.target!r} holds {column.iloc[0]!r}")
    values = column.to_numpy(dtype=float, na_value=np.nan)
    if not np.isfinite(values).all():
        row = int(np.flatnonzero(~np.isfinite(values))[0]) + 1
        raise TARGET.broken(component, f"in data row {row} the target {table.target!r} is {values[row - 1]}")
    if len(np.unique(values)) < 2:
        raise TARGET.broken(component, f"the target {table.target!r} is {values[0]:g} in every row")


def check_target_is_no_feature(component: Dataset) -> None:
    """Check that no feature equals the target row by row."""
    table = _loaded(component, LEAK)
    if table.target not in table.frame.columns:
        return  # check_target says so
    target = _target(table)
    for place, name in enumerate(table.frame.columns):
        if name != table.target and np.array_equal(table.frame.iloc[:, place].to_numpy(), target.to_numpy()):
            raise LEAK.broken(component, f"the column {name!r} equals the target {table.target!r} in every row")


def check_can_be_prepared(component: Dataset) -> None:
    """Check that the default preparation works."""
    table = _loaded(component, PREPARED)
    with PREPARED.kept_by(component, "preparing it"):
        prepare(table, Prepare(), seed=0)


def check_notes(component: Dataset) -> None:
    """Check that the notes are text."""
    notes: Any = _loaded(component, NOTES).notes
    if not isinstance(notes, tuple) or not all(isinstance(note, str) and note.strip() for note in notes):
        raise NOTES.broken(component, f"the notes are {notes!r}")


def check_citation(component: Dataset) -> None:
    """Check that there is a citation."""
    citation = _loaded(component, CITATION).citation
    if not isinstance(citation, str) or not citation.strip():
        raise CITATION.broken(component, f"its citation is {citation!r}")


def check_licence(component: Dataset) -> None:
    """Check that there is a word on the licence."""
    licence = _loaded(component, LICENCE).licence
    if not isinstance(licence, str) or not licence.strip():
        raise LICENCE.broken(component, f"its licence is {licence!r}")


def check_label(component: Dataset) -> None:
    """Check that the label is one line, and the same for an equal dataset."""
    label: Any = component.label
    if not isinstance(label, str) or not label.strip() or len(label.splitlines()) > 1:
        raise LABEL.broken(component, f"the label is {label!r}")
    if type(component).model_validate(component.options()).label != label:
        raise LABEL.broken(component, f"an equal dataset has another label than {label!r}")


def check_loads_the_same_twice(component: Dataset) -> None:
    """Check that content and order repeat, even after the first table was written into."""
    marks = []
    for global_seed in (1, 2):
        with shaken(global_seed):
            table = _loaded(component, REPEATED)
        marks.append(fingerprint(table))
        table.frame[f"written by user {global_seed}"] = 0.0
    if marks[0] != marks[1]:
        raise REPEATED.broken(component, "the second table is not the first one")


def check_works_or_refuses_offline(component: Dataset) -> None:
    """Check that without a network it loads, or soon says what to do."""
    raised: list[Exception] = []

    def load() -> None:
        try:
            component.load()
        except Exception as error:  # noqa: BLE001 whatever it is, it is judged below
            raised.append(error)

    with offline():
        loading = threading.Thread(target=load, daemon=True)
        loading.start()
        loading.join(OFFLINE_SECONDS)
    if loading.is_alive():
        raise OFFLINE.broken(component, f"after {OFFLINE_SECONDS:g} seconds it was still loading")
    for error in raised:
        if not isinstance(error, DataError):
            raise OFFLINE.broken(component, f"load() raised {type(error).__name__}: {error}") from error
        if not REMEDY.search(str(error)):
            raise OFFLINE.broken(component, f"the message {str(error)!r} does not say what to do") from error


def check_leaves_the_process_alone(component: Dataset) -> None:
    """Check that no global state or random state is touched, and nothing printed."""
    changed = changes_made_by(lambda: _loaded(component, ALONE))
    if changed:
        raise ALONE.broken(component, f"load changed {', '.join(changed)}")


CHECKS: tuple[Check, ...] = (
    *options.CHECKS,
    check_table_shape,
    check_column_names,
    check_target,
    check_target_is_no_feature,
    check_can_be_prepared,
    check_notes,
    check_citation,
    check_licence,
    check_label,
    check_loads_the_same_twice,
    check_works_or_refuses_offline,
    check_leaves_the_process_alone,
)
"""All checks of datasets."""


def _loaded(component: Dataset, contract: Contract) -> Table:
    """Return the table, which is one: without that, nothing else can be checked."""
    import pandas as pd

    with contract.kept_by(component, "load"):
        table: Any = component.load()
    if not isinstance(table, Table) or not isinstance(table.frame, pd.DataFrame):
        raise SHAPE.broken(component, f"load() returned {type(table).__name__}, no Table that holds a DataFrame")
    return table


def _target(table: Table) -> pd.Series[Any]:
    return table.frame.iloc[:, list(table.frame.columns).index(table.target)]
