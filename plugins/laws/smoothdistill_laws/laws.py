"""`Laws`: a suite of laws, each a dataset of its own: one that comes along, or a CSV file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator

from smoothdistill_core import DataError, Dataset, Suite
from smoothdistill_core.errors import did_you_mean
from smoothdistill_laws.law import Law
from smoothdistill_laws.options import Noise, Seed
from smoothdistill_laws.suite_file import SuiteLaw, read_suite, shipped_suites
from smoothdistill_laws.trajectory import Trajectory

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

COLUMNS = {"expression": "formula", "system": "formula", "title": "name"}
"""The columns that an option comes from, where it is called otherwise."""


def _one_of_the_suite(name: str, info: ValidationInfo) -> str:
    if "suite" in info.data:
        known = [law.name for law in read_suite(_file(info.data["suite"]))]
        if name not in known:
            raise DataError(f"there is no law {name!r}; {did_you_mean(name, known)}")
    return name


class Laws(Suite):
    """A suite of laws, each a dataset of its own, called by the law's name: feynman, strogatz, or a file."""

    name = "laws"
    suite: str = Field(description="feynman, strogatz, or the path of a CSV file, relative to the recipe")
    only: tuple[Annotated[str, AfterValidator(_one_of_the_suite)], ...] = Field(
        (), description="the names of the laws to take; left out, all"
    )
    half: Literal["odd", "even"] | None = Field(
        None,
        description="take every other law, from the first (odd) or the second (even) on: one half to decide by, "
        "the other to test what was decided",
    )
    sample: Annotated[int, Field(ge=1)] | None = Field(
        None, description="take so many laws of them, drawn by the seed; a larger sample holds the smaller ones"
    )
    rows: Annotated[int, Field(ge=10, le=10_000_000)] | None = Field(
        None, description="the number of rows of each law; left out, 2000, or 400 where they are trajectories"
    )
    noise: Noise = 0.0
    seed: Seed = Field(0, description="the seed of inputs and noise of each law, and of the sample")
    units: bool = Field(  # type: ignore[assignment] # columns are those of its members, and so are their units
        False, description="declare the units of measure that the file gives for the inputs and the target of each law"
    )

    @field_validator("suite")
    @classmethod
    def _can_be_read(cls, suite: str, info: ValidationInfo) -> str:
        if suite not in shipped_suites():
            suite = str(_path(suite, (info.context or {}).get("folder")))
        laws = read_suite(_file(suite))
        if info.data.get("units") and not any(law.all_units for law in laws):
            raise DataError(
                "no law of the suite has a unit; add the columns units and target_units, or leave out units"
            )
        return suite

    @field_validator("only")
    @classmethod
    def _names_each_once(cls, only: tuple[str, ...]) -> tuple[str, ...]:
        if twice := [name for name in only if only.count(name) > 1]:
            raise DataError(f"{twice[0]!r} is named twice; name each law once")
        return only

    @field_validator("half", "sample")
    @classmethod
    def _draws_from_all(cls, value: object, info: ValidationInfo) -> object:
        if value is not None and info.data.get("only"):
            raise DataError(f"only names the laws already; leave out {info.field_name}, or only")
        return value

    @field_validator("sample")
    @classmethod
    def _has_so_many(cls, sample: int | None, info: ValidationInfo) -> int | None:
        if sample is not None and {"suite", "half"} <= info.data.keys():
            among = len(_half(read_suite(_file(info.data["suite"])), info.data["half"]))
            if sample > among:
                raise DataError(f"there are {among} laws to draw {sample} from; draw at most {among}")
        return sample

    @property
    def label(self) -> str:
        """The name of the suite, or of its file without the ending."""
        return Path(self.suite).stem

    def members(self) -> list[Dataset]:
        """Return a `Law` or a `Trajectory` for each law that is taken, in the order of the file.

        Raises `DataError` with a line for each law that cannot be: its place in the file, the column and the remedy.
        """
        laws = read_suite(_file(self.suite))
        members, problems = [], []
        for law in self._taken(laws):
            try:
                members.append(self._dataset(law, laws))
            except ValidationError as error:
                problems += _told(law, error)
        if problems:
            raise DataError("\n".join(problems))
        return members

    def _taken(self, laws: Sequence[SuiteLaw]) -> Sequence[SuiteLaw]:
        if self.only:
            return [law for law in laws if law.name in self.only]
        laws = _half(laws, self.half)
        if self.sample is None:
            return laws
        drawn = sorted(laws, key=self._lot)[: self.sample]
        return [law for law in laws if law in drawn]

    def _lot(self, law: SuiteLaw) -> str:
        """Return what decides whether a law is drawn: by its name, so that further laws of a file change little."""
        return hashlib.sha256(f"{self.seed} {law.name}".encode()).hexdigest()

    def _dataset(self, law: SuiteLaw, laws: Sequence[SuiteLaw]) -> Dataset:
        options = {
            "title": law.name,
            "target": law.target,
            "ranges": law.ranges,
            "noise": self.noise,
            "seed": self.seed,
        }
        if self.rows is not None:
            options["rows"] = self.rows
        if self.units:
            options["units"] = law.all_units
        if not law.system:
            return Law.model_validate({"expression": law.formula, **options})
        system = {other.state: other.formula for other in laws if other.system == law.system}
        return Trajectory.model_validate({"system": system, "state": law.state, "time": law.time, **options})


def _half(laws: Sequence[SuiteLaw], half: Literal["odd", "even"] | None) -> Sequence[SuiteLaw]:
    return laws if half is None else laws[0 if half == "odd" else 1 :: 2]


def _file(suite: str) -> Traversable:
    return shipped_suites().get(suite) or Path(suite)


def _path(suite: str, folder: Path | None) -> Path:
    """Return the file that is meant by what is no name of a suite; raises `DataError` where there is none."""
    path = Path(suite) if folder is None else folder / suite
    if path.suffix.lower() != ".csv":
        known = did_you_mean(suite, shipped_suites())
        raise DataError(f"there is no suite {suite!r}; name one ({known}), or write the path of a CSV file")
    if not path.is_file():
        near = [file.name for file in path.parent.glob("*.csv")]
        raise DataError(f"there is no file {path}; {did_you_mean(path.name, near)}")
    return path


def _told(law: SuiteLaw, error: ValidationError) -> list[str]:
    """Return what is wrong with a law, once for each column."""
    from smoothdistill_core.recipe.in_words import in_words

    found: dict[str, str] = {}
    for detail in error.errors(include_url=False):
        option, *inner = map(str, detail["loc"])
        column = "target_units" if option == "units" and inner[:1] == [law.target] else COLUMNS.get(option, option)
        found.setdefault(column, law.wrong(column, ": ".join([*inner[:1], "; ".join(in_words(detail))])))
    return list(found.values())
