"""Preparation: everything is learnt on the training part, and whatever is left out is said."""

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError, Formula, Table
from smoothdistill_core.preparation import fingerprint, learn, prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.scaling import Feature


def table(rows=20, target="y", **columns):
    """Return a table of one varying feature ``x`` and a target, both changed or joined by ``columns``."""
    plain = {"x": np.arange(float(rows)), "y": np.arange(float(rows)) ** 2}
    return Table(pd.DataFrame({**plain, **columns}), target)


def split_of(table, seed=0, **options):
    return prepare(table, Prepare(**options), seed)


def names(split):
    return [feature.name for feature in split.facts.scaling.features]


def raw(split, part, feature=0):
    """Return a feature of one part in the data's own units."""
    found = split.facts.scaling.features[feature]
    return split.parts[part].X[:, feature] * found.scale + found.mean


def train_rows(rows=20, seed=0, **options):
    """Return which rows the training part has, by way of a column that counts them."""
    return np.rint(raw(split_of(table(rows), seed, **options), "train")).astype(int)


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        ({}, {"train": 12, "validation": 4, "test": 4}),
        ({"validation": 0.0}, {"train": 16, "test": 4}),
        ({"test": 0.5, "validation": 0.1}, {"train": 8, "validation": 2, "test": 10}),
    ],
)
def test_the_parts_are_disjoint_and_have_the_asked_sizes(options, sizes):
    split = split_of(table(), **options)
    assert split.facts.rows == sizes
    assert {part: rows.X.shape for part, rows in split.parts.items()} == {part: (n, 1) for part, n in sizes.items()}
    assert {part: rows.y.shape for part, rows in split.parts.items()} == {part: (n,) for part, n in sizes.items()}
    together = np.concatenate([raw(split, part) for part in sizes])
    np.testing.assert_allclose(np.sort(together), np.arange(20), atol=1e-12)


def test_a_seed_fixes_the_split():
    assert (train_rows(seed=3) == train_rows(seed=3)).all()
    assert set(train_rows(seed=3)) != set(train_rows(seed=4))


def rows_of(part, seed, test_seed=None, **options):
    """Return the rows of a part of a table whose only input is the number of its row."""
    numbered = Table(pd.DataFrame({"x": np.arange(200.0), "y": np.arange(200.0) ** 2}), "y")
    return set(learn(numbered, Prepare(**options), seed, test_seed).places[part].tolist())


def test_trials_that_share_a_test_part_split_the_rest_each_their_own_way():
    assert rows_of("test", 1) != rows_of("test", 0)
    assert rows_of("test", 1, 0) == rows_of("test", 0) == rows_of("test", 0, 0)
    assert rows_of("validation", 1, 0) != rows_of("validation", 0)
    assert rows_of("train", 0, 0) == rows_of("train", 0)
    parts = [rows_of(part, 1, 0) for part in ("train", "validation", "test")]
    assert set.union(*parts) == set(range(200))
    assert sum(map(len, parts)) == 200


def test_no_row_of_a_shared_test_part_is_among_those_that_another_seed_uses():
    used = set.union(*(rows_of(part, 1, 0, max_rows=50) for part in ("train", "validation")))
    assert len(used) == 40
    assert not used & rows_of("test", 0, max_rows=50)
    assert rows_of("test", 1, 0, max_rows=50) == rows_of("test", 0, max_rows=50)


def test_inputs_and_targets_are_standardised_with_the_training_part_alone():
    split = split_of(table())
    rows = train_rows()
    x, y = rows.astype(float), rows.astype(float) ** 2
    (feature,) = split.facts.scaling.features
    assert feature == Feature("x", None, pytest.approx(x.mean()), pytest.approx(x.std()), x.min(), x.max())
    assert (split.facts.scaling.mean, split.facts.scaling.scale) == (pytest.approx(y.mean()), pytest.approx(y.std()))
    np.testing.assert_allclose(split.parts["train"].X[:, 0], (x - x.mean()) / x.std())
    np.testing.assert_allclose(split.parts["train"].y, (y - y.mean()) / y.std())
    assert abs(split.parts["test"].X.mean()) > 1e-6


def test_a_log1p_target_is_said_and_restored():
    split = split_of(table(), target="log1p")
    y = train_rows().astype(float) ** 2
    assert split.facts.scaling.transform == "log1p"
    assert split.facts.scaling.mean == pytest.approx(np.log1p(y).mean())
    assert "the target is log(1 + y)" in split.facts.notes
    np.testing.assert_allclose(split.facts.scaling.restore(split.parts["train"].y), y, atol=1e-9)


def test_log1p_is_refused_where_it_has_no_value():
    with pytest.raises(DataError, match="target 'y': log1p needs values above -1, the least is -1; use target: none"):
        split_of(table(y=np.arange(20.0) - 1), target="log1p")


def test_the_advised_transform_is_used_unless_the_recipe_says_otherwise():
    advised = Table(table().frame, "y", advised="log1p", notes=("from the shelf",))
    assert split_of(advised).facts.scaling.transform == "log1p"
    assert split_of(advised, target="none").facts.scaling.transform == "none"
    assert split_of(table(), target="log1p").facts.scaling.transform == "log1p"
    assert split_of(advised).facts.notes[0] == "from the shelf"


def test_each_category_but_the_commonest_becomes_an_indicator():
    split = split_of(table(origin=["usa", "asia", "europe", "usa"] * 5))
    assert names(split) == ["x", "[origin = asia]", "[origin = europe]"]
    rows = train_rows()
    np.testing.assert_allclose(raw(split, "train", 1), rows % 4 == 1, atol=1e-12)
    np.testing.assert_allclose(raw(split, "train", 2), rows % 4 == 2, atol=1e-12)
    assert {feature.column for feature in split.facts.scaling.features[1:]} == {"origin"}
    assert {feature.reference for feature in split.facts.scaling.features} == {None, "usa"}


def test_the_reference_is_the_commonest_category_of_the_training_part_alone():
    rows = train_rows()
    split = split_of(table(sex=["f" if row in rows[:7] else "m" for row in range(20)]))
    assert names(split) == ["x", "[sex = m]"]
    np.testing.assert_allclose(raw(split, "train", 1), [0.0] * 7 + [1.0] * 5, atol=1e-12)


def test_of_several_commonest_categories_the_first_in_order_is_the_reference():
    rows = list(train_rows())
    kinds = ["cba"[rows.index(row) % 3] if row in rows else "c" for row in range(20)]
    assert names(split_of(table(kind=kinds))) == ["x", "[kind = b]", "[kind = c]"]


def test_the_notes_say_which_categories_are_references():
    split = split_of(table(origin=["usa", "asia", "europe", "usa"] * 5, port=["S", "S", "C"] * 6 + ["S", "S"]))
    said = "categories without an indicator, the commonest of the training part: origin = usa, port = S"
    assert said in split.facts.notes
    assert split.facts.scaling.references == {"origin": "usa", "port": "S"}
    assert not any("indicator" in note for note in split_of(table()).facts.notes)


def test_no_sum_of_inputs_is_constant_as_the_indicators_of_all_categories_would_be():
    passengers = titanic()
    split = split_of(passengers, missing="impute")
    assert names(split) == [
        *("pclass", "age", "fare", "[sex = female]"),
        *("[embarked = C]", "[embarked = Q]", "[deck = A]", "[deck = C]"),
    ]
    X = split.parts["train"].X
    assert np.linalg.matrix_rank(X - X.mean(axis=0)) == X.shape[1]
    assert split.facts.scaling.references == {"sex": "male", "embarked": "S", "deck": "B"}


def titanic(rows=200):
    """Return a table like the list of the Titanic's passengers: numbers, categories and gaps."""
    rng = np.random.default_rng(0)
    sex = rng.choice(["male", "female"], rows, p=[0.65, 0.35])
    frame = pd.DataFrame(
        {
            "pclass": rng.choice([1, 2, 3], rows),
            "age": np.where(rng.random(rows) < 0.2, np.nan, rng.uniform(1, 70, rows)),
            "fare": rng.lognormal(3, 1, rows),
            "sex": sex,
            "embarked": rng.choice(["S", "C", "Q", None], rows, p=[0.7, 0.19, 0.1, 0.01]),
            "deck": rng.choice(["A", "B", "C"], rows, p=[0.2, 0.6, 0.2]),
            "survived": (sex == "female").astype(float),
        }
    )
    return Table(frame, "survived")


@pytest.mark.parametrize("kind", ["int64", "float64", "float32", "Int64", "object"])
def test_numeric_codes_that_are_categories_are_labelled_as_whole_numbers(kind):
    codes = pd.Series([1, 2, 3, 4] * 3 + [1] * 8).astype(kind)
    coded = Table(table(code=codes).frame, "y", categorical=("code",))
    assert names(split_of(coded)) == ["x", "[code = 2]", "[code = 3]", "[code = 4]"]


def test_categories_that_training_never_sees_count_as_the_reference_and_that_is_said():
    rows = train_rows()
    town = np.array(["Oslo", "Oslo", "Lima"] * 6 + ["Rome", "Oslo"], dtype=object)
    town[rows[:2]] = "Rome"
    town[[row for row in range(20) if row not in rows]] = "Bonn"
    split = split_of(table(town=town))
    assert names(split) == ["x", "[town = Lima]", "[town = Rome]"]
    said = "column 'town': categories that the training part lacks count as Oslo, the commonest: Bonn"
    assert said in split.facts.notes
    for part in ("validation", "test"):
        for feature in (1, 2):
            np.testing.assert_allclose(raw(split, part, feature), 0.0, atol=1e-12)


def holey(column, *gaps):
    column = list(column)
    for gap in gaps:
        column[gap] = None
    return column


def test_rows_with_missing_values_are_dropped_and_counted():
    split = split_of(table(a=holey(np.arange(20.0), 3, 5), b=holey(["p", "q"] * 10, 5, 7)))
    assert sum(split.facts.rows.values()) == 17
    assert "3 of 20 rows dropped for missing values: a (2), b (2)" in split.facts.notes
    assert not {3, 5, 7} & {round(x) for part in split.parts for x in raw(split, part)}


def test_missing_values_are_filled_in_from_the_training_part():
    rows = train_rows(missing="impute")
    first, second = rows[:2]
    a = holey(np.arange(20.0) ** 3, first)
    b = holey(["q" if row in rows[5:] else "p" for row in range(20)], second, rows[8])
    split = split_of(table(a=a, b=b), missing="impute")
    assert sum(split.facts.rows.values()) == 20
    assert "missing values filled in from the training part: a (1), b (2)" in split.facts.notes
    assert raw(split, "train", 1)[0] == pytest.approx(np.median(rows[1:].astype(float) ** 3))
    assert names(split)[2] == "[b = p]"  # q is the commonest
    assert raw(split, "train", 2)[1] == raw(split, "train", 2)[8] == pytest.approx(0.0)
    assert raw(split, "train", 2)[2] == pytest.approx(1.0)


def test_constant_columns_are_dropped_with_a_note():
    split = split_of(table(flat=[7.0] * 20, same=["a"] * 20))
    assert names(split) == ["x"]
    assert "constant in the training part, dropped: flat, same" in split.facts.notes


def test_booleans_are_numbers_as_target_and_as_feature():
    flags = np.arange(20) % 3 == 0
    split = split_of(table(y=flags, flag=~flags), target="none")
    assert names(split) == ["x", "flag"]
    np.testing.assert_allclose(
        split.facts.scaling.restore(split.parts["train"].y), 1 - raw(split, "train", 1), atol=1e-12
    )


@pytest.mark.parametrize("kind", ["Int64", "Float64", "boolean"])
def test_pandas_own_nullable_columns_serve_with_gaps(kind):
    column = pd.Series([0, 1, None, 1] * 5, dtype="object").astype(kind)
    assert names(split_of(table(n=column))) == ["x", "n"]
    assert names(split_of(table(n=column), missing="impute")) == ["x", "n"]


@pytest.mark.parametrize(
    ("unfit", "message"),
    [
        (table(target="yy"), r"there is no target column 'yy'; did you mean 'y'\? known: x, y"),
        (Table(pd.DataFrame({0: [1.0], 1: [2.0]}), "y"), r"there is no target column 'y'; known: 0, 1"),
        (table(y=["1"] * 19 + ["many"]), "target 'y' is not numeric: data row 20 holds 'many'; choose"),
        (table(y=[None, "few", 3.0, 4.0] * 5), "target 'y' is not numeric: data row 2 holds 'few'"),
        (table(y=[np.nan] + [1.0, 2.0] * 9 + [np.nan]), "target 'y' is missing in 2 of 20 rows, first in data row 1;"),
        (table(y=[0.0, -np.inf] + [1.0] * 18), "target 'y' is infinite in 1 of 20 rows, first in data row 2; remove"),
        (table(y=[3.0] * 20), r"target 'y' is constant \(3\) in the training part: nothing to explain"),
        (table(x=[1.0] * 19 + [np.inf]), "column 'x' has 1 infinite values, the first in data row 20; remove those"),
        (
            table(x=[1.0] * 20, z=["a"] * 20),
            "all features are constant in the training part: there is nothing to learn",
        ),
        (Table(pd.DataFrame({"y": [1.0, 2.0]}), "y"), "the table has no column besides the target 'y'; at least one"),
        (table(rows=3), "3 rows are too few: the train part would have 1, and needs 2; bring more rows, or change"),
        (table(rows=0), "0 rows are too few"),
    ],
)
def test_a_table_that_cannot_serve_is_refused_with_the_reason(unfit, message):
    with pytest.raises(DataError, match=message):
        split_of(unfit)


def test_too_few_rows_after_dropping_says_what_was_dropped():
    with pytest.raises(DataError, match=r"0 rows are too few.*20 of 20 rows dropped for missing values: gaps \(20\)"):
        split_of(table(gaps=[np.nan] * 20))


@pytest.mark.parametrize("column", [[0.0, 1e-200] * 10, [0.0, 1e200] * 10])
@pytest.mark.parametrize("role", ["x", "y"])
def test_numbers_too_small_or_large_to_standardise_are_refused(column, role):
    with pytest.raises(DataError, match=f"'{role}'.*standard deviation"):
        split_of(table(z=np.arange(20.0), **{role: column}))


def test_max_rows_draws_a_sample_by_the_seed():
    split = split_of(table(100), max_rows=20)
    assert sum(split.facts.rows.values()) == 20
    assert "a random 20 of 100 rows are used" in split.facts.notes
    assert set(train_rows(100, max_rows=20)) == set(train_rows(100, max_rows=20))
    assert set(train_rows(100, max_rows=20)) != set(train_rows(100, seed=1, max_rows=20))
    assert split_of(table(20), max_rows=20).facts.notes == ()


def test_preparing_leaves_the_table_as_it_was():
    given = table(a=holey(np.arange(20.0), 3), b=["p", "q"] * 10)
    before = given.frame.copy(deep=True)
    split_of(given, missing="impute", target="log1p")
    pd.testing.assert_frame_equal(given.frame, before)


def test_the_index_of_the_frame_plays_no_part():
    plain, odd = table(a=holey(np.arange(20.0), 3)), table(a=holey(np.arange(20.0), 3))
    odd.frame.index = [5] * 20
    np.testing.assert_array_equal(split_of(plain).parts["train"].X, split_of(odd).parts["train"].X)


SAMPLE = pd.DataFrame({"a": [1.0, 2.0, np.nan], "b": ["p", "q", "p"], "y": [0.0, 1.0, 2.0]})


@pytest.mark.parametrize(
    "other",
    [
        Table(SAMPLE.assign(a=[1.0, 2.5, np.nan]), "y"),
        Table(SAMPLE.assign(b=["p", "q", "q"]), "y"),
        Table(SAMPLE.assign(y=[0.0, 1.0, 3.0]), "y"),
        Table(SAMPLE.iloc[::-1], "y"),
        Table(SAMPLE.iloc[:2], "y"),
        Table(SAMPLE[["b", "a", "y"]], "y"),
        Table(SAMPLE.rename(columns={"a": "c"}), "y"),
        Table(SAMPLE, "a"),
        Table(SAMPLE, "y", categorical=("a",)),
        Table(SAMPLE, "y", advised="log1p"),
        Table(SAMPLE, "y", law=Formula.variable(0)),
    ],
)
def test_the_fingerprint_changes_with_whatever_decides_the_arrays(other):
    assert fingerprint(other) != fingerprint(Table(SAMPLE, "y"))


@pytest.mark.parametrize(
    "same",
    [
        Table(SAMPLE.copy(), "y"),
        Table(SAMPLE.set_axis([7, 8, 9]), "y"),
        Table(SAMPLE, "y", notes=("a word",), citation="somebody", licence="free"),
    ],
)
def test_the_fingerprint_ignores_what_decides_nothing(same):
    assert fingerprint(same) == fingerprint(Table(SAMPLE, "y"))


def test_the_fingerprint_does_not_depend_on_the_order_of_categories():
    one, other = (Table(SAMPLE, "y", categorical=order) for order in (("a", "b"), ("b", "a")))
    assert fingerprint(one) == fingerprint(other)


def test_the_fingerprint_of_a_table_without_a_law_is_what_it_always_was():
    plain = pd.DataFrame({"a": [1.0, 2.0, np.nan], "y": [0.0, 1.0, 2.0]})
    assert fingerprint(Table(plain, "y")) == "9cbc9eca0a7ed172796a0484453cdd81"


LAW = Formula.apply("square", Formula.variable(0))


def lawful(**columns):
    return Table(table(**columns).frame, "y", law=LAW)


def test_a_law_is_carried_where_every_feature_is_an_input_as_it_is():
    assert split_of(lawful()).law == LAW
    assert split_of(lawful(), target="log1p").law == LAW
    assert split_of(table()).law is None
    before = pd.DataFrame({"y": np.arange(20.0) ** 2, "x": np.arange(20.0)})
    assert split_of(Table(before, "y", law=LAW)).law == LAW


@pytest.mark.parametrize(
    "column", [["p", "q"] * 10, [3.0] * 20, ["p", "q", "r", "s"] * 5], ids=["indicator", "dropped", "indicators"]
)
def test_a_law_is_not_carried_where_a_column_is_dropped_or_encoded(column):
    split = split_of(lawful(other=column))
    assert split.law is None
    assert split.parts["train"].X.shape[1] >= 1


def test_a_law_that_is_none_of_the_table_is_refused():
    with pytest.raises(DataError, match="the law reads input x1, and the table has 1 features; number them from 0"):
        split_of(Table(table().frame, "y", law=Formula.variable(1)))
    with pytest.raises(DataError, match="law must be a Formula over the features, not str"):
        split_of(Table(table().frame, "y", law="x^2"))
