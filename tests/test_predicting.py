"""``predict``: new rows are read as the recipe reads its own, and whatever a row lacks, or is new in it, is said."""

import bz2
import gzip
import io
import lzma
import os
import zipfile

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from smoothdistill_core import Explanation, Formula, Registry, Results, Study, formula_by_name, recipe_from_text
from smoothdistill_core.cli import main
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.prediction import predicted_rows
from smoothdistill_core.preparation import learn
from smoothdistill_core.recipe import Prepare

pytestmark = pytest.mark.xdist_group("predicting")  # they share their runs

RECIPE = """
name: {name}
dataset: {{name: csv, path: {name}.csv, target: y{reading}}}
prepare: {{{prepare}}}
student: linear
choose: {{formula: best}}
distil: {{teachers: none}}
trials: {{seeds: 1}}
"""


def made(rows=120):
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"a": random.uniform(0, 10, rows).round(3), "town": random.choice(["Ulm", "Bonn"], rows)})
    frame["noise"] = random.normal(size=rows).round(2)
    frame["y"] = (3 * frame["a"] + 5 * (frame["town"] == "Ulm") + random.normal(0, 0.3, rows)).round(4)
    return frame


def coded(rows=120):
    random = np.random.default_rng(2)
    frame = pd.DataFrame({"dept": random.choice(["01", "02", "2A"], rows)})
    frame["told"] = random.choice(["true", "false", "unknown"], rows)
    told = frame["told"].map({"true": 1.0, "false": 4.0, "unknown": 9.0})
    return frame.assign(y=told + 3 * (frame["dept"] == "02") + 5 * (frame["dept"] == "2A"))


def series(rows=80):
    sales = [10.0, 12.0]
    random = np.random.default_rng(1)
    for _ in range(rows - 2):
        sales.append(1.6 * sales[-1] - 0.9 * sales[-2] + random.normal(3, 0.5))
    return pd.DataFrame({"year": range(1900, 1900 + rows), "y": np.round(sales, 4)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of six runs: plain, one that fills gaps in, of a file with other separators, of codes, a series, of
    Parquet."""
    folder = tmp_path_factory.mktemp("predicting")
    made().to_csv(folder / "plain.csv", index=False)
    made().assign(a=made()["a"].where(np.arange(120) % 9 > 0)).to_csv(folder / "filled.csv", index=False)
    made().to_csv(folder / "other.csv", index=False, sep=";", decimal=",")
    coded().to_csv(folder / "coded.csv", index=False)
    series().to_csv(folder / "series.csv", index=False)
    made().to_parquet(folder / "packed.parquet")
    for name, reading, prepare in [
        ("plain", "", ""),
        ("filled", "", "missing: impute"),
        ("other", ', separator: ";", decimal: ","', ""),
        ("coded", ", categorical: [dept]", ""),
        ("series", "", "split: time, by: year, lags: {y: [1, 2]}"),
        ("packed", "", ""),
    ]:
        text = RECIPE.format(name=name, reading=reading, prepare=prepare)
        if name == "packed":
            text = text.replace("csv, path: packed.csv", "parquet, path: packed.parquet")
        recipe = recipe_from_text(text, Registry(), name, folder)
        Study(recipe, Registry(), folder / "runs" / name).run(executor=CallingThread(), workers=1)
    return folder


@pytest.fixture
def predict(folder, monkeypatch):
    """Predict with a run; the arguments after its name are those of the command line."""
    monkeypatch.chdir(folder)
    return lambda *arguments: CliRunner().invoke(main, ["predict", *map(str, arguments)], catch_exceptions=False)


def rows(result):
    assert result.exit_code == 0, result.stderr
    return pd.read_csv(io.BytesIO(result.stdout_bytes))


@pytest.mark.parametrize("name", ["plain", "filled", "other", "series"])
def test_a_run_predicts_the_rows_of_its_own_training_file(predict, folder, name):
    table = rows(predict(name, f"{name}.csv"))
    assert len(table) == (80 if name == "series" else 120)
    known = table["y (predicted)"].notna()
    assert known.sum() == (78 if name == "series" else 120)
    assert np.corrcoef(table["y"][known], table["y (predicted)"][known])[0, 1] > 0.8


def test_what_stands_in_the_file_stays_as_it_is_written(predict, tmp_path):
    lines = "id,a,town,noise,note\n007,1.50,Ulm,0,NA\n12345678901234567890123,2,Bonn,0,\n"
    (tmp_path / "new.csv").write_text(lines)
    printed = predict("plain", tmp_path / "new.csv").stdout.splitlines()
    assert [line.rsplit(",", 2)[0] for line in printed] == lines.splitlines()


def test_a_separator_can_be_said_where_the_file_has_another_than_the_recipe(predict, tmp_path):
    made().head(3).to_csv(tmp_path / "new.csv", index=False, sep="\t")
    assert len(rows(predict("plain", tmp_path / "new.csv", "--separator", "\t"))) == 3


@pytest.mark.parametrize("run", ["plain", "packed"])
def test_blanks_may_separate_the_columns_of_new_rows(predict, tmp_path, run):
    made().head(3).to_csv(tmp_path / "new.csv", index=False, sep=" ")
    assert len(rows(predict(run, tmp_path / "new.csv", "--separator", "whitespace"))) == 3


@pytest.mark.parametrize("run", ["plain", "packed"])
def test_a_separator_that_is_none_is_one_line(predict, tmp_path, run):
    made().head(3).to_csv(tmp_path / "new.csv", index=False)
    result = predict(run, tmp_path / "new.csv", "--separator", ";;")
    assert result.exit_code == 2
    assert "--separator ';;': it is one character, or whitespace" in result.stderr


def test_a_row_with_a_gap_has_no_prediction_and_is_counted(predict, tmp_path):
    made().head(4).assign(a=[1.0, None, 3.0, None]).to_csv(tmp_path / "new.csv", index=False)
    result = predict("plain", tmp_path / "new.csv")
    assert rows(result)["y (predicted)"].isna().tolist() == [False, True, False, True]
    assert "2 of 4 rows lack a value, and have no prediction: a (2)" in result.stderr


def test_a_gap_in_a_column_that_the_formula_does_not_read_keeps_no_row_back(folder):
    outcome = formula_by_name(Results.read(folder / "runs" / "plain"))
    scaling = outcome.scaling
    only_a = Explanation(Formula.variable(scaling.names.index("a")), scaling)
    found = predicted_rows(only_a, pd.DataFrame({"a": [1.0, 2.0], "noise": [None, 1.0]}), Prepare())
    assert found.values.tolist() == [1.0, 2.0]
    assert found.notes == ()


def test_gaps_are_filled_in_as_in_training(predict, folder, tmp_path):
    new = made().head(3)
    new.assign(a=[1.0, None, 3.0], town=[None, "Ulm", "Bonn"]).to_csv(tmp_path / "new.csv", index=False)
    result = predict("filled", tmp_path / "new.csv")
    assert "missing values filled in as in training: a (1), town (1)" in result.stderr
    outcome = formula_by_name(Results.read(folder / "runs" / "filled"))
    learnt = learn(
        recipe_from_text(RECIPE.format(name="filled", reading="", prepare=""), Registry(), "filled", folder)
        .dataset[0]
        .load(),
        Prepare(missing="impute"),
        outcome.trial.seed,
    )
    train = pd.read_csv(folder / "filled.csv").iloc[learnt.places["train"]]
    median, commonest = train["a"].median(), train["town"].mode()[0]
    whole = new.assign(a=[1.0, median, 3.0], town=[commonest, "Ulm", "Bonn"])
    np.testing.assert_allclose(rows(result)["y (predicted)"], outcome.explanation.predict(whole))


def test_rows_outside_of_the_training_range_are_marked(predict, tmp_path):
    made().head(3).assign(a=[5.0, 99.0, -1.0]).to_csv(tmp_path / "new.csv", index=False)
    result = predict("plain", tmp_path / "new.csv")
    assert rows(result)["outside"].fillna("").tolist() == ["", "a", "a"]
    assert "2 of 3 rows lie outside of the range of the training rows, see the column outside" in result.stderr


def test_an_unseen_category_is_said_by_name_and_counts_as_the_commonest(predict, folder, tmp_path):
    made().head(3).assign(town=["Ulm", "Köln", "Bonn"]).to_csv(tmp_path / "new.csv", index=False)
    result = predict("plain", tmp_path / "new.csv")
    reference = formula_by_name(Results.read(folder / "runs" / "plain")).scaling.references["town"]
    said = f"categories that the training part lacks count as {reference}, the commonest, in 1 rows: Köln"
    assert f"column 'town': {said}" in result.stderr
    table = rows(result)
    assert table["outside"].fillna("").tolist() == ["", "town = Köln", ""]
    made().head(3).assign(town=["Ulm", reference, "Bonn"]).to_csv(tmp_path / "known.csv", index=False)
    assert rows(predict("plain", tmp_path / "known.csv"))["y (predicted)"].equals(table["y (predicted)"])


def test_categories_are_known_where_few_rows_read_as_numbers_or_truth_values(predict, tmp_path):
    new = coded().query("dept != '2A' and told != 'unknown'").head(6)
    new.to_csv(tmp_path / "new.csv", index=False)
    result = predict("coded", tmp_path / "new.csv")
    assert "categories that the training part lacks" not in result.stderr
    np.testing.assert_allclose(rows(result)["y (predicted)"], new["y"], atol=0.01)


def test_past_values_come_from_the_rows_before_in_time_and_it_is_said_which_are_needed(predict, folder, tmp_path):
    past = series().tail(3)
    new = pd.concat([past, pd.DataFrame({"year": [1980], "y": [None]})]).sample(frac=1, random_state=2)
    new.to_csv(tmp_path / "new.csv", index=False)
    result = predict("series", tmp_path / "new.csv")
    table = rows(result).set_index("year")["y (predicted)"]
    assert table.isna().to_dict() == {1977: True, 1978: True, 1979: False, 1980: False}
    formula = formula_by_name(Results.read(folder / "runs" / "series")).explanation
    y = past["y"].tolist()
    np.testing.assert_allclose(table[1980], formula.predict(pd.DataFrame({"y[t-1]": [y[2]], "y[t-2]": [y[1]]})))
    assert "each row needs the 2 rows before it, and they have to be in the file; 2 of 4 rows have not so many" in (
        result.stderr
    )


def test_a_file_without_the_column_of_the_past_or_of_the_order_is_refused(predict, tmp_path):
    for column in ("y", "year"):
        series().drop(columns=column).assign(other=1).to_csv(tmp_path / "new.csv", index=False)
        result = predict("series", tmp_path / "new.csv")
        assert (result.exit_code, result.stderr.count("\n")) == (2, 2)
        assert f"there is no column {column!r}, wh" in result.stderr


CARRIAGE_RETURNS = pd.DataFrame({"note": ["a\rb", "c\r\nd", "e\nf", 'g"h', "i,j"], "a": range(5), "town": "Ulm"})


def test_text_with_line_breaks_comes_back_as_the_same_rows(predict, tmp_path):
    given = CARRIAGE_RETURNS.assign(noise=0.25)
    given.to_csv(tmp_path / "new.csv", index=False, quoting=1)
    out = tmp_path / "out.csv"
    assert predict("plain", tmp_path / "new.csv", "--out", out).exit_code == 0
    back = pd.read_csv(out)
    pd.testing.assert_frame_equal(back[given.columns], given, check_dtype=False)
    assert back["y (predicted)"].notna().all()
    again = predict("plain", out)
    assert again.exit_code == 2
    assert "has a column 'y (predicted)', which is to be written; rename it, or leave it out" in again.stderr


def packed(name, content):
    whole = io.BytesIO()
    if name.endswith("zip"):
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("new.csv", content)
        return whole.getvalue()
    return {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}[name.rpartition(".")[2]](content)


@pytest.mark.parametrize("name", ["new.csv.gz", "new.csv.bz2", "new.csv.xz", "new.zip"])
@pytest.mark.parametrize("damage", ["cut", "garbled", "empty"])
def test_a_damaged_file_is_one_line(predict, tmp_path, name, damage):
    sound = packed(name, made().to_csv(index=False).encode())
    content = {"cut": sound[: len(sound) // 2], "garbled": b"\x00\xff" + sound[2:], "empty": b""}[damage]
    (tmp_path / name).write_bytes(content)
    result = predict("plain", tmp_path / name)
    assert result.exit_code == 2
    (told,) = [line for line in result.stderr.splitlines() if "seed" not in line]
    assert name in told
    (tmp_path / name).write_bytes(sound)
    assert len(rows(predict("plain", tmp_path / name))) == 120


WRONG = {
    "a number of 400 digits": (f"a,town,noise\n1,Ulm,0\n{'7' * 400},Ulm,0\n", "column 'a' holds 7777"),
    "text for a number": ("a,town,noise\n1,Ulm,0\nmuch,Ulm,0\n", "column 'a' holds 'much' in data row 2"),
    "dates for a number": ("a,town,noise\n2020-01-01,Ulm,0\n", "column 'a' holds '2020-01-01' in data row 1"),
    "a missing column": ("town,noise\nUlm,0\n", "there is no column 'a'"),
    "nothing": ("", "new.csv"),
    "ragged rows": ("a,town,noise\n1,Ulm,0\n1,Ulm,0,5,6\n", "new.csv"),
    "bytes of no text": (b"a,town,noise\n1,\xff\xfe,0\n", "new.csv"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_file_that_cannot_be_predicted_is_one_line(predict, tmp_path, what):
    content, message = WRONG[what]
    (tmp_path / "new.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    result = predict("plain", tmp_path / "new.csv")
    assert result.exit_code == 2
    (told,) = [line for line in result.stderr.splitlines() if "seed" not in line]
    assert message in told
    assert len(told) < 300


def test_parquet_with_dates_for_a_number_is_one_line(predict, tmp_path):
    made().head(2).assign(a=pd.to_datetime(["2020-01-01", "2020-01-02"])).to_parquet(tmp_path / "new.parquet")
    result = predict("plain", tmp_path / "new.parquet")
    assert result.exit_code == 2
    assert "column 'a' holds dates or times, where a number belongs" in result.stderr
    made().head(2).assign(a=pd.to_datetime(["2020-01-01", "2020-01-02"]).date).to_parquet(tmp_path / "new.parquet")
    refused = predict("plain", tmp_path / "new.parquet")
    assert refused.exit_code == 2
    assert "column 'a' holds datetime.date(2020, 1, 1) in data row 1, where a number belongs" in refused.stderr
    made().head(2).assign(day=pd.to_datetime(["2020-01-01", "2020-01-02"]).date).to_parquet(tmp_path / "new.parquet")
    assert rows(predict("plain", tmp_path / "new.parquet"))["day"].tolist() == ["2020-01-01", "2020-01-02"]
    (tmp_path / "new.parquet").write_bytes(b"PAR1 and no more")
    assert "cannot be read" in predict("plain", tmp_path / "new.parquet").stderr


def test_an_interval_stands_around_the_prediction_and_says_what_it_is_worth(predict):
    result = predict("plain", "plain.csv", "--interval", "0.9")
    table = rows(result)
    assert (table["y (low)"] < table["y (predicted)"]).all()
    assert (table["y (predicted)"] < table["y (high)"]).all()
    inside = (table["y (low)"] <= table["y"]) & (table["y"] <= table["y (high)"])
    assert 0.8 < inside.mean() < 1
    assert "the structure of the formula was chosen on these rows" in result.stderr
    narrow = rows(predict("plain", "plain.csv", "--interval", "0.5"))
    assert (narrow["y (high)"] < table["y (high)"]).all()


def test_a_formula_of_the_past_has_intervals_too(predict):
    table = rows(predict("series", "series.csv", "--interval", "0.8"))
    inside = (table["y (low)"] <= table["y"]) & (table["y"] <= table["y (high)"])
    assert 0.6 < inside[2:].mean() < 1
    assert not inside[:2].any()


def test_a_pipe_is_refused_and_not_waited_for(predict, tmp_path):
    os.mkfifo(tmp_path / "new.csv")
    result = predict("plain", tmp_path / "new.csv")
    assert (result.exit_code, "is a pipe or a device, " in result.stderr) == (2, True)


@pytest.mark.parametrize("share", ["0", "1", "90"])
def test_an_interval_of_no_share_is_refused(predict, share):
    assert "is not in the range 0<x<1" in predict("plain", "plain.csv", "--interval", share).stderr


def test_an_interval_of_more_than_the_rows_can_tell_is_refused(predict):
    result = predict("plain", "plain.csv", "--interval", "0.999")
    assert result.exit_code == 2
    assert "an interval of 0.999 needs 999 rows to judge by, and there are 96; ask for less" in result.stderr


def test_an_interval_needs_the_data_of_the_run(predict, folder, tmp_path):
    whole = (folder / "plain.csv").read_text()
    (tmp_path / "new.csv").write_text(whole)
    try:
        made().assign(a=made()["a"] + 1).to_csv(folder / "plain.csv", index=False)
        result = predict("plain", tmp_path / "new.csv", "--interval", "0.9")
    finally:
        (folder / "plain.csv").write_text(whole)
    assert result.exit_code == 2
    assert "the data of 'plain' are others than those of the run, which --interval needs" in result.stderr
