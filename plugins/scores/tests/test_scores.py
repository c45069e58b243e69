"""The metrics are the textbook's numbers, in the right units, and honest about what is not finite."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
import sklearn.metrics

from smoothdistill_core import Formula, ScoringContext, TrainedTeacher
from smoothdistill_core.recipe.defaults import OF_PROBABILITIES
from smoothdistill_core.scaling import Scaling
from smoothdistill_scores.accuracy import (
    R2,
    Fidelity,
    MeanAbsoluteError,
    MeanAbsoluteLogError,
    OriginalR2,
    RootMeanSquaredError,
    RootMeanSquaredLogError,
)
from smoothdistill_scores.plugin import smoothdistill_metrics
from smoothdistill_scores.size import Complexity
from smoothdistill_scores.smoothness import (
    GradientFidelity,
    JacobianNorm,
    JacobianNormMax,
    JacobianNormSquared,
    SpectralNormProduct,
)


@pytest.fixture(autouse=True)
def _nothing_is_warned_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


class Plane(TrainedTeacher):
    """Predicts 3 x0 + 4 x1."""

    def predict(self, X):
        return X @ [3.0, 4.0]

    def gradient(self, X):
        return np.tile([3.0, 4.0], (len(X), 1))

    def lipschitz_bound(self):
        return 6.5

    def save(self):
        return b""


class Unbounded(Plane):
    def lipschitz_bound(self):
        return None


SQUARE = Formula.apply("mul", Formula.variable(0), Formula.variable(0))


def context(model=SQUARE, X=((1.0, 0.0), (2.0, 0.0)), y=(1.0, 5.0), prediction=None, **fields):
    X = np.array(X)
    prediction = model.predict(X) if prediction is None else np.array(prediction)
    defaults = {"restore": lambda target: target, "gradient": lambda: model.gradient(X)}
    return ScoringContext(model, "test", X, np.array(y), prediction, **{**defaults, **fields})


def test_r2_is_scikit_learns():
    rng = np.random.default_rng(0)
    y, prediction = rng.normal(size=(2, 50))
    assert R2().score(context(y=y, prediction=prediction)) == pytest.approx(sklearn.metrics.r2_score(y, prediction))


@pytest.mark.parametrize(
    ("prediction", "expected"),
    [((0.1, 0.1, 0.1), 1.0), ((0.1 + 1e-16, 0.1, 0.1), 1.0), ((0.1, 0.1, 0.2), 0.0)],
)
def test_r2_of_a_constant_target_is_one_if_it_is_met_else_zero(prediction, expected):
    assert R2().score(context(y=(0.1, 0.1, 0.1), prediction=prediction)) == expected


def test_errors_are_in_the_datas_own_units():
    scored = context(y=(0.0, 0.0), prediction=(1.0, 3.0), restore=lambda target: 10.0 * target + 7.0)
    assert MeanAbsoluteError().score(scored) == pytest.approx(20.0)
    assert RootMeanSquaredError().score(scored) == pytest.approx(np.sqrt(500.0))


def test_errors_undo_a_transform_of_the_target_before_they_average():
    scored = context(y=np.log1p([1.0, 9.0]), prediction=np.log1p([3.0, 9.0]), restore=np.expm1)
    assert MeanAbsoluteError().score(scored) == pytest.approx(1.0)
    assert RootMeanSquaredError().score(scored) == pytest.approx(np.sqrt(2.0))


def on_log_scale(target, prediction, mean=0.0, scale=1.0, transform="log1p"):
    """Return a context whose target and prediction, in the data's own units, are fitted as their logarithms."""
    scaling = Scaling((), "price", transform, mean, scale)
    y, prediction = scaling.standardise(np.array([target, prediction]))
    return context(y=y, prediction=prediction, restore=scaling.restore, scaling=scaling)


def test_scores_of_the_target_and_of_its_logarithm_are_scikit_learns():
    rng = np.random.default_rng(1)
    price = np.exp(rng.normal(8.0, 1.0, 200))
    prediction = price * np.exp(rng.normal(0.0, 0.3, 200))
    scored = on_log_scale(price, prediction, mean=8.0, scale=1.1)
    assert OriginalR2().score(scored) == pytest.approx(sklearn.metrics.r2_score(price, prediction))
    assert R2().score(scored) == pytest.approx(sklearn.metrics.r2_score(np.log1p(price), np.log1p(prediction)))
    errors = {
        RootMeanSquaredError: sklearn.metrics.root_mean_squared_error(price, prediction),
        MeanAbsoluteError: sklearn.metrics.mean_absolute_error(price, prediction),
        RootMeanSquaredLogError: sklearn.metrics.root_mean_squared_log_error(price, prediction),
        MeanAbsoluteLogError: sklearn.metrics.mean_absolute_error(np.log1p(price), np.log1p(prediction)),
    }
    assert {metric: metric().score(scored) for metric in errors} == pytest.approx(errors)


def test_one_large_price_that_is_missed_shows_in_the_target_and_hardly_in_its_logarithm():
    price = np.array([*np.exp(np.linspace(5.0, 10.0, 99)), 20_000.0])
    prediction = np.array([*price[:-1], 300_000.0])
    scored = on_log_scale(price, prediction)
    assert R2().score(scored) > 0.95
    assert OriginalR2().score(scored) < -10.0


@pytest.mark.parametrize("metric", [OriginalR2, RootMeanSquaredLogError, MeanAbsoluteLogError])
def test_a_target_that_is_fitted_as_it_is_has_no_second_scale(metric):
    assert metric().score(on_log_scale((1.0, 5.0), (2.0, 5.0), transform="none")) is None
    assert metric().score(context()) is None


@pytest.mark.parametrize("transform", ["none", "log1p"])
def test_a_large_offset_makes_no_noise_of_the_scores(transform):
    rng = np.random.default_rng(2)
    spread, noise = rng.normal(size=(2, 300))
    near = 1e9 + spread + 0.5 * noise
    offset = np.log1p(1e9) if transform == "log1p" else 1e9
    width = 1e-9 if transform == "log1p" else 1.0
    scored = on_log_scale(1e9 + spread, near, mean=offset, scale=width, transform=transform)
    expected = sklearn.metrics.r2_score(spread, spread + 0.5 * noise)
    for metric in [R2] if transform == "none" else [R2, OriginalR2]:
        assert metric().score(scored) == pytest.approx(expected, abs=1e-4)
    assert RootMeanSquaredError().score(scored) == pytest.approx(0.5 * np.sqrt(np.mean(noise**2)), rel=1e-4)


def test_a_prediction_too_large_to_be_undone_scores_minus_infinity_in_the_target_only():
    scaling = Scaling((), "price", "log1p", 0.0, 1.0)
    scored = context(y=(1.0, 5.0), prediction=(1.0, 800.0), restore=scaling.restore, scaling=scaling)
    assert OriginalR2().score(scored) == -np.inf
    assert RootMeanSquaredError().score(scored) == np.inf
    assert np.isfinite(R2().score(scored))
    assert np.isfinite(RootMeanSquaredLogError().score(scored))


def test_fidelity_is_measured_against_the_teacher_not_the_data():
    scored = context(y=(-9.0, 9.0), teacher=Plane(), teacher_prediction=np.array([1.0, 4.0]))
    assert Fidelity().score(scored) == 1.0
    assert R2().score(scored) < 1.0


def test_a_teacher_has_no_fidelity_and_no_complexity():
    assert Fidelity().score(context(model=Plane())) is None
    assert Complexity().score(context(model=Plane())) is None


def test_complexity_counts_the_nodes_of_the_formula():
    assert Complexity().score(context()) == 3


def test_jacobian_norms_of_a_parabola():
    scored = context(X=((1.0, 0.0), (-2.0, 0.0)))
    assert JacobianNorm().score(scored) == pytest.approx(3.0)  # slopes 2 and -4
    assert JacobianNormSquared().score(scored) == pytest.approx(10.0)
    assert JacobianNormMax().score(scored) == pytest.approx(4.0)


def test_the_norm_is_taken_over_all_inputs():
    scored = context(model=Plane())
    assert [metric().score(scored) for metric in (JacobianNorm, JacobianNormSquared, JacobianNormMax)] == [5, 25, 5]


def test_the_product_of_spectral_norms_belongs_to_teachers_that_know_it():
    assert SpectralNormProduct().score(context(model=Plane())) == 6.5
    assert SpectralNormProduct().score(context(model=Unbounded())) is None
    assert SpectralNormProduct().score(context(teacher=Plane())) is None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e200])
@pytest.mark.parametrize("y", [(1.0, 5.0), (1.0, 1.0)])
def test_what_is_not_finite_gives_no_error_and_no_flattering_score(value, y):
    scored = context(
        y=y,
        prediction=(value, 1.0),
        restore=np.expm1,
        scaling=Scaling((), "price", "log1p", 0.0, 1.0),
        gradient=lambda: np.array([[value, value], [1.0, 1.0]]),
        teacher_prediction=np.array(y),
        teacher_gradient=lambda: np.ones((2, 2)),
    )
    for metric in (metric() for metric in smoothdistill_metrics()):
        score = metric.score(scored)
        if metric.name in ("complexity", "spectral_norm_product", *OF_PROBABILITIES):
            continue
        flattering = score > 0 if metric.direction == "higher" else score < 1
        assert isinstance(score, float)
        assert not flattering


def test_names_are_the_fields_and_scores_are_plain_floats():
    names = [metric.name for metric in smoothdistill_metrics()]
    assert names == [
        *("r2", "r2_original", "fidelity", "rmse", "mae", "rmse_log", "mae_log"),
        *("log_loss", "d2_log_loss", "auc", "accuracy", "complexity"),
        "gradient_fidelity",
        *("jacobian_norm", "jacobian_norm_squared", "jacobian_norm_max", "spectral_norm_product"),
    ]
    higher = {metric.name for metric in smoothdistill_metrics() if metric.direction == "higher"}
    assert higher == {"r2", "r2_original", "fidelity", "gradient_fidelity", "d2_log_loss", "auc", "accuracy"}
    scored = context(teacher_prediction=np.array([1.0, 4.0]), teacher_gradient=lambda: np.ones((2, 2)))
    assert {type(metric().score(scored)) for metric in smoothdistill_metrics()} == {float, type(None)}


def test_listing_the_plugin_imports_nothing_heavy():
    check = (
        "import sys, smoothdistill_scores.plugin as plugin; plugin.smoothdistill_metrics(); "
        "print({'numpy', 'sklearn', 'scipy', 'pandas', 'torch'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True).stdout == "set()\n"


@pytest.mark.parametrize(
    ("formula", "agreement"),
    [
        (Formula.linear([3.0, 4.0], 7.0), 1.0),  # a shift has no slope
        (Formula.constant(1.0), 0.0),
        (Formula.linear([3.0, 0.0], 0.0), 1.0 - 16.0 / 25.0),
        (Formula.linear([-3.0, -4.0], 0.0), -3.0),
    ],
)
def test_gradient_fidelity_compares_slopes_with_the_teachers(formula, agreement):
    teacher = Plane()
    judged = context(formula, teacher=teacher, teacher_gradient=lambda: teacher.gradient(np.zeros((2, 2))))
    assert GradientFidelity().score(judged) == pytest.approx(agreement)


def test_gradient_fidelity_of_a_flat_teacher_is_met_or_not():
    flat = {"teacher": Plane(), "teacher_gradient": lambda: np.zeros((2, 2))}
    assert GradientFidelity().score(context(Formula.constant(1.0), **flat)) == 1.0
    assert GradientFidelity().score(context(SQUARE, **flat)) == 0.0


def test_gradient_fidelity_needs_a_teacher():
    assert GradientFidelity().score(context()) is None


@pytest.mark.parametrize("unit", [1e-170, 1e-150, 1.0, 1e150, 1e300])
def test_the_root_of_the_mean_square_is_there_in_any_unit(unit):
    errors = np.array([3.0, 0.0, -4.0, 1.0])
    context = ScoringContext(
        Formula.variable(0), "test", errors[:, None], np.zeros(4), errors * unit, lambda values: values, lambda: errors
    )
    assert RootMeanSquaredError().score(context) == pytest.approx(unit * np.sqrt(6.5), rel=1e-12)
