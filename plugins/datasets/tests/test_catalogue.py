"""Every dataset of the catalogue is what it says, and says what was left out of it."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError
from smoothdistill_datasets.catalogue import CATALOGUE, STORED, Ai4i2020, ConcreteStrength, Diabetes, Friedman1
from smoothdistill_datasets.plugin import smoothdistill_datasets

SHAPES = {  # rows and features
    "airfoil_self_noise": (1503, 5),
    "grid_stability": (10_000, 12),
    "real_estate_valuation": (414, 6),
    "ai4i_2020": (10_000, 6),
    "auto_mpg": (398, 7),
    "combined_cycle_power_plant": (9568, 4),
    "cholesterol": (303, 13),
    "munich_rent_index": (3082, 6),
    "sea_50000": (50_000, 3),
    "kin8nm": (8192, 8),
    "liver_disorders": (345, 5),
    "brazilian_houses": (10_692, 8),
    "miami_housing_2016": (13_932, 15),
    "elevators": (16_599, 18),
    "fifa": (19_178, 27),
    "analcatdata_apnea3": (450, 3),
    "mu284": (284, 9),
    "places": (329, 8),
    "california_housing": (20_640, 8),
    "concrete_strength": (1030, 8),
    "diabetes": (442, 10),
    "friedman1": (1000, 10),
}
LOG_TARGETS = {"brazilian_houses", "miami_housing_2016", "fifa", "analcatdata_apnea3"}
NEEDS_DATA = [
    pytest.param(dataset, id=dataset.name, marks=pytest.mark.needs_data)
    for dataset in STORED
    if dataset is not ConcreteStrength
]


def test_the_catalogue_has_the_22_datasets_and_the_plugin_adds_four_kinds_of_tables():
    assert {dataset.name for dataset in CATALOGUE} == set(SHAPES)
    assert len(CATALOGUE) == 22
    assert [dataset.name for dataset in smoothdistill_datasets()][22:] == ["csv", "parquet", "excel", "database"]


@pytest.mark.parametrize("dataset", CATALOGUE, ids=lambda dataset: dataset.name)
def test_a_dataset_says_in_one_sentence_what_it_is(dataset):
    assert dataset.__doc__.endswith(".")
    assert "\n" not in dataset.__doc__


@pytest.mark.parametrize("dataset", STORED, ids=lambda dataset: dataset.name)
def test_a_declaration_speaks_only_of_columns_that_exist(dataset):
    assert len(set(dataset.columns)) == len(dataset.columns)
    assert set(dataset.unused()) < set(dataset.columns)
    named = {dataset.target, *dataset.categorical, *(ordinal.column for ordinal in dataset.ordinal)}
    assert named <= set(dataset.used())
    assert len(dataset.names) in (0, len(dataset.columns))
    assert len(dataset.sha256) == 64
    assert dataset.citation
    assert dataset.licence


@pytest.mark.parametrize("dataset", [*NEEDS_DATA, ConcreteStrength, Diabetes, Friedman1])
def test_a_dataset_loads_with_its_shape_and_a_finite_numeric_target(dataset):
    table = dataset().load()
    features = table.frame.drop(columns=table.target)
    assert features.shape == SHAPES[dataset.name]
    assert np.isfinite(table.frame[table.target].to_numpy(dtype=float)).all()
    assert set(table.categorical) <= set(features.columns)
    assert set(features.columns) - set(features.select_dtypes("number").columns) <= set(table.categorical)
    assert (table.advised or "none") == ("log1p" if dataset.name in LOG_TARGETS else "none")


@pytest.mark.parametrize("dataset", NEEDS_DATA)
def test_all_that_was_left_out_stands_in_the_notes(dataset):
    table = dataset().load()
    for column in dataset.unused():
        assert column not in table.frame.columns
        assert any(note.startswith("left out") and column in note for note in table.notes)


@pytest.mark.needs_data
def test_missing_values_stay_missing():
    by_name = {dataset.name: dataset for dataset in STORED}
    assert by_name["auto_mpg"]().load().frame["horsepower"].isna().sum() == 6
    assert by_name["cholesterol"]().load().frame.isna().sum().sum() == 6


@pytest.mark.needs_data
def test_ordered_texts_become_whole_numbers():
    table = Ai4i2020().load()
    assert sorted(table.frame["Type"].unique()) == [0, 1, 2]
    assert "Type is coded L = 0, M = 1, H = 2" in table.notes


def test_an_unforeseen_value_of_an_ordered_text_is_an_error(monkeypatch):
    import pandas as pd

    frame = pd.DataFrame({column: ["X"] for column in Ai4i2020.columns})
    monkeypatch.setattr("smoothdistill_datasets.stored.find", lambda dataset: frame)
    with pytest.raises(DataError, match="column 'Type' holds X; right would be L, M, H"):
        Ai4i2020().load()


def test_friedman1_is_that_of_scikit_learn_to_the_bit():
    from sklearn.datasets import make_friedman1

    X, y = make_friedman1(70, 6, noise=0.5, random_state=3)
    frame = Friedman1(rows=70, features=6, noise=0.5, random_state=3).load().frame
    assert (frame.drop(columns="y").to_numpy() == X).all()
    assert (frame["y"].to_numpy() == y).all()


def test_friedman1_takes_rows_noise_and_random_state():
    exact = Friedman1(rows=50, noise=0.0, random_state=3)
    frame = exact.load().frame
    x = frame.to_numpy()
    y = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
    np.testing.assert_allclose(frame["y"], y)
    assert list(frame.columns) == ["x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "y"]
    assert exact.label == "friedman1(rows=50, noise=0.0, random_state=3)"
    assert Friedman1().label == "friedman1"
    assert Friedman1().load().frame.equals(Friedman1().load().frame)


@pytest.mark.parametrize("scaled", [True, False])
def test_diabetes_is_that_of_scikit_learn_to_the_bit(scaled):
    from sklearn.datasets import load_diabetes

    expected = load_diabetes(as_frame=True, scaled=scaled).frame
    pd.testing.assert_frame_equal(Diabetes(scaled=scaled).load().frame, expected, check_exact=True)


def test_diabetes_comes_scaled_or_in_its_own_units():
    assert abs(Diabetes().load().frame["age"].mean()) < 1e-10
    assert Diabetes(scaled=False).load().frame["age"].mean() > 40


def test_listing_the_plugin_imports_nothing_heavy():
    heavy = {"pandas", "sklearn", "numpy", "pyarrow", "torch", "scipy"}
    code = f"import sys, smoothdistill_datasets.plugin; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
