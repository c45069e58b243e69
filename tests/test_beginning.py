"""`init` and `fit` look at a table that nobody has described, and write a recipe that reads it."""

import json
import os
import subprocess
import sys

import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from smoothdistill_core import Results
from smoothdistill_core.cli import main

ROWS = [(n % 7 + 0.5, "Ulm" if n % 3 else "Köln", f"{1 + n % 28:02}.03.2021", n * 1550.25) for n in range(60)]
MESSY = (
    "Sold in 2021;;;;\n\nid;area;town;sold;price\n"
    + "".join(
        f"{n};{str(area).replace('.', ',')};{town};{day};{f'{price:_.2f}'.replace('.', ',').replace('_', '.')}\n"
        for n, (area, town, day, price) in enumerate(ROWS, start=1)
    )
    + "61;-;Ulm;01.04.2021;1,00\n62;2,5;Ulm;01.04.2021;\n"
)
QUICK = "\nteacher: {name: mlp, hidden: [4], epochs: 2}\nregularizer: none\nstudent: linear\ntrials: {seeds: 1}\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The working folder, empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def invoke(here):
    return lambda *arguments, given=None: CliRunner().invoke(
        main, list(map(str, arguments)), input=given, catch_exceptions=False
    )


def simple(rows=60):
    return "area,rooms,price\n" + "".join(f"{n % 11},{n % 5},{2 * (n % 11) + n % 5}\n" for n in range(rows))


def test_init_says_what_it_understood_of_every_column_and_the_recipe_reads_the_table(here, invoke):
    (here / "houses.csv").write_bytes(MESSY.encode("cp1252"))
    done = invoke("init", "houses.csv", "--target", "price")
    assert done.exit_code == 0, done.output
    text = (here / "houses.yaml").read_text()
    lines = [line for line in text.splitlines() if line.startswith("dataset: ")]
    assert yaml.safe_load(lines[0]) == {
        "dataset": {
            "name": "csv",
            "path": "houses.csv",
            "target": "price",
            "drop": ["id"],
            "missing_values": ["-"],
            "decimal": ",",
            "thousands": ".",
            "rows_without_target": "drop",
            "separator": ";",
            "encoding": "cp1252",
            "skip_rows": 2,
        }
    }
    for said in (
        "#   area  numbers, 0.5 to 6.5, 1 missing",
        "#   town  2 categories: Köln, Ulm",
        "#   id    it only numbers the rows",
        "#   sold  dates or times; dates: parts makes",
    ):
        assert said in text
    (here / "houses.yaml").write_text(text + QUICK)
    assert invoke("validate", "houses.yaml").exit_code == 0


@pytest.mark.slow
def test_fit_keeps_its_recipe_in_the_run_folder_and_goes_on_with_it(here, invoke, monkeypatch):
    (here / "data").mkdir()
    (here / "data" / "houses.csv").write_text(simple())
    monkeypatch.setattr("smoothdistill_core.recipe.proposed.Proposed.text", quick(monkeypatch))
    done = invoke("fit", "data/houses.csv", "--target", "price", "--workers", 1)
    assert done.exit_code == 0, done.output
    recipe = yaml.safe_load((here / "runs" / "houses" / "recipe.yaml").read_text())
    assert recipe["dataset"]["path"] == "../../data/houses.csv"
    assert Results.read(here / "runs" / "houses").recommended
    again = invoke("fit", "data/houses.csv", "--target", "price", "--workers", 1)
    assert again.exit_code == 0, again.output


def quick(monkeypatch):
    """Return the text of a recipe that runs in a moment."""
    from smoothdistill_core.recipe import Proposed

    text = Proposed.text
    return lambda self, *given: text(self, *given) + QUICK


def test_what_is_there_is_never_overwritten_and_the_difference_is_shown(here, invoke):
    (here / "houses.csv").write_text(simple())
    assert invoke("init", "houses.csv", "--target", "price").output.startswith("Wrote houses.yaml")
    assert invoke("init", "houses.csv", "--target", "price").output.startswith("Nothing changes in houses.yaml")
    (here / "houses.yaml").write_text("name: mine\n")
    refused = invoke("init", "houses.csv", "--target", "price")
    assert refused.exit_code == 2
    assert "-name: mine\n" in refused.output
    assert "+name: houses\n" in refused.output
    assert "houses.yaml is there already, and differs; rename it, or say --force" in refused.output
    assert (here / "houses.yaml").read_text() == "name: mine\n"
    assert invoke("init", "houses.csv", "--target", "price", "--force").exit_code == 0
    assert "name: houses" in (here / "houses.yaml").read_text()


def test_fit_leaves_a_run_folder_with_another_recipe_alone(here, invoke):
    (here / "houses.csv").write_text(simple())
    folder = here / "runs" / "houses"
    folder.mkdir(parents=True)
    (folder / "recipe.yaml").write_text("name: mine\n")
    refused = invoke("fit", "houses.csv", "--target", "price")
    assert refused.exit_code == 2
    assert "-name: mine" in refused.output
    assert [path.name for path in folder.iterdir()] == ["recipe.yaml"]


def test_standard_input_is_kept_beside_the_recipe(here, invoke):
    assert invoke("init", "-", "--target", "price", given=simple()).exit_code == 0
    assert (here / "table.csv").read_text() == simple()
    assert "path: table.csv" in (here / "table.yaml").read_text()
    refused = invoke("init", "-", "--target", "price", given=simple(40))
    assert "table.csv is there already, and holds something else" in refused.output
    assert (here / "table.csv").read_text() == simple()


def test_a_recipe_may_come_from_standard_input(here, invoke):
    (here / "houses.csv").write_text(simple())
    done = invoke("validate", "-", given="dataset: {name: csv, path: houses.csv, target: price}" + QUICK)
    assert done.output.startswith("recipe: 1 trial")
    endless = invoke("validate", "-", given="#" * 1_000_001)
    assert "standard input gives more than 1,000,000 bytes" in endless.output


def test_options_that_are_known_already_count(here, invoke):
    (here / "houses.csv").write_text('area,price\n"1,550",2\n"2,300",3\n')
    asked = invoke("init", "houses.csv", "--target", "price")
    assert asked.exit_code == 2
    assert "here as --set OPTION=VALUE" in asked.output
    assert invoke("init", "houses.csv", "--target", "price", "--set", "decimal=,").exit_code == 0
    assert 'decimal: ","' in (here / "houses.yaml").read_text()
    for wrong, said in (
        ("foo=1", "has no option 'foo'"),
        ("encoding=klingon", "no encoding 'klingon'"),
        ("x", "no assig"),
    ):
        assert said in invoke("init", "houses.csv", "--target", "price", "--set", wrong).output


def test_a_digit_is_a_number(here, invoke):
    (here / "houses.csv").write_text("sold in 2021\n" + simple())
    done = invoke("init", "houses.csv", "--target", "price", "--set", "skip_rows=1")
    assert done.exit_code == 0, done.output
    assert "skip_rows: 1" in (here / "houses.yaml").read_text()


def test_columns_that_are_left_out_by_hand_have_to_be_there(here, invoke):
    (here / "houses.csv").write_text(simple())
    refused = invoke("init", "houses.csv", "--target", "price", "--set", "drop=[room]")
    assert (refused.exit_code, refused.output.count("\n")) == (2, 1)
    assert "drop names no column 'room'; did you mean 'rooms'?" in refused.output
    assert invoke("init", "houses.csv", "--target", "price", "--set", "drop=[rooms]").exit_code == 0
    assert "drop: [rooms]" in (here / "houses.yaml").read_text()


@pytest.mark.parametrize(
    "name",
    [
        "on",
        "yes: no",
        "#1",
        "a, b",
        "[x]",
        "null",
        "1e3",
        "{y}",
        "it's",
        'say "so"',
        "tab\there",
        "€",
        "- x",
        ".5",
        ".inf",
        "\u200b😀",
    ],
)
def test_columns_may_be_called_anything(here, invoke, name):
    frame = pd.DataFrame(
        {name: [f"text {n}" for n in range(40)], "area": range(40), "price": [n % 7 for n in range(40)]}
    )
    frame.to_csv("houses.csv", index=False)
    assert invoke("init", "houses.csv", "--target", "price").exit_code == 0
    recipe = yaml.safe_load((here / "houses.yaml").read_text())
    assert recipe["dataset"]["drop"] == [name]
    (here / "houses.yaml").write_text((here / "houses.yaml").read_text() + QUICK)
    assert invoke("validate", "houses.yaml").exit_code == 0


def test_the_target_may_be_called_anything(here, invoke):
    pd.DataFrame({"area": range(40), "2020": [n % 7 for n in range(40)]}).to_csv("houses.csv", index=False)
    assert invoke("init", "houses.csv", "--target", "2020").exit_code == 0
    assert 'target: "2020"' in (here / "houses.yaml").read_text()


def test_the_recipe_of_a_large_table_says_what_sample_is_searched(here, invoke):
    (here / "small.csv").write_text(simple(10_000))
    (here / "large.csv").write_text(simple(10_001))
    for name, searched in (("small", None), ("large", {"max_rows": 1000})):
        assert invoke("init", f"{name}.csv", "--target", "price").exit_code == 0
        assert yaml.safe_load((here / f"{name}.yaml").read_text()).get("distil") == searched
    assert (
        "# The table has 10,001 rows. For a formula within minutes each search sees\n# 1,000"
        in (here / "large.yaml").read_text()
    )
    assert invoke("validate", "large.yaml").exit_code == 0


def write(here, name, content):
    (here / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


REFUSED = {
    "nothing in it": ("", "is empty"),
    "one column": ("y\n1\n2\n", "there is only one column, 'y'"),
    "100,000 columns": (
        ",".join(f"c{n}" for n in range(10**5)) + ",y\n",
        "there are 100,001 columns, and at most 10,000",
    ),
    "a ragged row": (simple().replace("price", "y") + "1,2\n", ":62: 2 fields, where the header has 3"),
    "a NUL": (simple().replace("price", "y") + "1,\0,3\n", ":62: there is a NUL byte"),
    "no such target": (simple(), "target names no column 'y'"),
    "a target misspelt": ("a,Y\n1,2\n", "did you mean 'Y'?"),
    "a target of many texts": (
        "a,y\n1,p\n2,q\n3,r\n",
        "choose another, or make a column of one class against the rest",
    ),
    "a constant target": ("a,y\n1,3\n2,3\n", "is 3 in every row"),
    "a target twice": ("a,y,y\n1,2,3\n", "several columns 'y'"),
    "no header": ("1,2\n3,4\n", "so that there is no header; give the target as one of column_1 to column_2"),
    "a header alone": ("a,y\n", "there is a header but no row of data"),
    "a quotation mark left open": ('a,y\n1,2\n"3,4\n', "one that is opened has to be closed"),
    "an image": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "NUL byte"),
    "a country": ("c,y\nDE,1\nNA,2\nFR,3\n", "say missing_values: [] where it is"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_read_is_one_line_with_the_remedy(here, invoke, what):
    content, said = REFUSED[what]
    refused = invoke("init", write(here, "table.csv", content), "--target", "y")
    assert refused.exit_code == 2, refused.output
    assert said in refused.output
    assert refused.output.count("\n") == 1
    assert not (here / "table.yaml").exists()


def test_pipes_devices_folders_and_endless_names_are_refused_in_one_line(here, invoke):
    os.mkfifo("pipe")
    os.symlink("round", "round")
    (here / "folder").mkdir()
    for source in ("pipe", "/dev/zero", "folder", "round", "n" * 300, "nowhere.csv"):
        for command in (("init", source, "--target", "y"), ("validate", source)):
            refused = invoke(*command)
            assert refused.exit_code == 2
            assert refused.output.count("\n") == 1
    (here / "r.yaml").write_text("dataset: {name: csv, path: pipe, target: y}")
    assert "pipe is a pipe or a device, and no file" in invoke("validate", "r.yaml").output


def test_a_link_to_a_file_is_as_good_as_the_file(here, invoke):
    (here / "houses.csv").write_text(simple())
    os.symlink("houses.csv", "link.csv")
    assert invoke("init", "link.csv", "--target", "price").exit_code == 0


def test_a_place_without_the_right_to_write_is_one_line(here, invoke):
    (here / "houses.csv").write_text(simple())
    refused = invoke("init", "houses.csv", "--target", "price", "--out", "/proc/houses.yaml")
    assert (refused.exit_code, refused.output.count("\n")) == (2, 1)
    assert "cannot be written" in refused.output
    assert invoke("fit", "houses.csv", "--target", "price", "--out", "/proc/run").exit_code == 3


MISUSED = {
    "a file in place of a dataset": ("dataset: houses.csv", "`smoothdistill init houses.csv --target COLUMN` writes"),
    "a number as target": (
        "dataset: {name: csv, path: houses.csv, target: 2020}",
        'it should be text: put it in quotes, "2020"',
    ),
    "a tab in single quotes": (
        r"dataset: {name: csv, path: houses.csv, target: price, separator: '\t'}",
        r'write separator: "\t" in double quotes',
    ),
    "the same mark twice": (
        'dataset: {name: csv, path: houses.csv, target: price, decimal: ",", thousands: ","}',
        "thousands and decimal are both ','",
    ),
    "an unknown encoding": (
        "dataset: {name: csv, path: houses.csv, target: price, encoding: klingon}",
        "there is no encoding 'klingon'; common ones are utf-8",
    ),
}


@pytest.mark.parametrize("what", MISUSED)
def test_a_recipe_that_reads_a_file_wrongly_is_told_how(here, invoke, what):
    text, said = MISUSED[what]
    (here / "houses.csv").write_text(simple())
    (here / "r.yaml").write_text(text)
    refused = invoke("validate", "r.yaml")
    assert (refused.exit_code, refused.output.count("\n")) == (2, 1)
    assert said in refused.output


def test_listing_commands_need_no_reader_of_workbooks_or_databases():
    code = (
        "import sys; from smoothdistill_core import Registry; Registry().components('dataset'); print([*sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"openpyxl", "sqlalchemy", "charset_normalizer"} & set(json.loads(loaded.replace("'", '"')))


def test_a_table_of_thousands_of_columns_is_told_in_short(here, invoke):
    wide = ",".join(["price", *(f"x{n}" for n in range(2000))])
    rows = "".join(",".join(str((row * n) % 97) for n in range(1, 2002)) + "\n" for row in range(1, 21))
    (here / "wide.csv").write_text(f"{wide}\n{rows}")
    done = invoke("init", "wide.csv", "--target", "price")
    assert done.exit_code == 0, done.output
    assert "'price' from 2000 columns" in done.output
    assert "#   and 1800 more" in (here / "wide.yaml").read_text()


@pytest.mark.parametrize("separator", [",", " ", "\t"])
def test_a_table_of_a_hundred_thousand_columns_is_refused_in_one_line(here, invoke, separator):
    header = separator.join(["price", *(f"x{n}" for n in range(99_999))])
    (here / "wide.csv").write_text(f"{header}\n" + f"{separator.join(['1'] * 100_000)}\n" * 3)
    done = invoke("init", "wide.csv", "--target", "price")
    assert done.exit_code == 2
    assert done.output.count("\n") == 1
    assert "there are 100,000 columns, and at most 10,000 can be used" in done.output


WEIGHED = "area,w,price\n" + "".join(f"{n % 11},{1 + n % 3},{2 * (n % 11) + n % 2}\n" for n in range(60))


def test_a_column_of_weights_is_no_input_and_the_run_says_that_rows_are_weighted(here, invoke):
    (here / "houses.csv").write_text(WEIGHED)
    assert invoke("init", "houses.csv", "--target", "price", "--weights", "w").exit_code == 0
    text = (here / "houses.yaml").read_text()
    assert yaml.safe_load(text)["prepare"] == {"weights": "w"}
    assert "# Rows are weighted by w, which is no input.\n" in text
    (here / "houses.yaml").write_text(text + QUICK)
    assert invoke("run", "houses.yaml", "--no-report").exit_code == 0
    assert "rows are weighted by w, from 0." in " ".join(invoke("show", "runs/houses").output.split())
    said = json.loads(invoke("show", "runs/houses", "--json").output)
    assert any("rows are weighted by w" in note for note in json.dumps(said).split('"'))


@pytest.mark.parametrize(("column", "meant"), [("v", "w"), ("price", "area, w")])
def test_weights_name_a_column_that_is_there_and_not_the_target(here, invoke, column, meant):
    (here / "houses.csv").write_text(WEIGHED)
    refused = invoke("init", "houses.csv", "--target", "price", "--weights", column)
    assert refused.exit_code == 2
    assert f"--weights names no column {column!r} besides the target; " in refused.output
    assert meant in refused.output


def test_several_targets_have_a_formula_each(here, invoke):
    rows = "".join(f"{n % 11},{n % 5},{2 * (n % 11) + n % 5},{n % 11 - n % 5}\n" for n in range(60))
    (here / "houses.csv").write_text("area,rooms,price,rent\n" + rows)
    done = invoke("init", "houses.csv", "--target", "price", "--target", "rent")
    assert done.output.startswith("Wrote houses.yaml: 'price' and 'rent' from 2 columns.")
    with (here / "houses.yaml").open("a") as file:
        file.write(QUICK)
    assert invoke("run", "houses.yaml").exit_code == 0
    found = Results.read(here / "runs" / "houses")
    assert list(found.answers) == ["houses.price", "houses.rent"]
    assert "mlp: one model learnt 2 targets together" in found.notes
    assert (
        invoke("init", "houses.csv", "--target", "price", "--target", "rnt").output.count("did you mean 'rent'?") == 1
    )
