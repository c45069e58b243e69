"""Reading YAML strictly: the core schema of YAML 1.2, and a place for everything that is wrong."""

import math
import pickle

import pytest

from smoothdistill_core.recipe import RecipeError
from smoothdistill_core.recipe.document import Document


def read(text):
    return Document(text, "r.yaml").data


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("No", "No"),
        ("yes", "yes"),
        ("12:30", "12:30"),
        ("2026-11-22", "2026-11-22"),
        ("1_000", "1_000"),
        ("1e-3", 0.001),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        (".5", 0.5),
        ("-.inf", -math.inf),
        ("true", True),
        ("~", None),
        ("", None),
        ("'1'", "1"),
        ("<<", "<<"),
    ],
)
def test_scalars_follow_yaml_1_2(text, value):
    found = read(f"a: {text}")["a"]
    assert found == value
    assert type(found) is type(value)


def test_aliases_are_filled_in():
    assert read("a: &x [1, 2]\nb: *x") == {"a": [1, 2], "b": [1, 2]}


BOMB = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdef", "bcdefg", strict=True)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "r.yaml:3:1: a: the key stands twice, first at r.yaml:1:1; keep one of the two"),
        ("a:\n\t- b", "r.yaml:2:1: is not YAML"),
        ("a:\n\t- b", "indent with spaces, never with tabs"),
        ("a: &x [*x]", "r.yaml:1:4: a[0]: is an alias of something that it stands in"),
        (BOMB, "values once its aliases are filled in"),
        ("a: !!python/object/apply:os.system [echo]", "r.yaml:1:4: a: has the tag"),
        ("a: !mine 1", "recipes hold plain values only: remove the tag"),
        ("a: !!int abc", "'abc' is not of the type int"),
        ("[" * 3000, "r.yaml:1:51: is nested too deeply"),
        ("a: " + "[" * 60 + "]" * 60, "is nested too deeply"),
        ("1: 2", "r.yaml:1:1: has a key that is not text: 1"),
        ("a: b: c", "r.yaml:1:5: is not YAML: mapping values are not allowed here"),
        ("a: 1\nb: \x00", "r.yaml:2:4: holds a character that YAML forbids: 0x0"),
        ("a: " + "9" * 5000, "r.yaml:1:4: a: the number has 5,000 digits"),
        ("a: 0x" + "f" * 6000, "r.yaml:1:4: a: the number has 6,002 digits"),
        ("---\na: 1\n---\nb: 2", "expected a single document"),
        ("a: *nowhere", "r.yaml:1:4: is not YAML: found undefined alias;"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text, message):
    with pytest.raises(RecipeError) as error:
        read(text)
    assert message in str(error.value)


def test_all_problems_are_found_at_once():
    with pytest.raises(RecipeError) as error:
        read("a: !x 1\nb: 1\nb: 2\n3: 4")
    assert [problem.source for problem in error.value.problems] == ["r.yaml:1:4", "r.yaml:3:1", "r.yaml:4:1"]


def test_files_that_cannot_be_read_are_clear_errors(tmp_path):
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"a: 1\nb: caf\xe9")
    with pytest.raises(RecipeError, match=r"latin.yaml:2:7: byte 11 is not UTF-8; save the recipe as UTF-8"):
        Document.from_file(latin)
    huge = tmp_path / "huge.yaml"
    huge.write_text("#" * 1_000_001)
    with pytest.raises(RecipeError, match="has 1,000,001 bytes, and at most 1,000,000 are read"):
        Document.from_file(huge)
    with pytest.raises(RecipeError, match="is a folder; name a file in it"):
        Document.from_file(tmp_path)


def overridden(assignment, text="teacher: mlp\nregularizer:\n  - none\n  - {name: jacobian}\n"):
    document = Document(text, "r.yaml")
    document.override(assignment)
    return document


def test_overrides_change_values_wherever_they_stand():
    assert overridden("teacher.epochs=50").data["teacher"] == {"name": "mlp", "epochs": 50}
    assert overridden("regularizer.1.strength=[0.1, 1]").data["regularizer"][1]["strength"] == [0.1, 1]
    assert overridden("prepare.test=0.3").data["prepare"] == {"test": 0.3}
    assert overridden("name=a=b").data["name"] == "a=b"


def test_problems_of_overridden_values_name_the_option():
    document = overridden("teacher.epochs=few")
    assert document.place(("teacher", "epochs")) == "--set teacher.epochs"


def test_nothing_of_a_value_that_is_replaced_whole_stands_in_the_file_any_more():
    document = overridden("teacher={name: mlp, epochs: few}", "teacher: {name: mlp, epochs: 7, hidden: [4]}\n")
    for option in ("name", "epochs", "hidden"):
        assert document.place(("teacher", option)) == document.place(("teacher", option), key=True) == "--set teacher"


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("teacher", "is no assignment; write it as path=value"),
        ("regularizer.7.x=1", "there is no regularizer[7] in r.yaml; regularizer is a list of 2: count from 0"),
        ("regularizer.first.x=1", "there is no regularizer.first"),
        ("teacher.name.x.y=1", "there is no teacher.name.x in"),
        ("teacher.epochs=[1", "is not YAML"),
    ],
)
def test_overrides_that_fit_nothing_are_refused(assignment, message):
    with pytest.raises(RecipeError) as error:
        overridden(assignment)
    assert message in str(error.value)
    assert "--set" in str(error.value)


def test_recipe_errors_cross_processes_whole():
    with pytest.raises(RecipeError) as error:
        read("a: !x 1\nb: !y 2")
    copy = pickle.loads(pickle.dumps(error.value))
    assert copy.problems == error.value.problems
    assert str(copy) == str(error.value)
