"""Training: its slopes are those of the loss, each network is its own, and time shortens it."""

import numpy as np
import pytest

from smoothdistill_core import Deadline
from smoothdistill_layerwise import gates
from smoothdistill_layerwise.architecture import Architecture
from smoothdistill_layerwise.compiled_network import fill, layout
from smoothdistill_layerwise.compiled_training import open_gates, read_hints, slopes_by_all
from smoothdistill_layerwise.network import units_of
from smoothdistill_layerwise.student import LayerwiseStudent
from smoothdistill_layerwise.training import Examples, trained

STUDENT = LayerwiseStudent(hint_steps=150, joint_steps=300, final_steps=120, hint_weight=0.3)
ROWS = 40
RANDOM = np.random.default_rng(0)


class Loss:
    """The squared errors of output and hints of one network on one batch, by all that is learnt of it."""

    def __init__(self, output=1.0, factors=(0.5, 0.25), bottom=0):
        self.output, self.factors, self.bottom = output, np.array(factors), bottom
        architecture = Architecture.of(LayerwiseStudent(), 3, 2)
        self.plan = layout(units_of(architecture.layers), tuple(architecture.shapes))
        self.widths = np.array([2, 3])
        self.weights = RANDOM.normal(scale=0.3, size=sum(rows * columns for rows, columns in architecture.shapes))
        columns = [len(units) + 1 for units in architecture.layers]
        self.readers = RANDOM.normal(scale=0.3, size=int(self.widths @ columns))
        self.X = RANDOM.normal(size=(3, ROWS))
        self.batch = RANDOM.normal(size=(2 + self.widths.sum(), ROWS))
        self.batch[1] = RANDOM.uniform(0.0, 2.0, ROWS)
        self.signals = np.zeros((self.plan.columns.sum(), ROWS))
        self.sums = np.zeros((self.plan.rows.sum(), ROWS))

    def value(self, weights, readers):
        self.signals[:3] = self.X
        fill(self.plan, weights, self.signals, self.sums)
        loss = self.output * np.mean(self.batch[1] * (self.sums[-1] - self.batch[0]) ** 2)
        begins = np.cumsum(self.plan.columns)
        hint, reader = 2, 0
        for layer, width in enumerate(self.widths):
            signals = self.signals[begins[layer] : begins[layer + 1]]
            matrix = readers[reader : reader + width * len(signals)].reshape(width, -1)
            errors = matrix @ signals - self.batch[hint : hint + width]
            loss += self.factors[layer] * np.mean(self.batch[1] * errors**2, axis=1).sum()
            hint, reader = hint + width, reader + matrix.size
        return loss

    def slopes(self):
        self.value(self.weights, self.readers)
        pulls, by_sum = np.zeros_like(self.signals), np.empty_like(self.sums)
        slopes, reader_slopes = np.empty_like(self.weights), np.empty_like(self.readers)
        by_sum[-1] = self.output * 2.0 / ROWS * self.batch[1] * (self.sums[-1] - self.batch[0])
        signals = (self.signals, self.batch, self.factors, pulls, reader_slopes)
        read_hints(self.plan, self.widths, self.readers, *signals)
        slopes_by_all(self.plan, self.weights, self.signals, self.sums, self.bottom, slopes, pulls, by_sum)
        return slopes, reader_slopes


def differences(function, numbers, places):
    """Return the derivatives of a function by some of its numbers."""
    steps = [1e-6 * (np.arange(len(numbers)) == place) for place in places]
    return [(function(numbers + step) - function(numbers - step)) / 2e-6 for step in steps]


def test_slopes_are_those_of_the_errors_of_output_and_hints():
    loss = Loss()
    slopes, reader_slopes = loss.slopes()
    some = range(0, len(loss.weights), 11)
    by_weights = differences(lambda weights: loss.value(weights, loss.readers), loss.weights, some)
    np.testing.assert_allclose(slopes[some], by_weights, rtol=1e-4, atol=1e-6)
    some = range(0, len(loss.readers), 5)
    by_readers = differences(lambda readers: loss.value(loss.weights, readers), loss.readers, some)
    np.testing.assert_allclose(reader_slopes[some], by_readers, rtol=1e-4, atol=1e-6)


def test_a_layers_hint_moves_neither_other_layers_nor_their_readers():
    loss = Loss(output=0.0, factors=(0.0, 1.0), bottom=1)
    slopes, reader_slopes = loss.slopes()
    first, second = (
        int(rows * columns) for rows, columns in zip(loss.plan.rows[:2], loss.plan.columns[:2], strict=True)
    )
    assert not slopes[:first].any()
    assert slopes[first : first + second].all()
    assert not slopes[first + second :].any()
    own = int(loss.widths[0] * loss.plan.columns[1])
    assert not reader_slopes[:own].any()
    assert reader_slopes[own:].all()


def test_the_slopes_of_gates_are_their_derivatives():
    odds, noise = np.linspace(-3.0, 3.0, 13), gates.noise(RANDOM.uniform(0.05, 0.95, 13))

    def opened(odds):
        gate, slope = np.empty_like(odds), np.empty_like(odds)
        open_gates(odds, noise, gate, slope)
        return gate, slope

    gate, slope = opened(odds)
    numeric = (opened(odds + 1e-6)[0] - opened(odds - 1e-6)[0]) / 2e-6
    np.testing.assert_allclose(slope, numeric, atol=1e-6)
    assert gate.min() == 0.0
    assert gate.max() == 1.0


def test_a_gate_without_noise_is_open_where_it_is_likely_to_be():
    assert gates.settled(np.array([-30.0, 0.0, 30.0])) == pytest.approx([0.0, 0.5, 1.0])
    assert gates.noise(np.array([0.5])) == pytest.approx([0.0])


def examples(rows=200):
    X = RANDOM.normal(size=(rows, 2))
    y = X[:, 0] * X[:, 1]
    hint = np.stack([X[:, 0], X[:, 1] ** 2], axis=1) / 2.0
    return Examples(X, y, np.ones(rows), (hint, hint[:, :1]))


def test_a_network_comes_out_the_same_alone_and_beside_others():
    architecture, given = Architecture.of(STUDENT, 2, 2), examples()
    together = trained(given, architecture, STUDENT, 7, range(3), Deadline())
    for restart, maps in enumerate(together):
        (alone,) = trained(given, architecture, STUDENT, 7, [restart], Deadline())
        for matrix, expected in zip(alone, maps, strict=True):
            np.testing.assert_array_equal(matrix, expected)


def test_a_higher_price_closes_more_gates():
    given = examples()
    architecture = Architecture.of(STUDENT, 2, 2)
    counts = []
    for sparsity in (0.0, 0.3):
        student = LayerwiseStudent(sparsity=sparsity, hint_steps=0)
        (maps,) = trained(given, architecture, student, 0, [0], Deadline())
        counts.append(sum(np.count_nonzero(matrix) for matrix in maps))
    assert counts[1] < 0.8 * counts[0]


def test_where_there_is_no_time_one_network_takes_its_first_steps():
    architecture = Architecture.of(STUDENT, 2, 2)
    deadline = Deadline(0.0)
    found = trained(examples(), architecture, STUDENT, 0, range(4), deadline)
    assert len(found) == 1
    assert deadline.cut
