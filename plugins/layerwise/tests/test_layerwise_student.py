"""The layer-wise student finds laws, takes hints, repeats itself, and says what it cannot work with."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from smoothdistill_core import DataError, Deadline, DistillationTask, TrainedTeacher, TrainingJob
from smoothdistill_core.components.described import described
from smoothdistill_core.testing.tiny import LinearTeacher, Plain
from smoothdistill_core.trial import verify
from smoothdistill_layerwise import candidates as candidates_module
from smoothdistill_layerwise import training
from smoothdistill_layerwise.architecture import Architecture
from smoothdistill_layerwise.hints import hints
from smoothdistill_layerwise.student import LayerwiseStudent
from smoothdistill_layerwise.training import Examples, trained
from smoothdistill_mlp.teacher import MLP

SMALL = {"identities": 1, "squares": 1, "products": 0, "sines": 1, "exponentials": 0, "logarithms": 0, "quotients": 1}
QUICK = {"restarts": 2, "hint_steps": 30, "joint_steps": 100, "final_steps": 20, **SMALL}
SHORT = {"restarts": 2, "hint_steps": 300, "joint_steps": 1000, "final_steps": 300}
LAWS = {
    "x0*x1": lambda x: x[:, 0] * x[:, 1],
    "x0^2 + sin(x1)": lambda x: x[:, 0] ** 2 + np.sin(x[:, 1]),
    "x0/(x1^2 + 1)": lambda x: x[:, 0] / (x[:, 1] ** 2 + 1.0),
}


class LayeredTeacher(TrainedTeacher):
    """tanh of two sums of the inputs, and a bend of these."""

    def __init__(self, shift=0.0):
        self.shift = shift

    def predict(self, X):
        return X[:, 0] * X[:, 1] + self.shift

    def activations(self, X):
        first = np.tanh(np.stack([X[:, 0] + X[:, 1], X[:, 0] - X[:, 1]], axis=1))
        return first, first**2 + self.shift

    def save(self):
        raise NotImplementedError


class ThreeLayers(LayeredTeacher):
    """One hidden layer more."""

    def activations(self, X):
        return *super().activations(X), X[:, :1]


def drawn(law, rows, seed=0, columns=2):
    """Return standardised inputs in [-3, 3] and the law's standardised value."""
    raw = np.random.default_rng(seed).uniform(-3.0, 3.0, (rows, columns))
    y = law(raw)
    return (raw - raw.mean(axis=0)) / raw.std(axis=0), (y - y.mean()) / y.std()


def task(rows=60, columns=3, teacher=None, **more):
    X = np.random.default_rng(0).normal(size=(rows, columns))
    return DistillationTask(X, X[:, 0] * X[:, -1], seed=0, teacher=teacher, **more)


def texts(student, given):
    """Return the front as text; there is more on it than the best constant."""
    found = student.distil(given)
    assert len(found) > 1
    return [candidate.formula.to_json() for candidate in found]


def best_r2(found, X, y, longest):
    short = [candidate.formula for candidate in found if candidate.formula.complexity <= longest]
    return max(1.0 - np.mean((formula.predict(X) - y) ** 2) / y.var() for formula in short)


@pytest.mark.slow
def test_the_product_of_two_inputs_is_found_on_the_data():
    X, y = drawn(LAWS["x0*x1"], 800)
    found = LayerwiseStudent(**SHORT).distil(DistillationTask(X[:600], y[:600], seed=0))
    assert best_r2(found, X[600:], y[600:], 15) > 0.999


@pytest.mark.slow
@pytest.mark.parametrize(("law", "is_taught"), [("x0*x1", True), ("x0^2 + sin(x1)", False), ("x0/(x1^2 + 1)", True)])
def test_laws_are_found_in_forty_nodes(law, is_taught):
    X, y = drawn(LAWS[law], 2500)
    shown, held = slice(2000), slice(2000, None)
    teacher = None
    if is_taught:
        job = TrainingJob(X[shown], y[shown], Plain(), 0.0, seed=0)
        teacher = MLP(hidden=(32, 32), activation="tanh").train([job])[0]
    target = y[shown] if teacher is None else teacher.predict(X[shown])
    found = LayerwiseStudent().distil(DistillationTask(X[shown], target, seed=1, teacher=teacher))
    for candidate in found:
        verify(candidate, X[shown], "layerwise")
    assert best_r2(found, X[held], y[held], 40) > 0.999


def test_the_front_begins_with_the_best_constant_and_rises_in_complexity():
    given = task(teacher=LayeredTeacher())
    found = LayerwiseStudent(**QUICK, max_complexity=30).distil(given)
    sizes = [candidate.formula.complexity for candidate in found]
    assert found[0].formula.predict(given.X) == pytest.approx(given.y.mean())
    assert sizes == sorted(set(sizes))
    assert 1 < sizes[-1] <= 30


def test_the_same_task_gives_the_same_formulas_for_any_number_of_threads():
    student = LayerwiseStudent(**QUICK)
    first = texts(student, task(teacher=LayeredTeacher()))
    assert texts(student, task(teacher=LayeredTeacher(), threads=2)) == first


def test_another_seed_gives_other_networks():
    given = task()
    other = DistillationTask(given.X, given.y, seed=1)
    assert texts(LayerwiseStudent(**QUICK), given) != texts(LayerwiseStudent(**QUICK), other)


@pytest.mark.parametrize("beside", [[1], [1, 0, 2], [3, 4, 5, 6, 1]])
def test_a_restart_does_not_depend_on_those_beside_it(beside):
    student = LayerwiseStudent(**QUICK)
    X = task().X
    hint = X[:, :2] / math.sqrt(2.0)
    architecture = Architecture.of(student, 3, 2)
    examples = Examples(X, X[:, 0] ** 2, np.ones(60), (hint, hint))
    alone = trained(examples, architecture, student, 0, [1], Deadline())[0]
    there = trained(examples, architecture, student, 0, beside, Deadline())[beside.index(1)]
    for ours, theirs in zip(alone, there, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_hints_are_the_leading_directions_in_units_of_the_spread_of_the_whole_layer():
    rng = np.random.default_rng(0)
    layer = rng.normal(size=(500, 2)) @ rng.normal(size=(2, 8)) + 1e-3 * rng.normal(size=(500, 8)) + 5.0
    (hint,) = hints([layer], np.ones(500), [16], 0.999)
    assert hint.shape == (500, 2)
    assert hint.var(axis=0).sum() == pytest.approx(1.0, rel=1e-4)
    assert hints([layer], np.ones(500), [1], 0.999)[0].shape == (500, 1)
    assert not hints([np.full((5, 3), 2.0)], np.ones(5), [4], 0.9)[0].any()


def test_a_hint_has_the_variance_of_its_layer_that_it_keeps():
    signs = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    (hint,) = hints([signs * [2.0, 1.0] + 3.0], np.ones(4), [1], 0.999)
    assert hint.shape == (4, 1)
    assert hint.var() == pytest.approx(4.0 / 5.0)


def test_the_weights_of_rows_decide_what_a_hint_shows():
    rng = np.random.default_rng(0)
    heavy = rng.normal(size=(100, 1)) * [1.0, 0.0, 0.1] + 5.0
    light = 100.0 * rng.normal(size=(100, 1)) * [0.0, 1.0, 0.0] - 50.0
    weights = np.repeat([2.0, 1e-9], 100)
    (hint,) = hints([np.concatenate([heavy, light])], weights, [1], 0.9)
    (alone,) = hints([heavy], np.ones(100), [1], 0.9)
    shown = hint[:100, 0] * np.sign(hint[0, 0] * alone[0, 0])
    np.testing.assert_allclose(shown, alone[:, 0], atol=1e-4)


@pytest.mark.slow
def test_hints_change_what_is_found_and_are_off_unless_asked_for():
    with_hints, without = LayerwiseStudent(**QUICK, hint_weight=0.3), LayerwiseStudent(**QUICK)
    taught = task(teacher=LayeredTeacher())
    assert texts(with_hints, taught) != texts(without, taught)
    assert texts(without, taught) == texts(without, task())
    assert texts(with_hints, task()) == texts(without, task())


def test_the_student_is_as_deep_as_its_teacher_unless_told_otherwise(monkeypatch):
    class SeenError(Exception):
        """Ends a search before it trains."""

    def seen(examples, architecture, *others):
        raise SeenError(len(architecture.layers), len(examples.hints))

    def depths(teacher, **options):
        with pytest.raises(SeenError) as caught:
            LayerwiseStudent(**options).distil(task(teacher=teacher))
        return caught.value.args

    monkeypatch.setattr(candidates_module, "trained", seen)
    assert depths(ThreeLayers()) == (3, 0)
    assert depths(LayeredTeacher(), hint_weight=0.3) == (2, 2)
    assert depths(LayeredTeacher(), hint_weight=0.3, layers=3) == (3, 3)
    assert depths(LayeredTeacher(), hint_weight=0.3, layers=1) == (1, 1)
    assert depths(LayeredTeacher()) == (2, 0)
    assert depths(None) == (2, 0)


def test_of_a_teacher_without_hidden_layers_it_learns_from_the_targets_alone():
    given = task(teacher=LinearTeacher([1.0, 2.0, 0.0]))
    assert texts(LayerwiseStudent(**QUICK, hint_weight=0.3), given) == texts(LayerwiseStudent(**QUICK), given)


def test_a_teacher_whose_layers_are_not_finite_is_refused():
    with pytest.raises(DataError, match="hidden layers are not finite"):
        LayerwiseStudent(**QUICK, hint_weight=0.3).distil(task(teacher=LayeredTeacher(math.nan)))


@pytest.mark.slow
def test_weights_decide_what_is_learnt():
    X = np.random.default_rng(0).normal(size=(200, 1))
    first = np.arange(200) < 100
    y = np.where(first, X[:, 0], -X[:, 0])
    found = LayerwiseStudent(**SHORT).distil(DistillationTask(X, y, seed=0, weights=np.where(first, 1.0, 0.0)))
    assert best_r2(found, X[first], y[first], 10) > 0.99


@pytest.mark.slow
@pytest.mark.parametrize(("X_value", "y_value"), [(None, 1e50), (1e20, None), (math.nan, math.nan)])
@pytest.mark.parametrize("teacher", [None, LayeredTeacher()], ids=["on the data", "taught"])
def test_what_stands_in_rows_of_weight_0_counts_for_nothing(teacher, X_value, y_value):
    given = task(200, 2)
    idle = np.arange(200) % 4 == 0
    X, y = given.X.copy(), given.y.copy()
    X[idle] = X[idle] if X_value is None else X_value
    y[idle] = y[idle] if y_value is None else y_value
    student = LayerwiseStudent(**QUICK)
    weighted = DistillationTask(X, y, seed=0, weights=np.where(idle, 0.0, 2.0), teacher=teacher)
    alone = DistillationTask(given.X[~idle], given.y[~idle], seed=0, teacher=teacher)
    found = student.distil(weighted)
    assert len(found) > 1
    assert [member.formula.to_json() for member in found] == texts(student, alone)
    for candidate in found:
        verify(candidate, X, "layerwise")


def test_three_rows_with_weight_among_thousands_are_what_is_learnt():
    X = np.random.default_rng(0).normal(size=(6000, 2))
    weights = np.zeros(6000)
    weights[[7, 2500, 5999]] = 1.0
    found = LayerwiseStudent(**QUICK).distil(DistillationTask(X, X[:, 0] * X[:, 1], seed=0, weights=weights))
    heavy = weights > 0.0
    assert found[0].formula.predict(X) == pytest.approx((X[:, 0] * X[:, 1])[heavy].mean())
    assert best_r2(found, X[heavy], (X[:, 0] * X[:, 1])[heavy], 100) > 0.9


@pytest.mark.parametrize(("rows", "columns"), [(1, 2), (2, 1), (3, 2), (12, 1), (60, 1), (50, 40)])
def test_few_rows_and_few_or_many_inputs_give_finite_formulas(rows, columns):
    given = task(rows, columns)
    found = LayerwiseStudent(**QUICK).distil(given)
    assert len(found) > 1 or rows < 12  # the fewest rows tell nothing but a constant
    for candidate in found:
        verify(candidate, given.X, "layerwise")
        assert np.isfinite(candidate.formula.predict(given.X)).all()


@pytest.mark.parametrize("value", [0.0, 0.1, -1e30])
def test_a_constant_target_gives_that_constant(value):
    X = task().X
    (candidate,) = LayerwiseStudent(**QUICK).distil(DistillationTask(X, np.full(60, value), seed=0))
    assert candidate.formula.predict(X) == pytest.approx(value)


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1e-12, 1e20])
def test_targets_of_any_size_are_learnt(scale):
    given = task(200, 2)
    found = LayerwiseStudent(**SHORT).distil(DistillationTask(given.X, scale * (given.y + 7.0), seed=0))
    assert best_r2(found, given.X, scale * (given.y + 7.0), 40) > 0.9


def test_what_cannot_be_learnt_from_is_refused():
    with pytest.raises(DataError, match="a teacher that diverged"):
        LayerwiseStudent(**QUICK).distil(DistillationTask(task().X, np.full(60, math.nan), seed=0))


def test_a_restart_that_diverges_is_left_out(monkeypatch):
    spoil_restarts(monkeypatch, {0})
    assert len(LayerwiseStudent(**QUICK).distil(task())) > 1


def test_where_all_restarts_diverge_others_are_begun(monkeypatch):
    asked = spoil_restarts(monkeypatch, {0, 1})
    assert len(LayerwiseStudent(**QUICK).distil(task())) > 1
    assert asked == [0, 1, 2, 3]


def test_where_those_diverge_as_well_the_fit_fails_with_a_remedy(monkeypatch):
    spoil_restarts(monkeypatch, {0, 1, 2, 3})
    with pytest.raises(DataError, match="all 4 networks diverged; lower learning_rate"):
        LayerwiseStudent(**QUICK).distil(task())


def spoil_restarts(monkeypatch, spoilt):
    """Let some restarts end in nan, as those do that diverge; return the list of the restarts that are begun."""
    asked, honest = [], training._Training.run

    def run(self):
        maps = honest(self)
        asked.append(self.restart)
        return [math.nan * matrix for matrix in maps] if self.restart in spoilt else maps

    monkeypatch.setattr(training._Training, "run", run)
    return asked


def test_a_layer_without_units_is_refused():
    with pytest.raises(ValidationError, match="a layer has no units"):
        LayerwiseStudent(identities=0, squares=0, products=0, sines=0, exponentials=0)


def test_the_readme_lists_the_options_and_their_defaults():
    from pathlib import Path

    readme = (Path(__file__).parents[1] / "README.md").read_text()
    for option, field in LayerwiseStudent.model_fields.items():
        shown = "as the teacher" if field.default is None else field.default
        assert f"| `{option}` | {shown} |" in readme
    assert f"| {described(LayerwiseStudent).model_fields['layers'].description} |" in readme


def test_a_deadline_ends_a_search_that_would_take_hours_with_what_it_has_pruned():
    given = task(deadline=Deadline(4.0))
    student = LayerwiseStudent(**{**SHORT, "restarts": 2, "joint_steps": 10_000_000})
    found = student.distil(given)
    assert given.deadline.cut
    assert len(found) > 1


def test_a_search_that_ends_by_itself_is_not_cut():
    given = task(deadline=Deadline(1000.0))
    assert texts(LayerwiseStudent(**QUICK), given) == texts(LayerwiseStudent(**QUICK), task())
    assert not given.deadline.cut
