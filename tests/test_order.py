"""Rows in order: splits by time and by group, and past values as inputs that know nothing of the future."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from smoothdistill_core import DataError, RecipeError, Registry, Table, recipe_from_text
from smoothdistill_core.preparation import fingerprint, learn, prepare
from smoothdistill_core.recipe import Prepare

TIME = {"split": "time", "by": "year"}


def series(rows=60, **columns):
    """Return a table of yearly sales, its rows shuffled, so that only the years order them."""
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"year": np.arange(1900, 1900 + rows), "price": random.normal(size=rows)} | columns)
    frame["sales"] = random.normal(size=rows).cumsum()
    return Table(frame.sample(frac=1, random_state=1).reset_index(drop=True), "sales")


def learnt(table, seed=0, test_seed=None, **options):
    return learn(table, Prepare(**options), seed, test_seed)


def years(table, part, seed=0, **options):
    return sorted(table.frame["year"].iloc[learnt(table, seed, **options).places[part]])


def notes(table, **options):
    return "; ".join(learnt(table, **options).facts.notes)


def raw(found, name):
    """Return an input of all used rows in the data's own units, by the number of the row."""
    place = found.facts.scaling.names.index(name)
    feature = found.facts.scaling.features[place]
    rows = np.sort(np.concatenate(list(found.places.values())))
    return dict(zip(rows.tolist(), found.inputs_at(rows)[:, place] * feature.scale + feature.mean, strict=True))


def test_a_split_by_time_trains_on_the_earliest_rows_and_tests_on_the_latest():
    table = series()
    assert years(table, "train", **TIME) == list(range(1900, 1936))
    assert years(table, "validation", **TIME) == list(range(1936, 1948))
    assert years(table, "test", **TIME) == list(range(1948, 1960))
    said = "split in the order of year, the same for all seeds: train from 1900 to 1935, validation from 1936 to 1947"
    assert said in notes(table, **TIME)


def test_all_seeds_share_a_split_by_time():
    table = series()
    for part in ("train", "validation", "test"):
        assert years(table, part, seed=7, **TIME) == years(table, part, **TIME)


def test_of_more_rows_than_are_wanted_the_latest_are_used():
    table = series()
    used = [year for part in ("train", "validation", "test") for year in years(table, part, max_rows=20, **TIME)]
    assert used == list(range(1940, 1960))
    assert "the latest 20 of 60 rows are used" in notes(table, max_rows=20, **TIME)


def test_the_column_that_orders_the_rows_is_no_input():
    found = learnt(series(), **TIME)
    assert found.facts.scaling.names == ["price"]
    assert "year orders the rows, and is no input" in found.facts.notes


@pytest.mark.parametrize(
    "times",
    [
        pd.date_range("2020-01-01", periods=60, freq="MS"),
        pd.date_range("2020-01-01", periods=60, freq="MS").strftime("%Y-%m-%d"),
        pd.date_range("2020-01-01", periods=60, freq="MS", tz="Europe/Paris"),
        pd.period_range("2020-01", periods=60, freq="M"),
        pd.array(range(60), dtype="Int64"),
        [str(number) for number in range(60)],
        1_700_000_000_000_000_000 + 100 * np.arange(60),
    ],
    ids=["dates", "text", "zone", "months", "nullable", "text of numbers", "nanoseconds"],
)
def test_times_of_every_kind_order_rows(times):
    table = series(when=times)
    assert years(table, "test", split="time", by="when") == list(range(1948, 1960))
    assert "irregular" not in notes(table, split="time", by="when")
    assert "repeat" not in notes(table, split="time", by="when")


def test_a_column_beside_the_inputs_orders_rows_and_is_part_of_the_data_s_identity():
    table = series()
    beside = Table(table.frame.drop(columns="year"), "sales", beside=table.frame[["year"]])
    for part in ("train", "validation", "test"):
        np.testing.assert_array_equal(learnt(beside, **TIME).places[part], learnt(table, **TIME).places[part])
    other = Table(beside.frame, "sales", beside=beside.beside + 1)
    assert fingerprint(other) != fingerprint(beside)


def test_columns_beside_the_inputs_have_the_same_rows():
    table = series()
    with pytest.raises(DataError, match="beside holds 59 rows, and the table 60; give both the same rows"):
        learnt(Table(table.frame, "sales", beside=table.frame[["year"]].iloc[1:]))


def test_rows_of_one_time_stay_in_one_part_and_repeated_times_are_said():
    table = series(rows=60, day=np.arange(60) // 7)
    found = learnt(table, split="time", by="day")
    days = {part: set(table.frame["day"].iloc[rows]) for part, rows in found.places.items()}
    assert not days["train"] & days["validation"]
    assert not days["validation"] & days["test"]
    assert any("day: 51 of 60 rows repeat a time" in note for note in found.facts.notes)


def test_irregular_steps_between_times_are_said():
    table = series(when=[*range(50), *range(55, 65)])
    said = "when: the steps between times are irregular, from 1 to 6, most often 1; past values count rows, not time"
    assert said in notes(table, split="time", by="when")
    days = pd.to_datetime("2020-01-01") + pd.to_timedelta([*range(50), *range(55, 65)], unit="D")
    assert "from 1 days to 6 days" in notes(series(when=days), split="time", by="when")


@pytest.mark.parametrize("seed", range(5))
def test_groups_never_straddle_parts(seed):
    patients = np.repeat([f"p{number}" for number in range(12)], 5)
    table = series(patient=patients)
    found = learnt(table, seed, split="group", by="patient")
    members = [set(table.frame["patient"].iloc[rows]) for rows in found.places.values()]
    assert sum(map(len, members)) == len(set.union(*members)) == 12
    assert sum(map(len, found.places.values())) == 60
    assert "patient" not in {feature.column for feature in found.facts.scaling.features}
    assert "split by the groups of patient: 8 train, 2 validation, 2 test" in found.facts.notes


def test_trials_that_share_a_test_part_share_its_groups():
    table = series(patient=np.arange(60) % 12)
    parts = [learnt(table, seed, 0, split="group", by="patient").places for seed in (0, 1)]
    assert set(parts[0]["test"]) == set(parts[1]["test"])
    assert set(parts[0]["validation"]) != set(parts[1]["validation"])


def test_folds_keep_groups_together_and_times_in_stretches():
    table = series(patient=np.arange(60) % 12)
    for fit, held in learnt(table, split="group", by="patient").folds(5, 0):
        assert not set(table.frame["patient"].iloc[fit]) & set(table.frame["patient"].iloc[held])
    in_time = list(learnt(table, **TIME).folds(5, 0))
    assert sorted(row for _, held in in_time for row in held) == sorted(np.concatenate(in_time[0]))
    for _, held in in_time:
        assert np.ptp(table.frame["year"].iloc[held]) == len(held) - 1


def test_lags_and_rolling_means_are_inputs_with_the_names_of_what_they_are():
    table = series()
    found = learnt(table, lags={"sales": [1, 3]}, rolling={"sales": [2], "price": [4]}, **TIME)
    names = ["price", "sales[t-1]", "sales[t-3]", "mean(sales[t-2..t-1])", "mean(price[t-4..t-1])"]
    assert found.facts.scaling.names == names
    sales = table.frame.set_index("year")["sales"]
    arranged = found.arranged.table.frame
    for row, value in raw(found, "sales[t-3]").items():
        year = table.frame["year"][table.frame["sales"] == arranged["sales"][row]].item()
        assert value == pytest.approx(sales[year - 3])
    said = ": the first 4 rows have no such past: 4 of 60 rows are left out"
    assert ", ".join(names[1:]) + said in found.facts.notes
    assert sum(found.facts.rows.values()) == 56


def test_lags_stay_within_their_series():
    table = series(rows=60, shop=np.repeat(["a", "b", "c"], 20))
    frame = table.frame.assign(year=table.frame["year"].map(lambda year: 1900 + (year - 1900) % 20))
    found = learnt(Table(frame, "sales"), lags={"sales": [1]}, within="shop", **TIME)
    sales = frame.set_index(["shop", "year"])["sales"]
    arranged = found.arranged.table.frame
    where = frame.set_index("sales")
    for row, value in raw(found, "sales[t-1]").items():
        shop, year = where.loc[arranged["sales"][row], ["shop", "year"]]
        assert value == pytest.approx(sales[shop, year - 1])
    assert "sales[t-1]: the first 1 rows of each shop have no such past: 3 of 60 rows are left out" in found.facts.notes


def test_in_a_split_by_group_lags_follow_the_order_of_the_file_within_each_group():
    table = Table(pd.DataFrame({"who": [1, 2] * 30 + [3, 4] * 30, "y": np.arange(120.0) ** 1.5}), "y")
    found = learnt(table, split="group", by="who", lags={"y": [1]})
    lag = found.arranged.table.frame["y[t-1]"].to_numpy()
    np.testing.assert_allclose(lag ** (1 / 1.5), found.arranged.table.frame["y"].to_numpy() ** (1 / 1.5) - 2)


def test_past_categories_are_categories():
    table = series(sky=["sun", "rain", "rain"] * 20)
    found = learnt(table, lags={"sky": [1]}, **TIME)
    assert "[sky[t-1] = sun]" in found.facts.scaling.names


def test_past_values_keep_the_unit_of_their_column():
    table = Table(series().frame, "sales", units={"sales": "kg"})
    assert learnt(table, lags={"sales": [1]}, **TIME).facts.scaling.features[-1].unit == "kg"


@pytest.mark.parametrize("first", [1920, 1936, 1950])
def test_a_shuffled_future_does_not_change_what_the_past_sees(first):
    """Whatever stands in rows from a year on, every input of the rows before is the same to the last digit."""
    table = series(shop=["a", "b"] * 30)
    later = np.flatnonzero(table.frame["year"] >= first)
    frame = table.frame.copy()
    mixed = np.random.default_rng(3).permutation(later)
    for column in ("price", "sales"):
        frame.loc[later, column] = table.frame[column].to_numpy()[mixed] * 3 + 1
    options = {"lags": {"sales": [1, 2, 7], "price": [1]}, "rolling": {"sales": [3], "price": [5]}, **TIME}
    for within in (None, "shop"):
        before, after = (
            learnt(of, within=within, **options).arranged.table.frame for of in (table, Table(frame, "sales"))
        )
        past = before["sales"].isin(table.frame["sales"][table.frame["year"] < first])
        assert past.sum() > 0
        pd.testing.assert_frame_equal(before[past], after[past])


def test_a_lag_never_holds_the_target_of_its_own_row_or_of_a_later_one():
    table = series()
    arranged = learnt(table, lags={"sales": [1, 2, 7]}, rolling={"sales": [1, 5]}, **TIME).arranged.table.frame
    year = dict(zip(table.frame["sales"], table.frame["year"], strict=True))
    for name in ("sales[t-1]", "sales[t-2]", "sales[t-7]"):
        assert all(year[lag] < year[own] for lag, own in zip(arranged[name], arranged["sales"], strict=True))


BAD = {
    "no column": ({"split": "time"}, "needs the column of the times; add by: COLUMN"),
    "a column without a split": ({"by": "year"}, "orders nothing in a random split"),
    "lags without an order": ({"lags": {"sales": [1]}}, "past values need rows in an order"),
    "a series of nothing": ({"within": "shop", **TIME}, "within: shop is for past values, and none is asked for"),
    "the present as the past": ({"lags": {"sales": [0]}, **TIME}, "greater than or equal to 1"),
    "the future as the past": ({"lags": {"sales": [-1]}, **TIME}, "greater than or equal to 1"),
    "a lag twice": ({"lags": {"sales": [1, 1]}, **TIME}, "1 is listed twice"),
    "no lags": ({"lags": {"sales": []}, **TIME}, "at least 1"),
}


@pytest.mark.parametrize("what", BAD)
def test_an_order_that_means_nothing_is_refused(what):
    options, message = BAD[what]
    with pytest.raises(ValidationError, match=message):
        Prepare(**options)


def test_a_recipe_says_where_an_order_is_wrong():
    text = "dataset: diabetes\nprepare: {split: time, by: year, lags: {bmi: [1, 0]}}"
    with pytest.raises(RecipeError, match=r"recipe:2:50: prepare.lags.bmi\[1\]: 0 does not fit; it should be greater"):
        recipe_from_text(text, Registry())


BAD_TABLES = {
    "a column that is not there": ({"split": "time", "by": "yaer"}, "prepare.by names no column 'yaer'; did you mean"),
    "a lag of nothing": (
        {"lags": {"salez": [1]}, **TIME},
        "prepare.lags names no column 'salez'; did you mean",
    ),
    "text that is no time": ({"split": "time", "by": "sky"}, "'sky' holds '.*' in data row 1, which is no time"),
    "the target": ({"split": "time", "by": "sales"}, "is the target, which orders no rows"),
    "two groups": ({"split": "group", "by": "sky"}, "sky has 2 groups, and each of train, validation, test needs one"),
    "gaps": ({"split": "time", "by": "gap"}, "prepare.by: column 'gap' is empty in 1 of 60 rows, first in data row"),
    "a time twice in a series": (
        {"split": "time", "by": "day", "lags": {"sales": [1]}},
        "past values need one row a time, and day is .* in data rows .*; name the column of the series",
    ),
    "too far back": ({"lags": {"sales": [60]}, **TIME}, "each row needs 60 rows before it in its series"),
    "further back than the table": (
        {"lags": {"sales": [61]}, **TIME},
        "each row needs 61 rows before it in its series",
    ),
    "a mean of text": ({"rolling": {"sky": [2]}, **TIME}, "column 'sky' holds no numbers, and has no mean"),
    "a name that is taken": ({"lags": {"sales": [1]}, **TIME}, r"the table has a column 'sales\[t-1\]' of its own"),
}


@pytest.mark.parametrize("what", BAD_TABLES)
def test_a_table_that_has_no_such_order_is_refused(what):
    options, message = BAD_TABLES[what]
    taken = {"sales[t-1]": np.arange(60.0)} if what == "a name that is taken" else {}
    gap = [1.0, np.nan, *range(2, 60)]
    table = series(sky=["sun", "rain"] * 30, gap=gap, day=np.arange(60) // 2, **taken)
    with pytest.raises(DataError, match=message):
        prepare(table, Prepare(**options), 0)
