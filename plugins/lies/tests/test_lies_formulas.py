"""A formula is its pruned network: on training rows, on others, and wherever guards act."""

import numpy as np
import pytest

from smoothdistill_core import Deadline, DistillationTask
from smoothdistill_core.formula import Operator
from smoothdistill_lies.architecture import FUNCTIONS, Architecture, initial
from smoothdistill_lies.circuit import Circuit
from smoothdistill_lies.pruned_network import PrunedNetwork, power
from smoothdistill_lies.pruning import pruned
from smoothdistill_lies.space import Space
from smoothdistill_lies.student import LIESStudent
from smoothdistill_lies.training import Data, outputs, trained
from smoothdistill_lies.writing import written

SHORT = LIESStudent(base_epochs=2, oversampled_epochs=1, strong_epochs=1, epoch_steps=20)


def task(kind, seed, rows=120):
    rng = np.random.default_rng(seed)
    X = rng.uniform(0.5, 3.0, (rows, 1 + seed % 3)) if kind == "log" else rng.normal(size=(rows, 1 + seed % 3))
    y = np.prod(X, axis=1) + X[:, 0] ** 2
    return DistillationTask(X, y, seed=seed)


def points(space, rng, rows=200):
    low, high = np.array(space.box).T
    return rng.uniform(low, high, (rows, len(low)))


@pytest.mark.parametrize("kind", ["log", "raw"])
@pytest.mark.parametrize("seed", range(25))
def test_formula_circuit_and_trained_network_agree_on_training_test_and_random_points(kind, seed):
    given = task(kind, seed)
    space = Space.of(kind, given)
    features = space.features(given.X)
    scales = np.abs(features[1:]).max(axis=1) if kind == "log" else np.ones(given.X.shape[1])
    architecture = Architecture(given.X.shape[1], given.X.shape[1] + 1, 4 if seed % 2 else 3)
    y = np.log(given.y) if kind == "log" else given.y
    inputs = np.ascontiguousarray((features[1:] / scales[:, None]).T)
    theta = trained(SHORT, architecture, Data(inputs, y, np.ones(len(y))), (seed,), Deadline())
    theta = pruned(architecture, theta, inputs, 0.05)
    network, formula = written(Circuit.of(architecture, theta, scales), space)
    rng = np.random.default_rng(seed)
    test = np.clip(task(kind, seed + 99).X, *np.array(space.box).T)
    for X in (given.X, test, points(space, rng)):
        seen = np.ascontiguousarray((space.features(X)[1:] / scales[:, None]).T)
        output = outputs(architecture, theta, seen)
        value = np.exp(output) if kind == "log" else output
        size = 1e-6 * np.abs(value).max()
        np.testing.assert_allclose(formula.predict(X), value, rtol=1e-6, atol=size * 1e-3)
        np.testing.assert_allclose(network.predict(X), value, rtol=1e-6, atol=size * 1e-3)


def operators(formula):
    return {node.name for node in formula.nodes if isinstance(node, Operator)}


def one_unit(function, weights, space):
    """A circuit of one input and one unit, which the output reads as it is."""
    return written(Circuit(1, (function,), np.array([[*weights, 0.0], [0.0, 0.0, 1.0]])), space)


def raw_space(low=-1.0, high=1.0):
    return Space("raw", np.ones(1), np.zeros(1), 1.0, 0.0, ((low, high),))


@pytest.mark.parametrize(
    ("weights", "wanted"),
    [
        ([0.0, 1.0, 0.0], "-x0"),
        ([0.0, 0.0, 1.0], "-exp(sin(x0))"),
        ([0.0, -1.0, 0.0], "-1.0/x0"),
        ([np.log(2.0), 1.0, 1.0], "x0*exp(sin(x0))*(-2.0)"),
        ([np.log(2.0), 0.0, 0.0], "-2.0"),
    ],
)
def test_the_sign_of_a_negative_target_is_written_once(weights, wanted):
    X = np.linspace(0.5, 3.0, 20)[:, None]
    space = Space.of("log", DistillationTask(X, -X[:, 0], seed=0))
    # sin of the input itself: a unit of log space reads its logarithm, so exp comes first
    circuit = Circuit(
        1,
        (FUNCTIONS.index("exp"), FUNCTIONS.index("sin")),
        np.array([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [weights[0], weights[1], 0.0, weights[2]]]),
    )
    network, formula = written(circuit, space)
    assert str(formula) == wanted
    np.testing.assert_allclose(network.predict(X), formula.predict(X), rtol=1e-12)


@pytest.mark.parametrize(
    ("function", "weights", "guard"),
    [
        (1, (0.0, 3.9), None),
        (1, (0.0, 4.1), "min"),
        (2, (1.5, 1.0), None),
        (2, (1.0, 1.0), "max"),
        (3, (0.0, 9.0), None),
    ],
)
def test_a_guard_is_written_where_data_could_reach_it_and_nowhere_else(function, weights, guard):
    network, formula = one_unit(function, weights, raw_space())
    assert operators(formula) & {"min", "max"} == ({guard} if guard else set())
    X = np.linspace(-1, 1, 101)[:, None]
    argument = weights[0] + weights[1] * X[:, 0]
    units = {1: np.exp(np.minimum(argument, 4)), 2: np.log(np.maximum(argument, 0.005)), 3: np.sin(argument)}
    np.testing.assert_allclose(formula.predict(X), units[function], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(network.predict(X), units[function], rtol=1e-12, atol=1e-15)


def test_a_constant_within_an_exponential_becomes_a_factor():
    _, formula = one_unit(1, (0.5, 1.0), raw_space())
    assert str(formula) == f"{np.exp(0.5):.15g}*exp(x0)"


def test_sums_of_logarithms_are_written_as_powers():
    space = Space("log", np.ones(3), np.zeros(3), 1.0, 0.0, ((1.0, 5.0),) * 3)
    network, formula = written(Circuit(3, (), np.array([[np.log(0.5), 2.0, -0.5, -1.7]])), space)
    assert str(formula) == "x0^2/(sqrt(x1)*x2^1.7)*0.5"
    X = np.random.default_rng(0).uniform(1, 5, (20, 3))
    np.testing.assert_allclose(network.predict(X), formula.predict(X), rtol=1e-15)


def test_whole_powers_go_on_where_logarithms_end():
    space = Space("log", np.ones(1), np.zeros(1), 1.0, 0.0, ((1.0, 5.0),))
    network, formula = written(Circuit(1, (), np.array([[0.0, 2.0]])), space)
    assert network.predict(np.array([[-3.0]])) == formula.predict(np.array([[-3.0]])) == 9.0


def test_a_log_unit_below_an_exponential_is_a_power_of_what_it_takes_the_logarithm_of():
    space = Space("log", np.ones(1), np.zeros(1), 1.0, 0.0, ((1.0, 5.0),))
    weights = np.array([[1.0, 2.0, 0.0], [0.0, 0.0, 0.5]])
    network, formula = written(Circuit(1, (2,), weights), space)
    assert isinstance(network, PrunedNetwork)
    assert str(formula) == "sqrt(1.0 + 2.0*log(x0))"


def test_a_power_is_what_formulas_compute():
    x = np.random.default_rng(0).uniform(0.1, 3.0, 100)
    for exponent in (0.5, 1.0, 2.0, 3.0, 1.7):
        np.testing.assert_allclose(power(x, exponent), x**exponent, rtol=1e-15)


def test_initial_networks_stay_small_however_deep():
    architecture = Architecture(40, 41, 4)
    X = np.random.default_rng(0).uniform(-1, 1, (50, 40))
    theta = initial(architecture, 0.0, np.random.default_rng(0))
    assert np.abs(outputs(architecture, theta, X)).max() < 100
