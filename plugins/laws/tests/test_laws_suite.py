"""Suites of laws: each law is a dataset of its own, the one that a recipe could have written out."""

import json
import re

import numpy as np
import pytest
from pydantic import ValidationError

from smoothdistill_core import DataError, RecipeError, Registry, Study, recipe_from_text
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.formula import rewritten
from smoothdistill_core.preparation import prepare
from smoothdistill_core.recipe import Prepare
from smoothdistill_core.trial import score
from smoothdistill_laws.law import Law
from smoothdistill_laws.laws import Laws
from smoothdistill_laws.suite_file import read_suite, shipped_suites
from smoothdistill_laws.symbolic_equality import SymbolicEquality
from smoothdistill_laws.trajectory import Trajectory

MINE = """name,target,formula,ranges
area,A,a*b,"{""a"": [1, 2], ""b"": [1, 2]}"
volume,V,a*b*c,"{""a"": [1, 2], ""b"": [1, 2], ""c"": [1, 2]}"
slope,s,a/b,"{""a"": [1, 2], ""b"": [1, 2]}"
side,c,sqrt(a^2 + b^2),"{""a"": [1, 2], ""b"": [1, 2]}"
sum,s,a + b,"{""a"": [1, 2], ""b"": [1, 2]}"
"""
FAULTY = """name,target,formula,ranges
area,A,a*sine(b),"{""a"": [1, 2], ""b"": [1, 2]}"
volume,V,a*b,"{""a"": [1, 2], ""b"": [1, 2]}"
slope,s,a/b,"{""a"": [1, 2], ""b"": [-1, 2]}"
side,a,a*b,"{""a"": [1, 2], ""b"": [1, ""two""]}"
"""
SWINGING = ("strogatz_lv1", "strogatz_lv2")


@pytest.fixture
def mine(tmp_path):
    """The path of a file of five laws."""
    (tmp_path / "mine.csv").write_text(MINE)
    return str(tmp_path / "mine.csv")


def titles(laws):
    return [member.title for member in laws.members()]


def test_every_law_of_a_file_is_a_dataset_called_by_its_name(mine):
    laws = Laws(suite=mine, rows=50, noise=0.1, seed=3)
    assert [member.label for member in laws.members()] == ["area", "volume", "slope", "side", "sum"]
    assert laws.label == "mine"
    assert laws.members()[0] == Law(
        expression="a*b",
        ranges={"a": (1, 2), "b": (1, 2)},
        rows=50,
        noise=0.1,
        seed=3,
        target="A",
        title="area",
    )


UNITS = """name,target,formula,ranges,units,target_units
area,A,a*b,"{""a"": [1, 2], ""b"": [1, 2]}","{""a"": ""m"", ""b"": ""m""}",m^2
angle,w,a/b,"{""a"": [1, 2], ""b"": [1, 2]}","{""a"": ""m""}",
"""


def test_units_of_the_file_are_declared_where_that_is_asked_for(tmp_path):
    (tmp_path / "mine.csv").write_text(UNITS)
    area, angle = Laws(suite=str(tmp_path / "mine.csv"), units=True).members()
    assert dict(area.units) == {"a": "m", "b": "m", "A": "m^2"}
    assert area == Law(
        expression="a*b", ranges={"a": (1, 2), "b": (1, 2)}, target="A", title="area", units=dict(area.units)
    )
    assert dict(angle.units) == {"a": "m"}  # nothing is known of the others
    assert not any(member.units for member in Laws(suite=str(tmp_path / "mine.csv")).members())


def test_units_that_are_none_are_told_with_their_column(tmp_path):
    (tmp_path / "mine.csv").write_text(UNITS.replace("m^2", "metre^2x").replace('""m""}",\n', '""mm/""}",\n'))
    laws = Laws(suite=str(tmp_path / "mine.csv"), units=True)
    with pytest.raises(DataError, match=r"mine.csv:2: column 'target_units' of area: A: there is no unit"):
        laws.members()
    with pytest.raises(DataError, match=r"mine.csv:3: column 'units' of angle: a: 'mm/' is no unit"):
        laws.members()


def test_units_of_a_suite_without_any_are_refused(mine):
    for suite in (mine, "strogatz"):
        with pytest.raises(ValidationError, match="no law of the suite has a unit; add the columns units and"):
            Laws(suite=suite, units=True)
    with pytest.raises(ValidationError, match="units\n  Input should be a valid boolean"):
        Laws(suite=mine, units={"a": "m"})


def test_left_out_the_number_of_rows_is_that_of_a_law_or_of_trajectories(mine):
    assert {member.rows for member in Laws(suite=mine).members()} == {2000}
    assert {member.rows for member in Laws(suite="strogatz").members()} == {400}
    assert {member.rows for member in Laws(suite="strogatz", rows=40).members()} == {40}


def test_only_some_laws_may_be_taken_by_name_in_the_order_of_the_file(mine):
    assert titles(Laws(suite=mine, only=("sum", "area"))) == ["area", "sum"]


def test_the_two_halves_make_the_whole(mine):
    assert titles(Laws(suite=mine, half="odd")) == ["area", "slope", "sum"]
    assert titles(Laws(suite=mine, half="even")) == ["volume", "side"]


def test_a_sample_is_drawn_by_the_seed_and_a_larger_one_holds_it():
    few = [titles(Laws(suite="strogatz", sample=4, seed=seed)) for seed in (0, 0, 1)]
    assert few[0] == few[1] != few[2]
    assert set(few[0]) < set(titles(Laws(suite="strogatz", sample=9, seed=0)))
    assert few[0] == ["strogatz_barmag2", "strogatz_glider2", "strogatz_lv1", "strogatz_lv2"]  # for ever


def test_a_sample_may_be_drawn_from_a_half(mine):
    half = titles(Laws(suite=mine, half="odd"))
    assert set(titles(Laws(suite=mine, half="odd", sample=2))) < set(half)
    assert titles(Laws(suite=mine, half="odd", sample=3)) == half


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"only": ("suma",)}, "there is no law 'suma'; did you mean 'sum'"),
        ({"only": ("sum", "sum")}, "'sum' is named twice; name each law once"),
        ({"only": ("sum",), "half": "odd"}, "only names the laws already; leave out half, or only"),
        ({"only": ("sum",), "sample": 1}, "only names the laws already; leave out sample, or only"),
        ({"sample": 6}, "there are 5 laws to draw 6 from; draw at most 5"),
        ({"half": "even", "sample": 3}, "there are 2 laws to draw 3 from; draw at most 2"),
        ({"sample": 0}, "greater than or equal to 1"),
        ({"half": "both"}, "'odd' or 'even'"),
        ({"rows": 9}, "greater than or equal to 10"),
        (
            {"suite": "strogats"},
            r"there is no suite 'strogats'; name one \(did you mean 'strogatz'\? known: feynman, str",
        ),
        ({"suite": "nowhere/min.csv"}, r"there is no file nowhere/min\.csv; known: none"),
    ],
)
def test_options_that_cannot_be_are_refused(mine, options, message):
    with pytest.raises(ValidationError, match=message):
        Laws(**{"suite": mine, **options})


def problems(tmp_path, dataset):
    with pytest.raises(RecipeError) as caught:
        recipe_from_text(f"dataset: {dataset}", Registry(), name="r.yaml", folder=tmp_path)
    return str(caught.value)


def test_a_path_is_relative_to_the_recipe(mine, tmp_path):
    recipe = recipe_from_text("dataset: {name: laws, suite: mine.csv}", Registry(), folder=tmp_path)
    assert [dataset.label for dataset in recipe.dataset] == ["area", "volume", "slope", "side", "sum"]


def test_what_is_wrong_is_told_with_its_place_in_the_recipe(mine, tmp_path):
    assert re.match(
        r"r\.yaml:1:30: dataset\.suite: there is no file .*/mien\.csv; did you mean 'mine\.csv'",
        problems(tmp_path, "{name: laws, suite: mien.csv}"),
    )
    assert re.match(
        r"r\.yaml:1:52: dataset\.only\[1\]: there is no law 'aera'; did you mean 'area'",
        problems(tmp_path, "{name: laws, suite: mine.csv, only: [sum, aera]}"),
    )


def test_a_law_that_cannot_be_is_told_with_its_line_in_the_file_and_all_are(tmp_path):
    (tmp_path / "faulty.csv").write_text(FAULTY)
    place = re.escape(f"{tmp_path}/faulty.csv")
    one, other, third = problems(tmp_path, "{name: laws, suite: faulty.csv}").splitlines()
    assert re.match(rf"r\.yaml:1:10: dataset: {place}:2: column 'formula' of area: there is no function 'sine'", one)
    assert re.match(rf"{place}:4: column 'ranges' of slope: a/b may divide by 0: b can be -1 to 2; change", other)
    assert re.match(rf"{place}:5: column 'ranges' of side: b: the text 'two' does not fit; it should be a num", third)


def test_laws_that_are_not_taken_may_be_faulty(tmp_path):
    (tmp_path / "faulty.csv").write_text(FAULTY)
    assert titles(Laws(suite=str(tmp_path / "faulty.csv"), only=("volume",))) == ["volume"]


RECIPE = """
name: suite
dataset: {dataset}
student: linear
metric: [r2]
distil: {{teachers: none}}
trials: {{seeds: 1}}
"""


@pytest.mark.slow
def test_a_run_of_a_suite_goes_on_law_by_law_and_from_laws_that_were_written_out(mine, tmp_path):
    def run(dataset):
        told = []
        recipe = recipe_from_text(RECIPE.format(dataset=dataset), Registry(), folder=tmp_path)
        Study(recipe, Registry(), tmp_path / "run").run(executor=CallingThread(), progress=told.append)
        return told[0].done, told[-1].done

    area = "{name: law, title: area, target: A, expression: a*b, ranges: {a: [1, 2], b: [1, 2]}}"
    assert run(area)[1] == 1
    assert run("{name: laws, suite: mine.csv, half: odd}") == (1, 3)
    assert run("{name: laws, suite: mine.csv}") == (3, 5)


def test_a_law_of_a_system_is_the_derivative_along_its_trajectories():
    one, other = Laws(suite="strogatz", only=SWINGING).members()
    assert isinstance(one, Trajectory)
    assert (one.state, other.state) == ("x", "y")
    assert one.system == other.system
    assert (one.load().frame[["x", "y"]] == other.load().frame[["x", "y"]]).all(axis=None)


SYSTEMS = {law.system: law.name for law in read_suite(shipped_suites()["strogatz"])}


@pytest.mark.parametrize("name", SYSTEMS.values(), ids=SYSTEMS)
def test_the_trajectories_of_a_system_cover_the_published_ranges_and_stay_near(name):
    (member,) = Laws(suite="strogatz", only=(name,)).members()
    frame = member.load().frame
    assert np.isfinite(frame).all(axis=None)
    for state, (low, high) in member.ranges.items():
        reached = frame[state].clip(low, high)
        assert reached.max() - reached.min() > 0.7 * (high - low)
    assert frame.drop_duplicates().shape == (400, 3)


@pytest.mark.parametrize("name", SWINGING)
def test_a_law_of_a_system_is_recognised(name):
    (member,) = Laws(suite="strogatz", only=(name,)).members()
    split = prepare(member.load(), Prepare(), 0)
    scaling = split.facts.scaling
    inputs = [(1 / feature.scale, -feature.mean / feature.scale) for feature in scaling.features]
    found = rewritten(split.law, inputs, (1 / scaling.scale, -scaling.mean / scaling.scale))
    assert set(score(found, split, [SymbolicEquality()]).values()) == {1.0}


def test_a_suite_without_its_members_has_no_table(mine):
    with pytest.raises(DataError, match="the suite 'mine' has no table"):
        Laws(suite=mine).load()


def test_a_file_with_more_columns_than_are_read_is_taken(tmp_path):
    ranges = json.dumps({"a": [1, 2]}).replace('"', '""')
    header = "name,field,target,formula,ranges,units,target_units,source"
    (tmp_path / "fresh.csv").write_text(f'{header}\nsquare,geometry,A,a^2,"{ranges}","{{""a"": ""m""}}",m^2,Euclid\n')
    assert titles(Laws(suite=str(tmp_path / "fresh.csv"))) == ["square"]
