"""A secret option does its work, also in a worker process, and is never stored, shown or hashed by its value."""

import json
import pickle
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import ValidationError

from smoothdistill_core import (
    RecipeError,
    Results,
    Secret,
    Study,
    recipe_from_data,
    recipe_from_text,
    recipe_schema,
)
from smoothdistill_core.cli.describing import describe_component
from smoothdistill_core.components import digest
from smoothdistill_core.executors import LocalExecutor
from smoothdistill_core.report import write_report
from smoothdistill_core.testing import checks_of, tiny
from stand_ins.vault import VALUE, Vault

RECIPE = "".join(line for line in tiny.RECIPE.splitlines(keepends=True) if not line.startswith("dataset:"))


@pytest.fixture
def registry(smoothdistill_make_registry):
    return smoothdistill_make_registry(*tiny.COMPONENTS, Vault)


def read(registry, options):
    return recipe_from_text(f"dataset: {options}\n{RECIPE}", registry)


@pytest.mark.parametrize("written", [VALUE, "{env: VAULT_PASSWORD}"])
def test_a_recipe_gives_it_as_text_or_names_an_environment_variable(registry, monkeypatch, written):
    monkeypatch.setenv("VAULT_PASSWORD", VALUE)
    (vault,) = read(registry, f"{{name: vault, password: {written}}}").dataset
    assert vault.password.get_secret_value() == VALUE
    assert len(vault.load().frame) == 40


def test_whatever_is_written_of_a_component_shows_only_that_it_is_set():
    vault = Vault(password=VALUE)
    assert vault.options() == {
        "password": "**********",
        "second": None,
        "long": None,
        "rows": 40,
        "units": {},
    }
    assert str(vault) == "vault(password=**********)"
    for written in (vault, repr(vault), vault.identity(), vault.model_dump_json(), vault.model_dump()):
        assert VALUE not in str(written)


def test_components_that_differ_in_the_secret_only_have_one_identity():
    one, other = Vault(password=VALUE), Vault(password="another")
    assert one != other
    assert digest(one.identity()) == digest(other.identity())
    assert digest(one.identity()) != digest(Vault(password=VALUE, second="x").identity())


def test_it_reaches_a_worker_process():
    assert pickle.loads(pickle.dumps(Vault(password=VALUE))).password.get_secret_value() == VALUE
    with LocalExecutor(1) as executor:
        assert len(executor.submit(Vault.load, Vault(password=VALUE)).result().frame) == 40


def test_it_passes_the_checks_of_components():
    for check in checks_of(Vault(password=VALUE)):
        if check.__module__.endswith("options"):
            check(Vault(password=VALUE))


@pytest.mark.parametrize(
    "options",
    [
        {"rows": "many"},
        {"rows": 3},
        {"colour": "red"},
        {"second": 5},
        {"second": [VALUE]},
        {"second": {"env": VALUE, "or": VALUE}},
        {"long": VALUE},
    ],
    ids=str,
)
def test_no_error_shows_it(registry, options):
    with pytest.raises(ValidationError) as in_python:
        Vault(password=VALUE, **options)
    data = {"dataset": {"name": "vault", "password": VALUE, **options}}
    with pytest.raises(RecipeError) as in_recipe:
        recipe_from_data(data, registry)
    assert VALUE not in str(in_python.value) + str(in_recipe.value)


def test_an_error_without_the_others_shows_none():
    with pytest.raises(ValidationError) as error:
        Vault(second=VALUE)
    assert VALUE not in str(error.value)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{env: NO_SUCH_VARIABLE}", "the environment variable 'NO_SUCH_VARIABLE' is not set; set it, or name another"),
        ("{env: 5}", "a secret is text, and this is something else; write {env: NAME}, or the text in quotes"),
        ("{file: x}", "a secret is text, and this is something else; write {env: NAME}"),
        ("12345", "a secret is text, and this is something else; write {env: NAME}, or the text in quotes"),
        ("'**********'", "********** is what hides a secret; give the secret itself, or {env: NAME}"),
        ("a, long: short", "the secret does not fit; it should be a list of at least 30"),
    ],
)
def test_what_is_no_secret_is_refused_with_what_would_be_right(registry, written, problem):
    with pytest.raises(RecipeError) as error:
        read(registry, f"{{name: vault, password: {written}}}")
    assert problem in str(error.value)


def test_a_text_for_the_default_is_refused_because_it_stands_in_the_source():
    with pytest.raises(TypeError, match=r"Open\.password is a secret, and its default is text in the source: use None"):

        class Open(Vault):
            """Open to all."""

            password: Secret = "letmein"


def test_it_is_described_by_how_it_is_given(registry, capsys):
    describe_component(registry, "dataset", "vault")
    assert "password  secret text or {env: NAME}" in capsys.readouterr().out
    password = recipe_schema(registry)["$defs"]["Vault"]["properties"]["password"]
    assert [one["type"] for one in password["anyOf"]] == ["string", "object"]


def test_a_run_keeps_it_to_itself(registry, tmp_path):
    folder = tmp_path / "run"
    recipe = read(registry, f"{{name: vault, password: {VALUE}}}")
    with ThreadPoolExecutor(1) as executor:
        results = Study(recipe, registry, folder).run(executor=executor, workers=1)
    assert results.outcomes
    write_report(Results.read(folder), folder / "report.html")
    held = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert VALUE.encode() not in held
    assert b"**********" in held
    with sqlite3.connect(folder / "results.sqlite") as database:
        content = json.loads(database.execute("SELECT value FROM meta WHERE key = 'content'").fetchone()[0])
    assert content["dataset"][0]["password"] == "**********"
