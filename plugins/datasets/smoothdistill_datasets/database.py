"""`Database`: a table of a database, or what a query gives; an optional extra."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AfterValidator, ValidationInfo, model_validator

from smoothdistill_core import DataError, Proposal, Secret
from smoothdistill_core.errors import did_you_mean, one_line
from smoothdistill_core.files import open_regular
from smoothdistill_datasets.user_table import UserTable

if TYPE_CHECKING:
    import pandas as pd

MAGIC = b"SQLite format 3\0"
SQLITE = "sqlite:///"


def _relative_to_recipe(url: str, info: ValidationInfo) -> str:
    """Return a URL with the file of an SQLite database as a path from the recipe's folder."""
    folder = (info.context or {}).get("folder")
    if folder is None or not url.startswith(SQLITE):
        return url
    return f"{SQLITE}{Path(folder) / url.removeprefix(SQLITE)}"


class Database(UserTable):
    """A table of a database, or the rows that a query selects, in the order that the database gives them."""

    name = "database"
    url: Annotated[str, AfterValidator(_relative_to_recipe)]
    """Where the database is, as SQLAlchemy writes it, without a password: sqlite:///shop.db, with the file relative to
    the recipe, or postgresql://user@host/shop."""
    table: str = ""
    """The name of the table, where there is no query."""
    query: str = ""
    """A SELECT, in place of a table; one with ORDER BY gives the same rows in the same order each time."""
    password: Secret | None = None
    """The password, where the database asks for one: the text, or {env: NAME}."""

    @model_validator(mode="after")
    def _check_what(self) -> Self:
        if bool(self.table) == bool(self.query):
            raise ValueError("a table or a query is read, one of the two; say table: NAME, or query: SELECT ...")
        return self

    @classmethod
    def unavailable(cls) -> str | None:
        """Return what to install where SQLAlchemy is missing."""
        return None if find_spec("sqlalchemy") else 'databases need SQLAlchemy; pip install "smoothdistill[sql]"'

    @classmethod
    def propose(cls, source: str, target: str, given: Mapping[str, Any]) -> Proposal | None:
        """Say what the columns of a table are: of a URL, or of an SQLite file; None for anything else."""
        from smoothdistill_datasets.proposing import propose_table

        url = source
        if "://" not in source:
            with open_regular(Path(source)) as file:
                if file.read(len(MAGIC)) != MAGIC:
                    return None
            url = f"{SQLITE}{source}"
        if url.startswith(SQLITE):
            url = f"{SQLITE}{Path(url.removeprefix(SQLITE)).resolve()}"
        if reason := cls.unavailable():
            raise DataError(f"{source}: {reason}")
        known = dict(given)
        if not known.keys() & {"table", "query"}:
            tables = _tables(url, source)
            if len(tables) != 1:
                raise DataError(
                    f"{source} has {len(tables)} tables ({', '.join(tables[:10])}); say which: say table=NAME"
                )
            known["table"] = tables[0]
        return propose_table(cls, {"url": url, **known}, target)

    @property
    def title(self) -> str:
        """The name of the table, or of the database."""
        return self.table or Path(self.url.split("?")[0]).stem

    @property
    def where(self) -> str:
        """The URL and the table."""
        return f"{self.url} {self.table}".strip()

    def raw(self) -> pd.DataFrame:
        """Return the rows as the database has them."""
        import pandas as pd

        if reason := self.unavailable():
            raise DataError(f"{self.where}: {reason}")
        import sqlalchemy

        try:
            url = sqlalchemy.make_url(self.url)
            if self.password is not None:
                url = url.set(password=self.password.get_secret_value())
            if url.get_backend_name() == "sqlite" and url.database:
                open_regular(Path(url.database)).close()  # SQLite would make a new one
            engine = sqlalchemy.create_engine(url)
            try:
                if self.table:
                    names = sqlalchemy.inspect(engine).get_table_names() + sqlalchemy.inspect(engine).get_view_names()
                    if self.table not in names:
                        raise DataError(f"{self.url} has no table {self.table!r}; {did_you_mean(self.table, names)}")
                asked = sqlalchemy.select(sqlalchemy.text("*")).select_from(sqlalchemy.table(self.table))
                with engine.connect() as connection:
                    frame = pd.read_sql_query(asked if self.table else sqlalchemy.text(self.query), connection)
            finally:
                engine.dispose()
        except DataError:
            raise
        except Exception as error:  # noqa: BLE001 each database raises its own
            raise DataError(
                f"{self.where}: cannot be read ({one_line(error)}); is it a database, and the query right?"
            ) from None
        names = [str(name) for name in frame.columns]
        self._check_names(names)
        return frame.set_axis(names, axis="columns")


def _tables(url: str, source: str) -> list[str]:
    import sqlalchemy

    try:
        engine = sqlalchemy.create_engine(url)
        try:
            return sorted(sqlalchemy.inspect(engine).get_table_names())
        finally:
            engine.dispose()
    except Exception as error:  # noqa: BLE001 each database raises its own
        raise DataError(f"{source}: cannot be read ({one_line(error)}); is it a database?") from None
