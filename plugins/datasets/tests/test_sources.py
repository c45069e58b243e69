"""A stored dataset is found in the data folder, else in the cache, else downloaded; nothing wrong is taken for it."""

import gzip
import hashlib
import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from urllib.error import URLError

import numpy as np
import pandas as pd
import pytest

from smoothdistill_core import DataError
from smoothdistill_datasets.catalogue import (
    CaliforniaHousing,
    ConcreteStrength,
    LiverDisorders,
    MiamiHousing2016,
    Places,
)
from smoothdistill_datasets.sources import SHIPPED

STORED_FILES = os.environ.get("SMOOTHDISTILL_DATA", "")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder of the cache, empty; no data folder, and no network."""
    monkeypatch.delenv("SMOOTHDISTILL_DATA", raising=False)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / "cache" / name)
    for fetch in ("fetch_openml", "fetch_california_housing"):
        monkeypatch.setattr(f"sklearn.datasets.{fetch}", no_network)
    return tmp_path / "cache" / "smoothdistill" / "datasets"


def no_network(**options):
    raise URLError("no route to host")


def like(dataset, rows=None, without=()):
    """A table of the dataset's rows and columns, with arbitrary numbers."""
    random = np.random.default_rng(0)
    columns = [column for column in dataset.columns if column not in without]
    return pd.DataFrame(random.random((rows or dataset.rows, len(columns))), columns=columns)


def published(monkeypatch, frame):
    """Let OpenML answer with a table; returns the list of requests."""
    requests = []

    def fetch_openml(**options):
        requests.append(options)
        return SimpleNamespace(frame=frame)

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch_openml)
    return requests


@pytest.mark.needs_data
def test_the_data_folder_comes_before_the_cache(cache, monkeypatch):
    cache.mkdir(parents=True)
    (cache / "liver_disorders.csv.gz").write_bytes(b"no table")
    monkeypatch.setenv("SMOOTHDISTILL_DATA", STORED_FILES)
    assert len(LiverDisorders().load().frame) == 345


def test_concrete_strength_comes_along_and_needs_neither_network_nor_folder(cache):
    table = ConcreteStrength().load()
    assert table.frame.shape == (1030, 9)
    assert table.frame.iloc[0].to_dict() == {
        "cement": 540.0,
        "slag": 0.0,
        "fly_ash": 0.0,
        "water": 162.0,
        "superplasticizer": 2.5,
        "coarse_aggregate": 1040.0,
        "fine_aggregate": 676.0,
        "age": 28,
        "strength": pytest.approx(79.986111, abs=1e-6),
    }
    assert table.target == "strength"
    assert (table.units["strength"], table.units["cement"], table.units["age"]) == ("MPa", "kg/m^3", "day")
    assert set(table.units) == set(table.frame.columns)


def test_what_comes_along_stands_with_its_licence_source_and_checksum():
    text = (SHIPPED / "README.md").read_text()
    files = [file.name for file in SHIPPED.iterdir() if file.suffix == ".gz"]
    assert files == [f"{ConcreteStrength.name}.csv.gz"]
    assert hashlib.sha256((SHIPPED / files[0]).read_bytes()).hexdigest() == ConcreteStrength.sha256
    for said in (
        ConcreteStrength.sha256,
        "CC BY 4.0",
        "Copyright:** Prof. I-Cheng Yeh",
        "archive.ics.uci.edu/dataset/165",
    ):
        assert said in text
    for column, name in zip(ConcreteStrength.columns, ConcreteStrength.names, strict=True):
        assert f"| {column} | `{name}` |" in text


@pytest.mark.needs_data
def test_what_comes_along_is_the_stored_file():
    name = f"{ConcreteStrength.name}.csv.gz"
    assert (SHIPPED / name).read_bytes() == (Path(STORED_FILES) / name).read_bytes()


def test_a_damaged_file_of_the_package_is_refused(cache, tmp_path, monkeypatch):
    (tmp_path / "concrete_strength.csv.gz").write_bytes(gzip.compress(b"Cement,Water\n1,2\n"))
    monkeypatch.setattr("smoothdistill_datasets.sources.SHIPPED", tmp_path)
    with pytest.raises(DataError, match=f"expected {ConcreteStrength.sha256}.*or install smoothdistill anew"):
        ConcreteStrength().load()


@pytest.mark.needs_data
def test_a_tampered_file_is_refused_with_both_checksums(cache, tmp_path, monkeypatch):
    tampered = tmp_path / "liver_disorders.csv.gz"
    shutil.copyfile(Path(STORED_FILES) / tampered.name, tampered)
    tampered.chmod(0o644)
    tampered.write_bytes(gzip.compress(gzip.decompress(tampered.read_bytes()).replace(b"85", b"86", 1)))
    monkeypatch.setenv("SMOOTHDISTILL_DATA", str(tmp_path))
    with pytest.raises(DataError) as caught:
        LiverDisorders().load()
    message = str(caught.value)
    assert str(tampered) in message
    assert f"expected {LiverDisorders.sha256}" in message
    assert "put the original in its place" in message


def test_a_data_folder_that_is_not_there_is_an_error(cache, monkeypatch):
    monkeypatch.setenv("SMOOTHDISTILL_DATA", "/no/such/folder")
    with pytest.raises(DataError, match="SMOOTHDISTILL_DATA names /no/such/folder, which is no folder"):
        LiverDisorders().load()


def test_a_download_is_kept_and_read_without_network_the_next_time(cache, monkeypatch):
    requests = published(monkeypatch, like(LiverDisorders))
    first = LiverDisorders().load()
    monkeypatch.setattr("sklearn.datasets.fetch_openml", no_network)
    second = LiverDisorders().load()
    assert [request["data_id"] for request in requests] == [8]
    pd.testing.assert_frame_equal(first.frame, second.frame, check_exact=True)
    assert [file.name for file in cache.iterdir()] == ["liver_disorders.csv.gz"]


def test_a_download_may_have_another_order_of_columns(cache, monkeypatch):
    published(monkeypatch, like(LiverDisorders)[list(reversed(LiverDisorders.columns))])
    assert list(LiverDisorders().load().frame.columns) == list(LiverDisorders.used())


def test_a_download_may_lack_a_column_that_is_left_out_anyway(cache, monkeypatch):
    published(monkeypatch, like(MiamiHousing2016, without=["PARCELNO"]))
    assert MiamiHousing2016().load().frame.shape == (13_932, 16)


def test_california_housing_is_downloaded_by_scikit_learn(cache, monkeypatch):
    def fetch(**options):
        return SimpleNamespace(frame=like(CaliforniaHousing))

    monkeypatch.setattr("sklearn.datasets.fetch_california_housing", fetch)
    assert CaliforniaHousing().load().frame.shape == (20_640, 9)
    assert (cache / "california_housing.csv.gz").exists()


@pytest.mark.parametrize(
    ("frame", "difference"),
    [
        (like(LiverDisorders, rows=344), "344 rows instead of 345"),
        (like(LiverDisorders, without=["mcv"]), "missing columns: mcv"),
        (like(LiverDisorders).rename(columns={"mcv": "volume"}), "missing columns: mcv; unknown columns: volume"),
    ],
)
def test_a_download_of_another_table_is_refused_and_not_kept(cache, monkeypatch, frame, difference):
    published(monkeypatch, frame)
    with pytest.raises(DataError, match=f"the download from OpenML 8 is not dataset 'liver_disorders': {difference}"):
        LiverDisorders().load()
    assert not cache.exists()


def test_without_network_the_error_says_which_file_goes_where(cache):
    with pytest.raises(DataError) as caught:
        LiverDisorders().load()
    message = str(caught.value)
    assert "no route to host" in message
    assert "put the file liver_disorders.csv.gz into the folder that the environment variable" in message
    assert "SMOOTHDISTILL_DATA" in message
    assert str(cache) in message


def test_a_dataset_without_a_certain_public_copy_is_never_downloaded(cache, monkeypatch):
    requests = published(monkeypatch, like(Places))
    with pytest.raises(DataError, match=r"no public copy is known for certain.*put the file places\.csv\.gz"):
        Places().load()
    assert requests == []


def test_a_file_put_into_the_cache_by_hand_is_read(cache):
    cache.mkdir(parents=True)
    like(Places).to_csv(cache / "places.csv.gz", index=False)
    assert Places().load().frame.shape == (329, 9)


@pytest.mark.parametrize(
    "content",
    [b"no table", gzip.compress(b"a,b\n1,2\n"), gzip.compress(b"a,b\n" * 99)[:-9], b""],
    ids=["no gzip", "another table", "cut off", "empty"],
)
def test_a_broken_cache_is_an_error_that_says_to_delete_it(cache, content):
    cache.mkdir(parents=True)
    (cache / "places.csv.gz").write_bytes(content)
    with pytest.raises(DataError, match=r"places\.csv\.gz.*delete the file, so that it is made anew"):
        Places().load()


def test_a_cache_that_cannot_be_written_is_an_error(cache, monkeypatch):
    published(monkeypatch, like(LiverDisorders))
    cache.parent.mkdir(parents=True)
    cache.write_text("a file where the folder should be")
    with pytest.raises(DataError, match=r"cannot be kept in .* make that folder writable"):
        LiverDisorders().load()
