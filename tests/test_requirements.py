"""What a recipe requires is looked for among distributions and plugins."""

from types import SimpleNamespace

import pytest

from smoothdistill_core import RecipeError, Registry, hookimpl, recipe_from_text
from smoothdistill_core.testing.tiny import TinyStudent

TOYS = SimpleNamespace(smoothdistill_students=hookimpl(lambda: [TinyStudent]))


@pytest.fixture(scope="module")
def registry():
    """The built-in plugins but one, and a third party's."""
    registry = Registry(block=["pysr"])
    assert registry.register(TOYS, "toys", "toy-box", "2.1").state == "ready"
    return registry


@pytest.mark.parametrize(
    "requirement",
    [
        "smoothdistill-contract>=1",
        "smoothdistill",
        "smoothdistill>=0.1",
        "mlp",
        "toys==2.1",
        "toy-box~=2.0",
        "Toy_Box>=2",
        "smoothdistill[test]",
    ],
)
def test_requirements_are_met_by_distributions_and_plugins(registry, requirement):
    recipe = recipe_from_text(f"dataset: diabetes\nrequires: ['{requirement}']", registry)
    assert recipe.requires == (requirement,)


@pytest.mark.parametrize(
    ("requires", "problem"),
    [
        ("[symbols>=1]", "2:12: requires[0]: the plugin 'symbols' is not installed; pip install 'symbols>=1'"),
        ("[toy-bix]", "2:12: requires[0]: the plugin 'toy-bix' is not installed; pip install 'toy-bix'; did you mean"),
        ("[mlp, toys>=3]", "2:17: requires[1]: toys 2.1 is installed, 'toys>=3' is required; pip install"),
        (
            "['smoothdistill-contract>=99']",
            "2:12: requires[0]: smoothdistill-contract 1 is installed, 'smoothdistill-con",
        ),
        ("['???']", "2:12: requires[0]: '???' is no requirement; write a name and a version, as in smoothdistill>="),
        ("mlp", "2:11: requires: must be a list of text; write for example [smoothdistill>=0.1]"),
        ("[0.1]", "2:11: requires: must be a list of text"),
    ],
)
def test_requirements_that_are_not_met_are_said(registry, requires, problem):
    with pytest.raises(RecipeError) as error:
        recipe_from_text(f"dataset: diabetes\nrequires: {requires}", registry, "recipe.yaml")
    assert str(error.value).startswith(f"recipe.yaml:{problem}")


def test_a_required_plugin_that_is_blocked_is_not_called_missing():
    registry = Registry(block=["mlp"], discover=False)
    registry.register(TOYS, "mlp", "smoothdistill", "0.1")
    with pytest.raises(RecipeError, match=r"requires\[0\]: the plugin 'mlp' is blocked: blocked on request"):
        recipe_from_text("dataset: diabetes\nrequires: [mlp]", registry)
