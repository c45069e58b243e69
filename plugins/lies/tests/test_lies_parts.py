"""The steps between a trained network and a formula: cells, pruning, least squares, reduction, rounding, spaces."""

import warnings

import numpy as np
import pytest

from smoothdistill_core import Deadline, DistillationTask, Explanation
from smoothdistill_core.scaling import Feature, Scaling
from smoothdistill_lies.architecture import Architecture, initial
from smoothdistill_lies.candidates import _identities
from smoothdistill_lies.circuit import Circuit
from smoothdistill_lies.front import member, worth_their_length
from smoothdistill_lies.least_squares import fitted, saliency
from smoothdistill_lies.oversampling import cells_of, worst_rows
from smoothdistill_lies.pruning import pruned
from smoothdistill_lies.reduction import levels
from smoothdistill_lies.rounding import rounded
from smoothdistill_lies.space import Space, restoring
from smoothdistill_lies.student import LIESStudent
from smoothdistill_lies.training import Data, outputs, phases, trained
from smoothdistill_lies.writing import freed, written


def equal(count):
    return np.full(count, 1.0 / count)


def raw(columns=1):
    return Space("raw", np.ones(columns), np.zeros(columns), 1.0, 0.0, ((-2.0, 2.0),) * columns)


def log(columns=1):
    return Space("log", np.ones(columns), np.zeros(columns), 1.0, 0.0, ((1.0, 5.0),) * columns)


def test_rows_share_a_cell_where_they_share_a_bin_of_every_input():
    X = np.array([[0.0, 0.0], [0.1, 0.1], [0.1, 1.0], [1.0, 1.0], [0.05, 0.95]])
    cells = cells_of(X)
    assert cells[0] == cells[1]
    assert cells[2] == cells[4]
    assert len(set(cells)) == 3


def test_cells_are_counted_for_any_number_of_inputs():
    X = np.random.default_rng(0).normal(size=(200, 60))
    assert sorted(set(cells_of(X))) == list(range(200))


def test_more_rows_are_drawn_from_the_worst_cell_alone():
    x = np.linspace(0, 1, 80)
    data = Data(x[:, None], x, np.ones(80))
    rows = worst_rows(data, np.where((x > 0.5) & (x < 0.6), 1.0, 0.1), np.random.default_rng(0))
    assert len(rows) == 24
    assert set(rows) <= set(np.flatnonzero(cells_of(data.X) == cells_of(data.X)[42]))


def test_rows_of_weight_0_are_never_the_worst():
    x = np.linspace(0, 1, 80)
    data = Data(x[:, None], x, np.where(x > 0.5, 0.0, 1.0))
    rows = worst_rows(data, np.where(x > 0.5, 100.0, 0.1), np.random.default_rng(0))
    assert x[rows].max() <= 0.5


def test_the_threshold_of_admm_leaves_weights_for_few_inputs():
    """As published, alpha / rho is 100 for two inputs, which sets every weight to 0."""
    assert [phases(LIESStudent(), inputs)[2].threshold for inputs in (1, 2, 5)] == pytest.approx([0.1] * 3)
    assert [phases(LIESStudent(), inputs)[2].threshold for inputs in (6, 7, 10)] == pytest.approx([1e-2, 1e-3, 1e-6])


@pytest.mark.slow
@pytest.mark.parametrize("admm", [True, False])
def test_weights_are_sparse_with_many_inputs_whether_admm_is_on_or_not(admm):
    """As the README says: most of it comes from the absolute sum of the weights."""
    student = LIESStudent(admm=admm)
    X = np.random.default_rng(0).normal(size=(300, 8))
    theta = trained(
        student, student.architecture(8), Data(X, X[:, 0] + np.sin(X[:, 7]), np.ones(300)), (0,), Deadline()
    )
    assert np.mean(np.abs(theta) < 0.01) > 0.8


def test_skips_are_not_accumulated():
    """The last layer reads the inputs themselves, whatever was added to the input of a layer between."""
    architecture = Architecture(1, 2, 4)
    theta = np.zeros(architecture.size)
    architecture.skips(theta, 1)[0][:] = 5.0
    architecture.skips(theta, 2)[0][0, 1] = 1.0
    architecture.matrix(theta, 2)[0, 0] = 1.0
    X = np.linspace(-1, 1, 5)[:, None]
    np.testing.assert_array_equal(outputs(architecture, theta, X), X[:, 0])


def test_each_map_loses_as_many_weights_as_are_small_in_it_and_those_that_matter_least():
    architecture = Architecture(2, 3, 4)
    theta = initial(architecture, 0.0, np.random.default_rng(0))
    X = np.random.default_rng(1).normal(size=(50, 2))
    found = pruned(architecture, theta, X, 0.1)
    for module in architecture.modules:
        small = np.count_nonzero(np.abs(theta[module.places]) < 0.1)
        assert np.count_nonzero(found[module.places] == 0.0) == small
    kept = found != 0.0
    np.testing.assert_array_equal(found[kept], theta[kept])
    assert np.array_equal(pruned(architecture, theta, X, 0.0), theta)


def test_least_squares_find_the_weights_of_nested_units():
    x = np.linspace(0.5, 2.0, 60)
    features = np.vstack([np.ones(60), x])
    truth = np.array([[0.3, 0.8, 0.0, 0.0], [0.5, 0.0, 0.7, 0.0], [0.1, 0.0, 0.0, 2.0]])
    y = Circuit(1, (1, 2), truth).values(features)[-1]
    found, error = fitted(Circuit(1, (1, 2), truth * 1.2), features, y, equal(60), 200)
    assert error < 1e-20
    np.testing.assert_allclose(found.values(features)[-1], y, rtol=1e-8)


def test_least_squares_never_make_it_worse_and_leave_fixed_weights_alone():
    x = np.linspace(-1, 1, 40)
    features = np.vstack([np.ones(40), x])
    circuit = Circuit(1, (3,), np.array([[0.2, 1.0, 0.0], [0.0, 0.0, 1.0]]))
    free = np.array([[True, False, False], [True, True, True]])
    before = np.mean((circuit.values(features)[-1] - x**3) ** 2)
    found, error = fitted(circuit, features, x**3, equal(40), 20, free=free)
    assert error <= before
    assert found.weights[0, 1] == 1.0
    assert found.weights[1, 0] == 0.0


def test_saliency_is_what_the_error_of_a_sum_rises_by_without_a_term():
    rng = np.random.default_rng(0)
    features = np.vstack([np.ones(80), rng.normal(size=(2, 80))])
    features[2] += features[1]
    y = features[1] - 0.4 * features[2] + 0.1 * rng.normal(size=80)
    circuit, error = fitted(Circuit(2, (), np.ones((1, 3))), features, y, equal(80), 50)
    _, columns, rise = saliency(circuit, features, y, equal(80))
    for column, expected in zip(columns, rise, strict=True):
        weights = circuit.weights.copy()
        weights[0, column] = 0.0
        assert fitted(circuit.with_weights(weights), features, y, equal(80), 50)[1] - error == pytest.approx(expected)


def test_levels_end_with_one_term_and_are_ever_shorter():
    rng = np.random.default_rng(0)
    features = np.vstack([np.ones(100), rng.uniform(1, 2, (3, 100))])
    y = 2 * features[1] + 0.5 * np.exp(features[2])
    circuit = Circuit.of(Architecture(3, 3, 4), initial(Architecture(3, 3, 4), 0.0, rng), np.ones(3))
    terms = [level.terms for level, _ in levels(circuit, features, y, equal(100))]
    assert terms[-1] == 1
    assert terms == sorted(set(terms), reverse=True)


def test_a_unit_that_reads_nothing_but_the_constant_becomes_a_number():
    circuit = Circuit(1, (1,), np.array([[0.5, 0.0, 0.0], [1.0, 2.0, 3.0]])).alive()
    assert circuit.functions == ()
    np.testing.assert_allclose(circuit.weights, [[1.0 + 3.0 * np.exp(0.5), 2.0]])


def test_rounding_finds_short_exponents_and_factors_and_leaves_others():
    rng = np.random.default_rng(0)
    features = np.vstack([np.ones(200), np.log(rng.uniform(1, 5, (3, 200)))])
    y = 1.5 * np.exp(-2.0 * features[1] + 0.5 * features[2] + 1.2345678 * features[3])
    shares = equal(200) / y.var()
    start = Circuit(3, (), np.array([[np.log(1.5) + 0.01, -1.99, 0.51, 1.24]]))
    found = rounded(start, log(3), features, y, shares, 200, Deadline()).weights[0]
    assert found[0] == np.log(1.5)
    assert list(found[1:3]) == [-2.0, 0.5]
    assert found[3] == pytest.approx(1.2345678, abs=1e-4)


def test_rounding_under_noise_goes_as_far_as_noise_allows():
    rng = np.random.default_rng(0)
    features = np.vstack([np.ones(500), rng.uniform(-1, 1, (1, 500))])
    y = 0.5 + 3.0 * features[1] + 0.1 * rng.normal(size=500)
    found = rounded(Circuit(1, (), np.ones((1, 2))), raw(), features, y, equal(500) / y.var(), 500, Deadline())
    assert found.weights.tolist() == [[0.5, 3.0]]


def test_rounding_takes_weights_too_small_to_have_a_reciprocal():
    features = np.vstack([np.ones(20), np.zeros(20), np.linspace(-1, 1, 20)])
    start = Circuit(2, (), np.array([[1e-310, -5e-324, 1.0]]))
    found = rounded(start, raw(2), features, 0.25 * features[2], equal(20), 20, Deadline())
    assert found.weights.tolist() == [[0.0, 0.0, 0.25]]


def test_a_tiny_factor_is_not_made_one_over_a_whole_number():
    features = np.vstack([np.ones(50), np.log(np.linspace(1, 5, 50))])
    y = 6.6743e-11 * np.exp(features[1])
    found = rounded(
        Circuit(1, (), np.array([[np.log(6.6743e-11), 1.0]])), log(), features, y, equal(50) / y.var(), 50, Deadline()
    )
    assert np.exp(found.weights[0, 0]) == pytest.approx(6.6743e-11, rel=1e-12)


def test_a_network_beyond_all_numbers_is_in_no_front_and_silent():
    network, formula = written(Circuit(1, (), np.array([[0.0, 1e10]])), raw())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for X in (np.full((3, 1), 1e200), np.full((3, 1), 1e305)):
            beyond = member(network, formula, X, np.arange(3.0), equal(3))
            assert beyond.error == np.inf
            assert worth_their_length([beyond], 100) == []


def test_the_start_of_least_squares_leaves_out_inputs_whose_squares_are_no_numbers():
    features = np.vstack([np.ones(4), [1e200, -1e200, 3e200, 1e307], [0.0, 1.0, 2.0, 3.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = _identities(features, 2.0 * features[2], equal(4))
    assert found.weights.tolist() == [[3.0, 0.0, 2.0]]


def test_an_exponential_that_data_drive_into_its_guard_can_go_without():
    circuit = Circuit(1, (1,), np.array([[3.0, 1.0, 0.0], [0.0, 0.0, 2.0]]))
    network, formula = written(freed(circuit, log()), log())
    assert "min" in str(written(circuit, log())[1])
    assert "min" not in str(formula)
    X = np.array([[1.0], [5.0]])
    np.testing.assert_allclose(network.predict(X), np.exp(2.0 * np.exp(3.0) * X[:, 0]))


def test_the_range_of_arrays_alone_is_widened_by_a_tenth():
    space = Space.of("raw", DistillationTask(np.array([[-4.0], [6.0]]), np.zeros(2), seed=0))
    assert space.box == ((-5.0, 7.0),)


def test_the_way_to_the_own_units_cancels_standardising_to_nothing():
    """What `Explanation` makes of an input in a product, in its own order of operations."""
    for scale, mean in np.random.default_rng(0).uniform(0.1, 10.0, (300, 2)).tolist():
        scaling = Scaling((Feature("x", None, mean, scale, 1.0, 5.0),), "y", "none", 0.0, 1.0)
        given = DistillationTask(np.zeros((2, 1)), np.ones(2), seed=0, scaling=scaling)
        space = Space.of("log", given)
        assert space.scales[0] == pytest.approx(scale, rel=1e-15)
        _, formula = written(Circuit(1, (), np.array([[0.0, 2.0]])), space)
        assert Explanation.of(formula, scaling).text() in ("x^2", "1*x^2")


def test_a_factor_of_1_is_restored_to_the_last_digit_more_often_than_by_division():
    scales = np.random.default_rng(0).uniform(0.1, 10.0, 1000).tolist()
    ours = [restoring(1.0, scale) * scale == 1.0 for scale in scales]
    plain = [1.0 / scale * scale == 1.0 for scale in scales]
    assert sum(ours) > sum(plain)
