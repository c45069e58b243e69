"""A suite in a recipe: its members stand in its place, and what is wrong with them is said at its place."""

from types import SimpleNamespace

import pytest

from smoothdistill_core import DataError, RecipeError, Registry, Results, Study, Suite, hookimpl, recipe_from_text
from smoothdistill_core.executors.in_program import CallingThread
from smoothdistill_core.testing import tiny


class Numbered(tiny.TinyDataset):
    """The tiny table with a number."""

    name = "numbered"
    number: int

    @property
    def label(self):
        return f"table {self.number}"


class Several(Suite):
    """So many numbered tables."""

    name = "several"
    tables: int = 3

    def members(self):
        if self.tables < 0:
            raise DataError(f"there are no {self.tables} tables; ask for 1 or more")
        if self.tables > 10:
            raise KeyError("tables")
        return [Numbered(number=number) for number in range(self.tables)]


class Nested(Suite):
    """A suite of a suite."""

    name = "nested"

    def members(self):
        return [Several()]


HOOKS = SimpleNamespace(
    smoothdistill_datasets=hookimpl(lambda: [tiny.TinyDataset, Numbered, Several, Nested]),
    smoothdistill_teachers=hookimpl(lambda: [tiny.TinyTeacher]),
    smoothdistill_regularizers=hookimpl(lambda: [tiny.Plain, tiny.Steepness]),
    smoothdistill_students=hookimpl(lambda: [tiny.TinyStudent]),
    smoothdistill_metrics=hookimpl(lambda: [tiny.TinyR2, tiny.TinyNorm]),
)


@pytest.fixture(scope="module")
def registry():
    registry = Registry(discover=False)
    assert registry.register(HOOKS, "toys").state == "ready"
    return registry


@pytest.fixture
def read(registry):
    def read(dataset, **options):
        return recipe_from_text(tiny.RECIPE.replace("dataset: tiny", f"dataset: {dataset}"), registry, **options)

    return read


def labels(recipe):
    return [dataset.label for dataset in recipe.dataset]


def test_the_members_of_a_suite_stand_in_its_place(read):
    assert labels(read("several")) == ["table 0", "table 1", "table 2"]
    assert labels(read("[tiny, {name: several, tables: 2}, {name: numbered, number: 7}]")) == [
        "tiny",
        "table 0",
        "table 1",
        "table 7",
    ]


def test_a_recipe_with_a_suite_is_the_recipe_that_lists_its_members(read):
    listed = "[{name: numbered, number: 0}, {name: numbered, number: 1}]"
    assert read("{name: several, tables: 2}") == read(listed)
    assert read("{name: several, tables: 2}").content() == read(listed).content()


@pytest.mark.parametrize(
    ("dataset", "problem"),
    [
        ("{name: several, tables: x}", "3:34: dataset.tables: the text 'x' does not fit; it should be a whole number"),
        ("{name: several, tables: -1}", "3:10: dataset: there are no -1 tables; ask for 1 or more"),
        ("[tiny, {name: several, tables: 0}]", "3:17: dataset[1]: the suite has no members; name another"),
        ("[nested]", "3:11: dataset[0]: the suite several is among the members; a suite has to give datasets"),
        ("{name: several, tables: 11}", "3:10: dataset: asking for the members raised KeyError: 'tables'; its plugin"),
        (
            "[several, {name: numbered, number: 1}]",
            "3:20: dataset[1]: numbered(number=1) is listed twice; list it once",
        ),
        ("[several, {name: several, tables: 9}]", "3:20: dataset[1]: numbered(number=0) is listed twice"),
    ],
)
def test_what_is_wrong_with_a_suite_is_said_once_and_at_its_place(read, dataset, problem):
    with pytest.raises(RecipeError) as caught:
        read(dataset, name="r.yaml")
    (found,) = caught.value.problems
    assert str(found).startswith(f"r.yaml:{problem}")


def test_members_have_results_of_their_own_and_go_on_from_those_of_the_same_dataset(read, registry, tmp_path):
    def run(dataset):
        done = []
        recipe = read(dataset)
        Study(recipe, registry, tmp_path).run(executor=CallingThread(), progress=done.append)
        return done[0].done, done[-1].done

    # two seeds of a student on the data, and of three teachers and their students
    assert run("{name: numbered, number: 1}") == (0, 14)
    assert run("{name: several, tables: 2}") == (14, 28)
    outcomes = Results.read(tmp_path).outcomes
    assert {outcome.trial.dataset for outcome in outcomes} == {"table 0", "table 1"}


def test_of_a_long_suite_only_how_many_members_changed_is_said(read, registry, tmp_path):
    Study(read("{name: several, tables: 6}"), registry, tmp_path).run(executor=CallingThread())
    changed = read("[{name: several, tables: 5}, {name: numbered, number: 7}]")
    assert Study(changed, registry, tmp_path).outlook().changes == ("dataset: 1 new, 1 gone, 5 as before",)
