"""The JSON schema of recipes: it agrees with the reader, and knows the plugins that are installed."""

from types import SimpleNamespace

import pytest
from jsonschema import Draft202012Validator

from smoothdistill_core import RecipeError, Registry, Regularizer, hookimpl, recipe_from_text, recipe_schema
from smoothdistill_core.recipe import shipped_recipes
from smoothdistill_core.recipe.document import Document


class Gentle(Regularizer):
    """A third party's."""

    name = "gentle"
    order: int = 1

    def penalty(self, net, x):
        return net.jacobian(x).abs().mean() * self.order


@pytest.fixture(scope="module")
def registry():
    registry = Registry()
    registry.register(SimpleNamespace(smoothdistill_regularizers=hookimpl(lambda: [Gentle])), "gentle")
    return registry


@pytest.fixture(scope="module")
def schema(registry):
    schema = recipe_schema(registry)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def data(text):
    return Document(text, "recipe.yaml").data


@pytest.mark.parametrize("name", shipped_recipes())
def test_the_schema_accepts_every_shipped_recipe(schema, name):
    assert list(schema.iter_errors(Document.from_file(shipped_recipes()[name]).data)) == []


@pytest.mark.parametrize(
    "text",
    [
        "dataset: diabetes",
        "dataset: [diabetes, {name: csv, path: a.csv, target: y}]",
        "dataset: {name: csv, path: a.csv, target: y, missing_values: [NA, -999]}",
        "dataset: diabetes\nregularizer: {name: gentle, order: 2, strength: [1, 2]}",
        "dataset: diabetes\nregularizer: [none, {name: lipschitz, norm: sum, strength: 0.5}]",
        "dataset: diabetes\nrequires: [mlp]\nkeep: teachers\nprepare: {target: log1p, max_rows: 100}",
    ],
)
def test_the_schema_accepts_what_the_reader_accepts(schema, registry, text):
    assert recipe_from_text(text, registry)
    assert list(schema.iter_errors(data(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        "teacher: mlp",
        "dataset: diabets",
        "dataset: csv",
        "dataset: {name: csv, path: a.csv}",
        "dataset: diabetes\nteachr: mlp",
        "dataset: diabetes\nteacher: {name: mlp, epoch: 3}",
        "dataset: diabetes\nteacher: {name: mlp, epochs: '3'}",
        "dataset: diabetes\nteacher: {name: mlp, epochs: true}",
        "dataset: diabetes\nteacher: {epochs: 3}",
        "dataset: diabetes\nteacher: []",
        "dataset: diabetes\nregularizer: {name: none, strength: 1}",
        "dataset: diabetes\nregularizer: {name: jacobian, strength: -1}",
        "dataset: diabetes\nregularizer: {name: jacobian, strength: []}",
        "dataset: diabetes\nregularizer: {name: jacobian, strength: [1, 1]}",
        "dataset: diabetes\nprepare: {test: 1}",
        "dataset: diabetes\nchoose: {part: test}",
        "dataset: diabetes\nname: a/b",
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(schema, registry, text):
    with pytest.raises(RecipeError):
        recipe_from_text(text, registry)
    assert list(schema.iter_errors(data(text))) != []


def test_the_schema_reflects_the_installed_plugins(schema):
    wiggly = data("dataset: diabetes\nregularizer: {name: gentle, order: 3}")
    assert schema.is_valid(wiggly)
    assert not schema.is_valid(data("dataset: diabetes\nregularizer: {name: gentle, ordr: 3}"))
    assert not Draft202012Validator(recipe_schema(Registry())).is_valid(wiggly)
