"""Recipes that nobody means: each ends in an error of the usual form, soon, and in few words."""

import pytest

from smoothdistill_core import Registry
from smoothdistill_core.recipe import RecipeError, recipe_from_text

REGISTRY = Registry()

HOSTILE = {
    "an escape beyond all letters": 'description: "\\U00110000"',
    "an escape beyond all numbers": 'description: "\\UFFFFFFFF"',
    "half of a letter": 'description: "\\ud800"',
    "brackets in a requirement": f"requires: ['smoothdistill{'[' * 900}']",
    "brackets in a condition": f"requires: ['smoothdistill; {'(' * 900}os_name{')' * 900}']",
    "brackets in a list": f"requires: {'[' * 900}{']' * 900}",
    "many brackets": f"requires: {'[' * 90_000}{']' * 90_000}",
    "100,000 strengths": f"regularizer: {{name: jacobian, strength: [{', '.join(map(str, range(100_000)))}]}}",
    "19,000 strengths": f"regularizer: {{name: jacobian, strength: [{', '.join(map(str, range(19_000)))}]}}",
    "19,000 past values": f"prepare: {{lags: {{y: [{', '.join(map(str, range(1, 19_000)))}]}}}}",
    "10,000 requirements": f"requires: [{', '.join(['nope'] * 10_000)}]",
    "9,000 keys": "\n".join(f"k{number}: 1" for number in range(9_000)),
    "15,000 students": f"student: [{', '.join(['linear'] * 15_000)}]",
    "a long name": f"student: {'a' * 871_762}",
    "a long option": f"student: {{name: linear, {'a' * 1_000}: 1}}",
    "a long number": f"trials: {{seeds: {'9' * 4_000}}}",
    "levels of mappings": "\n".join(" " * level + "a:" for level in range(1_300)),
    "aliases of aliases": "x0: &a0 [1]\n" + "\n".join(f"x{n}: &a{n} [{f'*a{n - 1},' * 9}]" for n in range(1, 9)),
    "signs that move a terminal": 'student: "\\e[31m\\u202e\\r\\b"',
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_recipe_is_refused_soon(hostile):
    with pytest.raises(RecipeError) as caught:
        recipe_from_text(f"dataset: diabetes\n{hostile}\n", REGISTRY)
    message = str(caught.value)
    assert 0 < len(caught.value.problems) <= 100
    for line in message.splitlines():
        assert len(line) <= 2_000
        assert line.isprintable()
        assert line.startswith("recipe:") or line == "there may be more; mend these first"
        assert "; " in line


def test_an_escape_that_is_no_letter_is_told_by_its_place():
    with pytest.raises(RecipeError) as caught:
        recipe_from_text('dataset: diabetes\ndescription: "\\U00110000"\n', REGISTRY)
    assert str(caught.value).startswith("recipe:2:17: has an escape that stands for no letter; ")
