"""The grammar: tokens, trees, and the one form of all that are the same but for constants."""

import pytest

from smoothdistill_core import FormulaError
from smoothdistill_equate.canonical import canonical
from smoothdistill_equate.expression import Expression, parsed, renamed, tokens


def form(text: str) -> str:
    return " ".join(tokens(canonical(parsed(text.split()))))


@pytest.mark.parametrize("text", ["x0", "mul x0 mul x1 inv x2", "add x0 sin mul x1 x2", "sqrt add C sq x0"])
def test_tokens_of_a_canonical_skeleton_are_read_back_as_they_were_written(text):
    assert form(text) == text
    assert " ".join(tokens(parsed(text.split()))) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("add x1 x0", "add x0 x1"),
        ("mul mul x2 x1 x0", "mul x0 mul x1 x2"),
        ("mul x0 x0", "sq x0"),
        ("mul x0 mul x0 x0", "mul x0 sq x0"),
        ("sq sq x0", "mul sq x0 sq x0"),
        ("mul inv x0 inv x1", "inv mul x0 x1"),
        ("inv inv x0", "x0"),
        ("sq mul x0 x1", "mul sq x0 sq x1"),
        ("mul sqrt x0 sqrt x1", "sqrt mul x0 x1"),
        ("sqrt mul x0 inv x1", "mul sqrt x0 inv sqrt x1"),
        ("add C add x0 x0", "x0"),
        ("exp add C x0", "exp x0"),
        ("mul exp x0 exp x1", "exp add x0 x1"),
        ("inv exp x0", "exp x0"),
        ("log sq x0", "log x0"),
        ("mul C x0", "x0"),
        ("sqrt mul sq x0 x1", "mul x0 sqrt x1"),
        ("sin add C x0", "sin x0"),
    ],
)
def test_what_is_the_same_but_for_constants_has_one_form(one, other):
    assert form(one) == form(other)


def test_functions_with_constants_of_their_own_may_stand_twice_in_a_sum():
    assert form("add exp x0 add exp x0 exp x0") == "add exp x0 exp x0"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("add C C", "without an input"),
        ("sin exp x0", "function"),
        ("mul sq sq x0 x0", "beyond 4"),
        ("sqrt sqrt x0", "root of a root"),
    ],
)
def test_what_is_no_skeleton_is_told(text, says):
    with pytest.raises(FormulaError, match=says):
        form(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [("sinn x0", "sin"), ("add x0", "lacks an argument"), ("x0 x1", "exactly one"), ("", "exactly one")],
)
def test_tokens_that_are_no_expression_are_told(text, says):
    with pytest.raises(FormulaError, match=says):
        parsed(text.split())


def test_renamed_inputs_bring_the_parts_in_order_again():
    swapped = renamed(parsed(["add", "x0", "mul", "x1", "x2"]), {"x0": "x2", "x2": "x0"})
    assert swapped == Expression("add", (Expression("x2"), parsed(["mul", "x0", "x1"])))
