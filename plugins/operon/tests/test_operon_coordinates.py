"""What searches see: columns with the data's own zero, so that products of them are found, or deviations from means."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from smoothdistill_core import DistillationTask, Explanation
from smoothdistill_core.formula import Formula, first_pole
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_core.trial import verify
from smoothdistill_operon.coordinates import Coordinates
from smoothdistill_operon.front import member
from smoothdistill_operon.scaled_tree import Part, ScaledTree
from smoothdistill_operon.searches import searches
from smoothdistill_operon.student import OperonStudent

SMALL = {"population_size": 100, "generations": 10, "operators": ("add", "mul", "div")}

COORDINATES = [Coordinates.as_given, Coordinates.standardised, Coordinates.scaled]


def law(function, names, low=1.0, high=5.0, rows=200, seed=0):
    """A task in standardised units whose data follow a law, and the way back."""
    return told(np.random.default_rng(seed).uniform(low, high, (rows, len(names))), function, names)


def told(raw, function, names, categories=()):
    y = function(*raw.T)
    features = tuple(
        Feature(name, "yes" if name in categories else None, x.mean(), x.std(), x.min(), x.max())
        for name, x in zip(names, raw.T, strict=True)
    )
    scaling = Scaling(features, "y", "none", float(y.mean()), float(y.std()))
    return DistillationTask(scaling.standardised(raw), scaling.standardise(y), seed=0, scaling=scaling)


def distilled(given, **options):
    return OperonStudent(**{**SMALL, **options}).distil(given)


def error(candidate, given):
    return float(np.mean((candidate.formula.predict(given.X) - given.y) ** 2))


def shortest_exact(candidates, given):
    """The shortest formula that is the law, in the data's own units; None where there is none."""
    exact = [candidate for candidate in candidates if error(candidate, given) < 1e-9]
    shown = [Explanation.of(candidate.formula, given.scaling) for candidate in exact]
    return min(shown, key=lambda each: each.formula.complexity, default=None)


@pytest.mark.parametrize("inputs", ["scaled", "auto"])
@pytest.mark.parametrize(
    ("function", "nodes"),
    [
        (lambda m, a: m * a, 3),
        (lambda q, r: -q / r, 3),
        (lambda p, v, t: 0.01 * p * v / t, 7),
        (lambda a, b: a * (1 + b), 5),
    ],
)
def test_a_law_is_found_in_the_datas_own_units_without_shifts(function, nodes, inputs):
    given = law(function, function.__code__.co_varnames)
    found = shortest_exact(distilled(given, inputs=inputs), given)
    assert found is not None
    assert found.formula.complexity <= nodes + 4  # a factor and a summand of 1 that single precision left
    assert first_pole(found.formula, given.scaling.box) is None


def test_deviations_from_the_means_have_no_such_product():
    given = law(lambda y, a, x, d: y * a * x / d, "yaxd")
    assert shortest_exact(distilled(given, inputs="standardised"), given) is None
    assert shortest_exact(distilled(given, inputs="scaled"), given) is not None


def test_a_category_switches_a_term_off():
    rng = np.random.default_rng(0)
    raw = np.column_stack([rng.uniform(1, 5, 200), rng.integers(0, 2, 200)])
    given = told(raw, lambda x, c: x * c, ["x", "coat"], categories=["coat"])
    found = shortest_exact(distilled(given, inputs="scaled"), given)
    assert found.formula.complexity <= 5
    assert found.text().endswith("x*[coat = yes]")


def test_a_column_of_both_signs_is_not_shifted_either():
    given = law(lambda x, z: x * z, "xz", low=-1.0, high=2.0)
    assert (Coordinates.scaled(given).shifts == 0.0).all()
    assert shortest_exact(distilled(given, inputs="scaled"), given).formula.complexity <= 5


def test_a_narrow_column_is_shifted():
    raw = np.random.default_rng(0).uniform([2001, 1], [2005, 5], (200, 2))
    seen = Coordinates.scaled(told(raw, lambda year, x: year + x, ["year", "x"]))
    np.testing.assert_allclose(seen.shifts, [raw[:, 0].mean(), 0.0])
    assert seen.shift == pytest.approx((raw.sum(axis=1)).mean())


@pytest.mark.parametrize("coordinates", COORDINATES)
@pytest.mark.parametrize("has_units", [True, False])
def test_a_formula_goes_back_to_what_its_tree_computes(coordinates, has_units):
    given = law(lambda a, b: 3 * a / b + 7, "ab")
    given = given if has_units else replace(given, scaling=None)
    seen = coordinates(given)
    x0, x1 = Formula.variable(0), Formula.variable(1)
    found = Formula.apply("mul", Formula.apply("sin", x0), Formula.apply("add", x1, Formula.constant(9.0)))
    back = seen.formula(seen.shown(found)).predict(given.X)
    np.testing.assert_allclose(back, seen.prediction(found.predict(seen.inputs(given.X))), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(seen.prediction(seen.target(given.y)), given.y, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("inputs", ["auto", "scaled", "standardised"])
def test_each_formula_is_what_the_search_predicts_and_better_than_all_shorter_ones(inputs):
    given = law(lambda a, b, c: a * np.exp(-b) + c, "abc")
    found = distilled(given, inputs=inputs)
    for candidate in found:
        verify(candidate, given.X, "operon")
        Explanation.of(candidate.formula, given.scaling).check(candidate.formula, given.X)
    assert len(found) > 3
    assert error(found[-1], given) < 0.05


def test_what_may_have_a_pole_in_the_datas_own_range_stands_beside_what_has_none():
    given = law(lambda a, b: a / (b + 0.5), "ab", low=-0.4, high=2.0)
    shown = [Explanation.of(each.formula, given.scaling).formula for each in distilled(given, inputs="scaled")]
    free = [formula for formula in shown if first_pole(formula, given.scaling.box) is None]
    assert 1 < len(free) < len(shown)


def asked(given, **options):
    """The generations and operators of each search, and whether it leaves 0 where the data have it."""
    found = searches(given, OperonStudent(**{**SMALL, **options}))
    return [(each.generations, each.operators, bool((each.seen.shifts == 0.0).all())) for each in found]


def test_auto_shares_the_generations_between_the_datas_own_zero_and_deviations_from_the_means():
    given = law(lambda a, b: a - b, "ab")
    assert asked(given) == [(4, ("add", "mul", "div"), True), (6, ("add", "mul"), False)]


def test_auto_searches_once_and_without_a_division_where_all_columns_change_their_sign():
    signed = law(lambda a, b: a - b, "ab", low=-2.0)
    assert asked(signed) == [(10, ("add", "mul"), True)]
    assert asked(signed, operators=("div",)) == [(10, ("div",), True)]
    one = law(lambda a, b: a - b, "ab", low=0.0)
    assert len(asked(one)) == 2


@pytest.mark.parametrize("inputs", ["scaled", "standardised"])
def test_what_is_asked_for_gets_all_generations_and_operators(inputs):
    given = replace(law(lambda a, b: a - b, "ab", low=-2.0), scaling=None)
    assert asked(given, inputs=inputs) == [(10, ("add", "mul", "div"), True)]


def test_one_generation_is_one_for_each_search():
    given = law(lambda a, b: a - b, "ab")
    assert len(distilled(given, generations=1)) > 1


def test_standardised_asks_for_the_task_as_it_is():
    given = law(lambda a, b: a * b, "ab")
    alone = replace(given, scaling=replace(given.scaling, mean=5.0, scale=3.0))
    assert [[str(each.formula) for each in distilled(task, inputs="standardised")] for task in (given, alone)] == [
        [str(each.formula) for each in distilled(given, inputs="standardised")]
    ] * 2


def test_without_units_the_arrays_are_the_data():
    X = np.random.default_rng(0).uniform(1, 5, (200, 2))
    given = DistillationTask(X, X[:, 0] * X[:, 1], seed=0)
    best = min(
        (each for each in distilled(given) if error(each, given) < 1e-9), key=lambda each: each.formula.complexity
    )
    assert best.formula.complexity <= 5


def test_a_target_that_is_fitted_as_its_logarithm_is_scaled_as_such():
    given = law(lambda a, b: a * b, "ab")
    given = replace(given, scaling=replace(given.scaling, transform="log1p"))
    found = min(
        (each for each in distilled(given) if error(each, given) < 1e-9), key=lambda each: each.formula.complexity
    )
    assert given.scaling.raw_formula(found.formula).complexity <= 5


def test_what_a_teacher_says_is_scaled_by_the_datas_units():
    given = law(lambda a, b: a / b, "ab")
    taught = replace(given, y=0.9 * (given.y + given.scaling.mean / given.scaling.scale), teacher=object())
    found = distilled(taught, inputs="scaled")
    assert min(error(each, taught) for each in found) < 1e-9


@pytest.mark.parametrize("size", [1e-305, 1e-290, 1e-30, 1e30, 1e290])
def test_columns_of_any_size_are_searched_in_silence(size):
    given = law(lambda a, b: a / b, "ab")
    first = replace(given.scaling.features[0], **{
        name: getattr(given.scaling.features[0], name) * size for name in ("mean", "scale", "low", "high")
    })  # fmt: skip
    given = replace(given, scaling=replace(given.scaling, features=(first, given.scaling.features[1])))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = distilled(given)
    assert len(found) > 1


def test_a_column_that_never_varies_and_one_of_zeros_are_no_obstacle():
    raw = np.random.default_rng(0).uniform(1, 5, (200, 3)) * [1.0, 0.0, 0.0] + [0.0, 7.0, 0.0]
    features = tuple(Feature(name, None, 0.0, 1.0, x.min(), x.max()) for name, x in zip("abc", raw.T, strict=True))
    scaling = Scaling(features, "y", "none", 0.0, 1.0)
    given = DistillationTask(raw, 3 * raw[:, 0], seed=0, scaling=scaling)
    assert min(error(each, given) for each in distilled(given)) < 1e-9


@pytest.mark.parametrize(("factor", "is_kept"), [(1e-3, True), (1e-9, False)])
def test_a_tree_that_is_flat_in_single_precision_is_not_scaled_up(factor, is_kept):
    given = law(lambda x: 2 * x, ["x"])
    seen = Coordinates.standardised(given)
    tree = ScaledTree((Part(-0.04), Part(-factor, column=0), Part(1.0, "Add")))
    found = member(tree, seen, seen.inputs(given.X), seen.target(given.y), np.full(200, 1 / 200))
    assert (found is not None) == is_kept
    if found is not None:
        verify(found.candidate, given.X, "operon")


@pytest.mark.parametrize("coordinates", COORDINATES)
def test_an_exponential_of_a_logarithm_is_its_argument_also_where_that_is_negative(coordinates):
    given = law(lambda a, b: a / b, "ab")
    seen = coordinates(given)
    tree = ScaledTree((Part(1.0, column=1), Part(1.6, column=0), Part(1.0, "Log"), Part(1.0, "Exp"), Part(1.0, "Div")))
    assert tree.formula.text(["a", "b"]) == "exp(log(1.6*a))/b"
    shown = member(tree, seen, np.abs(seen.inputs(given.X)) + 1.0, seen.target(given.y), np.full(200, 1 / 200))
    verify(shown.candidate, given.X, "operon")
