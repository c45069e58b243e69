"""A network of units: its formula, its slopes, what pruning and simpler units make of it."""

from dataclasses import replace

import numpy as np
import pytest

from smoothdistill_core import Deadline
from smoothdistill_core.formula import tidied
from smoothdistill_layerwise.architecture import Architecture
from smoothdistill_layerwise.growing import grown
from smoothdistill_layerwise.kinds import KINDS
from smoothdistill_layerwise.least_squares import Fit, Rows, fitted, prices
from smoothdistill_layerwise.network import AT_ONCE, Network, Unit
from smoothdistill_layerwise.pruning import pruned
from smoothdistill_layerwise.simpler_kinds import with_simpler_kinds
from smoothdistill_layerwise.snapping import snapped
from smoothdistill_layerwise.student import LayerwiseStudent
from smoothdistill_layerwise.training import Examples, trained

QUICK = LayerwiseStudent(hint_steps=10, joint_steps=60, final_steps=10, sparsity=0.05)
BOX = [(-2.0, 2.0)] * 2


def inputs(rows=200, columns=2, seed=0):
    return np.random.default_rng(seed).uniform(-2.0, 2.0, (rows, columns))


def rows_of(y, X):
    return Rows(X, y, np.full(len(X), 1.0 / len(X)))


def network(kind, *arguments, output=(1.0, 0.0)):
    """Return the network of one unit over two inputs and a constant."""
    unit = Unit(kind, tuple(range(len(arguments))))
    return Network(((unit,),), (np.array(arguments, dtype=float), np.array([output])))


def random_network(seed, density=0.4, columns=3):
    rng = np.random.default_rng(seed)
    architecture = Architecture.of(LayerwiseStudent(), columns, 2)
    maps = [rng.normal(scale=0.7, size=shape) * (rng.random(shape) < density) for shape in architecture.shapes]
    return Network.of(architecture.layers, maps)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_one_value_for_fitting_and_in_formulas_and_its_true_slopes(kind):
    X = np.random.default_rng(1).uniform(0.2, 3.0, (50, 2))
    arguments = X.T[: KINDS[kind].arity]
    one = network(kind, *np.eye(2, 3)[: KINDS[kind].arity])
    value = KINDS[kind].value(*arguments)
    np.testing.assert_allclose(one.predict(X), value, rtol=1e-15)
    np.testing.assert_allclose(one.formula().predict(X), value, rtol=1e-14)
    slopes = dict(zip(zip(*np.nonzero(one.maps[0]), strict=True), one.slopes(X)[1], strict=False))
    for place, argument in enumerate(arguments):  # each is a weight of 1 times an input
        moved = [other + 1e-6 * (place == number) for number, other in enumerate(arguments)]
        slope = (KINDS[kind].value(*moved) - value) / 1e-6
        np.testing.assert_allclose(slopes[place, place], slope * argument, rtol=1e-3, atol=1e-3)


def test_a_network_gives_the_same_however_many_rows_there_are():
    one, X = random_network(0), inputs(rows=AT_ONCE + 5, columns=3)
    np.testing.assert_array_equal(one.predict(X)[-5:], one.predict(X[-5:]))
    np.testing.assert_array_equal(one.sums(X)[-1][0], one.predict(X))
    assert one.predict(X[:0]).shape == (0,)


@pytest.mark.parametrize(("kind", "argument"), [("exponential", 50.0), ("logarithm", 0.0), ("quotient", 0.0)])
def test_a_guard_gives_a_value_where_there_would_be_none(kind, argument):
    X = np.full((1, 2), argument)
    assert np.isfinite(network(kind, *np.eye(2, 3)[: KINDS[kind].arity]).predict(X)).all()


@pytest.mark.parametrize("batch", range(10))
def test_the_formulas_of_trained_networks_are_the_networks(batch):
    X, other = inputs(64, 3, batch), inputs(64, 3, batch + 100)
    y = np.sin(X[:, 0]) + X[:, 1] * X[:, 2]
    architecture = Architecture.of(QUICK, 3, 1 + batch % 2)
    found = trained(Examples(X, y, np.ones(64), ()), architecture, QUICK, batch, range(5), Deadline())
    assert len(found) == 5
    for maps in found:
        one = strongest(Network.of(architecture.layers, maps), 30)
        assert one.size >= 10
        for rows in (X, other, 5.0 * other):
            value = one.predict(rows)
            np.testing.assert_allclose(one.formula().predict(rows), value, rtol=1e-6)
            np.testing.assert_allclose(tidied(one.formula()).predict(rows), value, rtol=1e-6, atol=1e-9)


def strongest(one, count):
    """Return the network with the largest weights of each map only."""
    least = [np.sort(np.abs(matrix), axis=None)[-min(count, matrix.size)] for matrix in one.maps]
    kept = [np.where(np.abs(matrix) < limit, 0.0, matrix) for matrix, limit in zip(one.maps, least, strict=True)]
    return replace(one, maps=tuple(kept)).trimmed()


def test_slopes_are_the_derivatives_of_the_prediction_by_the_weights():
    X, one = inputs(20, 3), random_network(3)
    output, slopes = one.slopes(X)
    np.testing.assert_allclose(output, one.predict(X), rtol=1e-9)
    weights = one.weights
    for place in range(0, len(weights), 7):
        step = 1e-6 * (np.arange(len(weights)) == place)
        slope = (one.with_weights(weights + step).predict(X) - one.with_weights(weights - step).predict(X)) / 2e-6
        np.testing.assert_allclose(slopes[place], slope, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_trimming_changes_no_value(seed):
    X, one = inputs(50, 3), random_network(seed, density=0.15)
    assert one.trimmed().size < one.size
    np.testing.assert_allclose(one.trimmed().predict(X), one.predict(X), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_a_compact_network_is_the_same_with_the_units_that_are_read(seed):
    X, one = inputs(50, 3), random_network(seed, density=0.15).trimmed()
    small = one.compact()
    assert sum(map(len, small.layers)) < sum(map(len, one.layers))
    assert all(matrix[:, :-1].any(axis=0).all() for matrix in small.maps[1:])
    np.testing.assert_array_equal(small.weights, one.weights)
    np.testing.assert_array_equal(small.predict(X), one.predict(X))
    np.testing.assert_array_equal(small.slopes(X)[1], one.slopes(X)[1])
    assert small.formula() == one.formula()


def test_a_compact_network_may_be_a_constant():
    constant = network("sine", [0.0, 0.0, 0.0], output=(0.0, 2.5)).compact()
    assert constant.layers == ((),)
    np.testing.assert_array_equal(constant.predict(inputs(4)), 2.5)


def test_a_fit_finds_the_weights_and_leaves_the_held_ones():
    X = inputs()
    truth = network("sine", [1.3, 0.0, 0.4], output=(2.0, -1.0))
    start = network("sine", [1.1, 0.0, 0.1], output=(1.0, 0.1))
    rows = rows_of(truth.predict(X), X)
    assert rows.error(fitted(start, rows, 50).network) < 1e-12
    held = (np.array([[True, False, False]]), np.zeros((1, 2), dtype=bool))
    kept = fitted(start, rows, 50, held).network
    assert kept.maps[0][0, 0] == 1.1
    assert 1e-6 < rows.error(kept) < rows.error(start)


def test_weights_of_rows_decide_what_is_fitted():
    X = inputs(100)
    y = np.where(np.arange(100) < 50, X[:, 0], 5.0)
    heavy = Rows(X, y, np.where(np.arange(100) < 50, 1.0, 0.0) / 50.0)
    found = fitted(network("identity", [0.1, 0.1, 0.1], output=(1.0, 0.1)), heavy, 50).network
    np.testing.assert_allclose(found.predict(X), X[:, 0], atol=1e-4)


def test_the_price_of_a_weight_is_what_pruning_it_costs():
    X = inputs(500)
    linear = network("identity", [0.5, -0.3, 0.2])
    costs, _ = prices(linear, rows_of(linear.predict(X), X))
    assert np.argmin(costs) == 2  # the constant, 0.2
    bent = network("sine", [0.5, -0.3, 0.2])
    rows = rows_of(bent.predict(X), X)
    costs, _ = prices(bent, rows)
    for place in range(4):
        weights = bent.weights
        weights[place] = 0.0
        paid = fitted(bent.with_weights(weights), rows, 30).error
        assert 0.1 * paid < costs[place] < 3.0 * paid


def test_pruning_leaves_the_truth_and_ends_in_a_constant():
    X = inputs(300)
    start = network("product", [0.9, 0.1, 0.1], [0.1, 1.1, -0.1], output=(0.8, 0.1))
    stages = list(pruned(start, rows_of(X[:, 0] * X[:, 1], X)))
    sizes = [stage.network.size for stage in stages]
    assert sizes == sorted(sizes, reverse=True)
    assert min(stage.error for stage in stages if stage.network.size <= 3) < 1e-10
    assert sizes[-1] <= 3


def test_what_was_pruned_too_early_comes_back():
    X = inputs(300)
    rows = rows_of(X[:, 0] * (X[:, 1] + 0.3), X)
    small = network("product", [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], output=(1.0, 0.0))
    assert grown(small, rows).error < 1e-6 < rows.error(small)


def test_a_sine_that_works_as_a_line_becomes_one():
    X = inputs()
    bent = network("sine", [0.001, 0.0, 0.0], output=(1000.0, 0.0))
    simpler = with_simpler_kinds(Fit(bent, 1e-6), rows_of(X[:, 0], X), BOX).network
    assert simpler.layers[0][0].kind == "identity"
    np.testing.assert_allclose(simpler.predict(X), X[:, 0], atol=1e-4)


def test_a_guard_goes_only_where_it_is_of_no_use_in_the_whole_box():
    X = inputs()
    for below, kind in (([0.0, 1.0, 3.0], "plain quotient"), ([0.0, 1.0, 0.5], "quotient")):
        guarded = network("quotient", [1.0, 0.0, 0.5], below)
        rows = rows_of(guarded.predict(X), X)
        found = with_simpler_kinds(Fit(guarded, 1e-4), rows, BOX).network
        assert found.layers[0][0].kind == kind


def test_a_guard_goes_though_another_of_its_network_is_needed():
    X = inputs()
    units = (Unit("exponential", (0,)), Unit("quotient", (1, 2)), Unit("quotient", (3, 4)))
    arguments = np.array([[0.5, 0.0, 0.1], [1.0, 0.0, 0.5], [0.0, 1.0, 2.01], [1.0, 1.0, 0.0], [1.0, 0.0, 6.0]])
    guarded = Network((units,), (arguments, np.array([[1.0, 1.0, 1.0, 0.0]])))
    rows = rows_of(guarded.predict(X), X)
    found = with_simpler_kinds(Fit(guarded, rows.error(guarded)), rows, BOX)
    assert [unit.kind for unit in found.network.layers[0]] == ["plain exponential", "quotient", "plain quotient"]
    assert found.error == pytest.approx(rows.error(found.network), abs=1e-12)


def test_an_exponential_loses_its_guard_only_below_its_ceiling_in_the_whole_box():
    X = inputs()
    for slope, kind in ((1.9, "plain exponential"), (2.1, "exponential")):
        guarded = network("exponential", [slope, 0.0, 0.0])
        rows = rows_of(guarded.predict(X), X)
        found = with_simpler_kinds(Fit(guarded, 0.0), rows, BOX).network
        assert found.layers[0][0].kind == kind


def test_weights_near_round_numbers_are_set_to_them_where_the_error_allows():
    X = inputs()
    near = network("product", [1.0003, 0.0, 0.4999], [0.0, 0.9998, 0.0004], output=(1.0, -0.3))
    rows = rows_of((X[:, 0] + 0.5) * X[:, 1] - 0.3, X)
    found = snapped(Fit(near, rows.error(near)), rows).network
    np.testing.assert_array_equal(found.maps[0], [[1.0, 0.0, 0.5], [0.0, 1.0, 0.0]])
    assert found.maps[1][0, 0] == 1.0
    assert found.maps[1][0, 1] == pytest.approx(-0.3, abs=1e-9)
    truth = replace(found, maps=(found.maps[0], np.array([[0.97, -0.3]])))
    kept = snapped(Fit(truth, 0.0), rows_of(truth.predict(X), X)).network
    assert kept.maps[1][0, 0] == pytest.approx(0.97, abs=1e-6)
