"""Data made by a law: as the law says, the same each time, and refused where the law has no value."""

import re

import numpy as np
import pytest
from pydantic import ValidationError

from smoothdistill_core import DataError, RecipeError, Registry, recipe_from_text
from smoothdistill_core.preparation import fingerprint
from smoothdistill_laws.law import Law

COULOMB = {"expression": "q1*q2/(4*pi*eps*r^2)", "ranges": {"q1": (1, 5), "q2": (1, 5), "r": (1, 5), "eps": (2, 3)}}


def test_inputs_are_uniform_and_the_target_is_what_the_law_says():
    table = Law(**COULOMB, rows=5000).load()
    frame = table.frame
    assert list(frame.columns) == ["q1", "q2", "r", "eps", "y"]
    assert len(frame) == 5000
    np.testing.assert_allclose(frame.y, frame.q1 * frame.q2 / (4 * np.pi * frame.eps * frame.r**2), rtol=1e-12)
    for name, (low, high) in COULOMB["ranges"].items():
        assert frame[name].between(low, high).all()
        assert frame[name].mean() == pytest.approx((low + high) / 2, abs=0.05 * (high - low))
        assert frame[name].std() == pytest.approx((high - low) / np.sqrt(12), rel=0.05)


def test_the_table_knows_its_law_over_the_columns_in_their_order():
    table = Law(**COULOMB, noise=0.5).load()
    X = table.frame.drop(columns="y").to_numpy()
    q1, q2, r, eps = X.T
    np.testing.assert_allclose(table.law.predict(X), q1 * q2 / (4 * np.pi * eps * r**2), rtol=1e-12)


def test_the_noise_is_a_share_of_the_spread_and_moves_no_input():
    plain, noisy = (Law(**COULOMB, rows=20_000, noise=noise).load().frame for noise in (0.0, 0.1))
    assert (noisy.y - plain.y).std() / plain.y.std() == pytest.approx(0.1, rel=0.05)
    assert (noisy.drop(columns="y") == plain.drop(columns="y")).all(axis=None)


def test_the_seed_decides_the_rows():
    marks = [fingerprint(Law(**COULOMB, seed=seed).load()) for seed in (1, 1, 2)]
    assert marks[0] == marks[1] != marks[2]


def test_the_order_of_the_ranges_is_a_part_of_the_dataset():
    one, other = (Law(expression="a/b", ranges=dict.fromkeys(names, (1, 5))) for names in ("ab", "ba"))
    assert one != other
    assert list(other.load().frame.columns) == ["b", "a", "y"]


def test_the_label_is_the_title_or_the_expression_on_one_line():
    assert Law(**COULOMB, title="Coulomb's law").label == "Coulomb's law"
    assert Law(expression=" a *\n b", ranges={"a": (1, 2), "b": (1, 2)}).label == "a * b"


def test_law_and_noise_are_noted():
    assert Law(**COULOMB, target="F", noise=0.25).load().notes == (
        "made by the law F = q1*q2/(4*pi*eps*r^2)",
        "the noise has 0.25 of the target's standard deviation",
    )


def refused(message, **options):
    with pytest.raises(ValidationError, match=message):
        Law(**{**COULOMB, **options})


@pytest.mark.parametrize(
    ("expression", "ranges", "message"),
    [
        ("a*b", {"a": (1, 2), "bb": (1, 2)}, r"reads 'b', which has no range; give it one.*did you mean 'bb'"),
        ("a", {"a": (1, 2), "b": (1, 2)}, "the expression does not read 'b'; use it, or remove its range"),
        ("pi + 1", {}, "the expression reads no input; a law needs at least one"),
        ("a", {"a": (2, 1)}, r"the range \[2, 1\] is empty; write the lower end first"),
        ("a", {"a": (1, 1)}, r"the range \[1, 1\] is empty"),
        ("a", {"a": (-1.7e308, 1.7e308)}, "wider than numbers go; write a narrower one"),
        ("sin(a)", {"a": (1, 2), "sin": (1, 2)}, "'sin' cannot be an input, it is a function; name the input other"),
        ("a*e", {"a": (1, 2), "e": (1, 2)}, "'e' cannot be an input, it is a constant; name the input otherwise"),
        ("1/a", {"a": (0, 1)}, "1/a may divide by 0: a can be 0 to 1; change the ranges"),
        ("3 + b/(a - b)", {"a": (1, 3), "b": (2, 5)}, r"b/\(a - b\) may divide by 0: a - b can be -4 to 1; change"),
        ("log(a)", {"a": (0, 1)}, r"log\(a\) may have no value: a logarithm needs more than 0, and a can be 0 to 1"),
        ("ln(a - 2)", {"a": (1, 5)}, "a logarithm needs more than 0, and a - 2 can be -1 to 3"),
        ("sqrt(a)", {"a": (-1, 1)}, r"sqrt\(a\) may have no value: a square root needs 0 or more, and a can be -1 to"),
        ("a^0.5", {"a": (-1, 1)}, r"a\^0.5 may have no value: such a power needs a base above 0, and a can be -1 to 1"),
        ("a^-2", {"a": (-1, 1)}, r"a\^\(-2\) may divide by 0: a can be -1 to 1; change"),
        ("asin(a)", {"a": (0, 2)}, "asin needs -1 to 1, and a can be 0 to 2"),
        ("tan(a)", {"a": (0, 2)}, r"tan\(a\) may have a pole: a can be 0 to 2"),
        ("exp(a)", {"a": (0, 1000)}, r"exp\(a\) may overflow; change the ranges"),
        ("a^100", {"a": (1, 1e9)}, r"a\^100 may overflow"),
    ],
)
def test_a_law_without_a_value_in_its_ranges_is_refused_with_the_part(expression, ranges, message):
    refused(message, expression=expression, ranges=ranges)


@pytest.mark.parametrize(
    ("expression", "ranges"),
    [
        ("sqrt(a)", {"a": (0, 1)}),
        ("a/(1 + a^2)", {"a": (-1, 1)}),
        ("a^2", {"a": (-1, 1)}),
        ("1/a", {"a": (-2, -1)}),
        ("1/(a*a - a + 1)", {"a": (-1, 1)}),
        ("a*sin(t)", {"a": (1, 5), "t": (0, 5)}),
    ],
)
def test_a_law_that_has_a_value_everywhere_is_taken(expression, ranges):
    assert np.isfinite(Law(expression=expression, ranges=ranges).load().frame.y).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "q1"}, "'q1' is an input of the law; name the target otherwise"),
        ({"target": " "}, "the name of the target is empty; leave it out"),
        ({"title": "two\nlines"}, "the title must be one line of text"),
        ({"title": " "}, "the title must be one line of text"),
        ({"rows": 9}, "greater than or equal to 10"),
        ({"noise": -0.1}, "greater than or equal to 0"),
        ({"ranges": {"q1": (1, 2, 3)}}, "at most 2"),
        ({"ranges": {"q1": (1, float("nan"))}}, "finite number"),
        ({"ranges": {"q1": (True, 2)}}, "valid number"),
        ({"ranges": [1, 2]}, "dictionary"),
    ],
)
def test_options_that_cannot_be_are_refused(options, message):
    refused(message, **options)


def test_an_input_called_as_the_target_is_if_left_out_is_refused():
    refused(
        "'y' is an input of the law; name the target otherwise", expression="x*y", ranges={"x": (1, 2), "y": (1, 2)}
    )


def test_a_target_that_overflows_is_said():
    law = Law(expression="a*1e308", ranges={"a": (1, 1.7)}, noise=1e300)
    with pytest.raises(DataError, match=r"a\*1e308: the target overflows; choose smaller ranges, or less noise"):
        law.load()


class Unlucky(np.random.Generator):
    """Draws an input of exactly 0 the first times."""

    zeros = 2

    def uniform(self, *args, **options):
        drawn = super().uniform(*args, **options)
        self.zeros -= 1
        return np.where(np.arange(len(drawn))[:, None] < 1, 0.0, drawn) if self.zeros >= 0 else drawn


def test_a_row_that_hits_a_0_by_0_is_drawn_again(monkeypatch):
    law = Law(expression="sin(a)/a", ranges={"a": (-1, 1)}, rows=50)
    lucky = law.load().frame
    monkeypatch.setattr(np.random, "default_rng", lambda seed: Unlucky(np.random.PCG64(seed)))
    frame = law.load().frame
    assert np.isfinite(frame.y).all()
    assert frame.a.between(-1, 1).all()
    assert (frame.a != 0).all()
    assert (frame.iloc[1:] == lucky.iloc[1:]).all(axis=None)  # and the others stay as they were
    monkeypatch.setattr(Unlucky, "zeros", 10_000)
    with pytest.raises(DataError, match=r"sin\(a\)/a: the target has no value at some rows"):
        law.load()


RECIPE = """
dataset:
  - name: law
    expression: {expression}
    ranges:
      a: [1, 5]
      b: [{low}, 5]
"""


def problems(**changes):
    text = RECIPE.format(**{"expression": "a/b", "low": 1, **changes})
    with pytest.raises(RecipeError) as caught:
        recipe_from_text(text, Registry(), name="r.yaml")
    return str(caught.value)


def test_what_is_wrong_with_a_recipe_is_told_with_its_place():
    assert re.match(
        r"r\.yaml:4:17: dataset\[0\]\.expression: there is no function 'sine'; did you mean 'sin'",
        problems(expression="a*sine(b)"),
    )
    assert re.match(r"r\.yaml:6:7: dataset\[0\]\.ranges: a/b may divide by 0", problems(low=0))
    assert re.match(r"r\.yaml:7:10: dataset\[0\]\.ranges\.b: the range \[6, 5\] is empty", problems(low=6))
    assert re.match(r"r\.yaml:6:7: dataset\[0\]\.ranges: the expression reads 'c'", problems(expression="a*b*c"))
