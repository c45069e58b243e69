"""What an option does is the text below it, in the JSON schema and wherever options are told."""

from pydantic import Field

from smoothdistill_core import Component
from smoothdistill_core.components.described import described


class Kettle(Component):
    """An example."""

    name = "kettle"
    litres: float = 1.0
    """How much it holds,
    in litres.
    """
    colour: str = Field("red", description="what one sees")
    """Not for users."""
    lid: bool = True


class Samovar(Kettle):
    """An example that adds an option and tells another anew."""

    name = "samovar"
    litres: float = 5.0
    """How much tea it holds."""
    coal: bool = False
    """Whether coal heats it."""


def told(component: type[Component]) -> dict[str, str | None]:
    return {option: field.description for option, field in described(component).model_fields.items()}


def test_the_text_below_an_option_is_told_unless_it_has_a_description():
    assert told(Kettle) == {"litres": "How much it holds,\nin litres.", "colour": "what one sees", "lid": None}


def test_options_of_a_base_class_keep_its_text():
    assert told(Samovar) == {
        "litres": "How much tea it holds.",
        "colour": "what one sees",
        "lid": None,
        "coal": "Whether coal heats it.",
    }


def test_the_json_schema_has_the_texts():
    class Pot(Kettle):
        depth: int = 3
        """How deep it is."""

    assert Pot.model_json_schema()["properties"]["depth"]["description"] == "How deep it is."
    assert Pot.model_json_schema()["properties"]["litres"]["description"] == "How much it holds,\nin litres."


def test_a_class_without_source_has_no_texts():
    typed: dict[str, type[Component]] = {"Kettle": Kettle}
    exec("class Typed(Kettle):\n    shown: int = 1\n    'A text.'\n", typed)
    assert told(typed["Typed"])["shown"] is None
