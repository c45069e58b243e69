"""Components: frozen, strict bundles of options whose identity decides what is computed anew."""

import pickle

import pytest
from pydantic import ValidationError

from smoothdistill_core import Component, RecipePath, Regularizer


class Widget(Component):
    """An example."""

    name = "widget"
    sizes: tuple[int, ...] = (1, 2)
    speed: float = 1.0
    colour: str = "red"
    path: RecipePath | None = None


def test_options_are_fields_with_defaults():
    assert Widget().options() == {"sizes": [1, 2], "speed": 1.0, "colour": "red", "path": None}
    assert Widget(sizes=[3, 4]) == Widget(sizes=(3, 4))
    assert str(Widget(speed=2)) == "widget(speed=2.0)"
    assert str(Widget()) == "widget"


@pytest.mark.parametrize(
    "options",
    [{"speed": True}, {"speed": "1"}, {"sizes": [True]}, {"sizes": [1.5]}, {"speed": float("nan")}, {"sped": 1.0}],
    ids=str,
)
def test_types_are_strict(options):
    with pytest.raises(ValidationError):
        Widget(**options)


def test_components_are_frozen_hashable_and_pickle():
    widget = Widget(sizes=[3])
    with pytest.raises(ValidationError):
        widget.speed = 2.0
    assert pickle.loads(pickle.dumps(widget)) == widget
    assert len({widget, Widget(sizes=(3,))}) == 1


def test_a_path_is_relative_to_the_recipe(tmp_path):
    data = {"path": "data/a.csv"}
    assert Widget.model_validate(data, context={"folder": tmp_path}).path == tmp_path / "data" / "a.csv"
    assert Widget(**data).path.as_posix() == "data/a.csv"


def test_the_name_may_not_be_a_field():
    with pytest.raises(TypeError, match="name is a field"):

        class Named(Component):
            name: str = "named"


def test_options_may_not_be_mutable():
    with pytest.raises(TypeError, match=r"sizes is mutable; options are immutable: use tuple\[...\]"):

        class Mutable(Component):
            name = "mutable"
            sizes: list[int] = []  # noqa: RUF012


@pytest.mark.parametrize("annotation", [dict[str, int] | None, tuple[list[int], ...], set[int]], ids=str)
def test_nor_hold_anything_mutable(annotation):
    with pytest.raises(TypeError, match="is mutable"):
        type("Mutable", (Component,), {"__annotations__": {"sizes": annotation}, "__module__": __name__})


def test_the_strength_belongs_to_the_recipe():
    with pytest.raises(TypeError, match="the strength belongs to the recipe"):

        class Own(Regularizer):
            name = "own"
            strength: float = 1.0

    with pytest.raises(TypeError, match="strengths must be positive numbers"):

        class Negative(Regularizer):
            name = "negative"
            strengths = (-1.0,)


def test_the_identity_changes_with_options_revision_and_libraries(monkeypatch):
    class Later(Widget):
        revision = 2

    class Leaning(Widget):
        libraries = ("numpy",)

    identities = [str(widget.identity()) for widget in (Widget(), Widget(speed=2), Later(), Leaning())]
    assert len(set(identities)) == 4
    before = Leaning().identity()
    monkeypatch.setattr("smoothdistill_core.components.component.version_of", lambda library: "999")
    assert Leaning().identity() != before


def test_a_regularizer_without_penalty_says_so():
    class Idle(Regularizer):
        name = "idle"

    with pytest.raises(TypeError, match="'idle' has no penalty"):
        Idle().penalty(None, None)
