"""Components: frozen, strict bundles of options whose identity decides what is computed anew."""

import pickle

import pytest
from pydantic import ValidationError

from smoothdistill_core import Component, Network, PenaltyContext, RecipePath, Regularizer, Teacher
from smoothdistill_core.components.regularizer import NETWORK
from smoothdistill_core.testing.tiny import TinyTeacher


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


class Slope(Regularizer):
    """A penalty of what it says."""

    name = "slope"
    needs = frozenset({"jacobian"})

    def penalty(self, net, x):
        return ("slope", net, x)


class Monotone(Slope):
    """A penalty that knows its context."""

    name = "monotone"

    def penalty(self, net, x, context):
        return (*super().penalty(net, x), context.names)


class Silent(Slope):
    """A penalty that does not say what it needs."""

    name = "silent"
    needs = None


class Shrink(Regularizer):
    """Smooths without a penalty."""

    name = "shrink"
    needs = frozenset({"shrinking"})


class Idle(Regularizer):
    """Neither a penalty nor needs."""

    name = "idle"


class Free(Regularizer):
    """Takes no strength."""

    name = "free"
    strengths = ()


def test_a_penalty_gets_the_context_where_it_asks_for_it():
    context = PenaltyContext(("a", "b"), y=None)
    assert not Slope.takes_context()
    assert Slope().evaluate("net", "x", context) == ("slope", "net", "x")
    assert Monotone.takes_context()
    assert Monotone().evaluate("net", "x", context) == ("slope", "net", "x", ("a", "b"))


@pytest.mark.parametrize(
    ("offers", "accepted"),
    [
        (set(), ["free"]),
        ({"jacobian"}, ["slope", "monotone", "free"]),
        ({"shrinking"}, ["shrink", "free"]),
        (NETWORK, ["slope", "monotone", "silent", "free"]),
    ],
    ids=["nothing", "a slope", "something else", "a network"],
)
def test_a_teacher_accepts_the_regularizers_whose_needs_it_offers(offers, accepted):
    class Offering(TinyTeacher):
        def accepts(self, regularizer):
            return Teacher.accepts(self, regularizer)

    Offering.offers = frozenset(offers)
    known = [Slope(), Monotone(), Silent(), Shrink(), Idle(), Free()]
    assert [regularizer.name for regularizer in known if Offering().accepts(regularizer)] == accepted


@pytest.mark.parametrize("needs", ["jacobian", frozenset()], ids=repr)
def test_needs_that_are_no_set_of_words_are_refused(needs):
    with pytest.raises(TypeError, match=r"Odd.needs must name what it asks of a teacher, as in frozenset"):
        type("Odd", (Regularizer,), {"name": "odd", "needs": needs, "__module__": __name__})


def test_the_words_of_needs_are_all_that_a_network_offers():
    protocol = {name for name in vars(Network) if not name.startswith("_")}
    of_several_outputs = {"outputs", "jacobian_along"}  # which a penalty asks for by saying that it knows several
    assert protocol | {"predictions"} == NETWORK | of_several_outputs


def test_a_regularizer_without_penalty_says_so():
    with pytest.raises(TypeError, match="'idle' has no penalty"):
        Idle().penalty(None, None)
